"""KRS, NIP and REGON: what may be one. A checksum finds a slip of the hand and proves nothing.

Of random ten digits every eleventh passes as a NIP; and the registers are public, so even a true
number says nothing about who typed it.
"""

from django.utils.translation import gettext as _
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.pl import nip, regon

from records.problems import Invalid

_KRS_LENGTH = 10


def _digits(text: str) -> str:
    return "".join(character for character in text if character not in " -–\u00a0\u2060.")


def _refuse_all_equal(number: str, field: str) -> None:
    """0000000000 passes the checksums, and a row of ones some of them."""
    if number and len(set(number)) == 1:
        raise Invalid(_("All digits are the same: enter the real number."), field=field)


def read_nip(text: str) -> str:
    """Ten digits without separators; "" for nothing. Raises Invalid."""
    number = _digits(text).upper().removeprefix("PL")
    if not number:
        return ""
    if not (number.isascii() and number.isdecimal() and len(number) == 10):
        raise Invalid(_("A NIP has ten digits."), field="nip")
    _refuse_all_equal(number, "nip")
    try:
        return str(nip.validate(number))
    except ValidationError as wrong:
        raise Invalid(_("This NIP has a wrong digit: check it once more."), field="nip") from wrong


def read_regon(text: str) -> str:
    """Nine or fourteen digits; "" for nothing. Raises Invalid."""
    number = _digits(text)
    if not number:
        return ""
    if not (number.isascii() and number.isdecimal() and len(number) in (9, 14)):
        raise Invalid(_("A REGON has nine or fourteen digits."), field="regon")
    _refuse_all_equal(number, "regon")
    try:
        return str(regon.validate(number))
    except InvalidChecksum as wrong:
        message = _("This REGON has a wrong digit: check it once more.")
        raise Invalid(message, field="regon") from wrong


def read_krs(text: str) -> str:
    """Ten digits, zeros in front added; "" for nothing. There is no check digit. Raises Invalid."""
    number = _digits(text)
    if not number:
        return ""
    if not (number.isascii() and number.isdecimal() and len(number) <= _KRS_LENGTH):
        raise Invalid(_("A KRS number has ten digits."), field="krs")
    number = number.zfill(_KRS_LENGTH)
    _refuse_all_equal(number, "krs")
    return number
