"""Numbers of public registers that premises carry, read and checked.

Land and mortgage register (księga wieczysta, KW): `KR1P/00012345/6`. The control digit follows
from the court's code and the number: each sign has a value (digits their own, then X, A, B ... as
the ministry orders them), weights 1, 3, 7 repeat, the sum modulo 10 is the digit.

Cadastral parcel (działka ewidencyjna): `126105_9.0012.123/4`: the cadastral unit (TERYT code and
kind), the precinct (obręb), perhaps a map sheet (`AR_5`), and the number. Kraków has four cadastral
units. Sources: regulation on land registers in the computer system (control digit); TERYT and
regulation on the land and building register (identifiers).
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: Value of a sign is its place here.
_SIGNS = "0123456789XABCDEFGHIJKLMNOPRSTUWYZ"
_WEIGHTS = (1, 3, 7) * 4

CADASTRAL_UNITS = {
    "126102_9": "Krowodrza",
    "126103_9": "Nowa Huta",
    "126104_9": "Podgórze",
    "126105_9": "Śródmieście",
}

_LAND_REGISTER = re.compile(r"([A-Z]{2}\d[A-Z])/(\d{1,8})/(\d)")
_PARCEL = re.compile(
    r"(?P<unit>\d{6}_\d)\.(?P<precinct>\d{4})\.(?P<sheet>AR_\d{1,4}\.)?(?P<number>\d{1,5}(/\d{1,4})?)"
)


def control_digit(court: str, number: str) -> int:
    """The control digit of a land register number: 4 signs of the court, 8 digits.

    Raises ValueError for a sign that no register number has (Q and V are not used).
    """
    return (
        sum(
            _SIGNS.index(sign) * weight
            for sign, weight in zip(f"{court}{number:0>8}", _WEIGHTS, strict=True)
        )
        % 10
    )


def read_land_register(text: str) -> str:
    """A KW number in its one form, `KR1P/00012345/6`. Raises ValidationError."""
    found = _LAND_REGISTER.fullmatch("".join(text.upper().split()))
    if found is None:
        raise ValidationError(
            _("“%(text)s” is no land register number. Write it as KR1P/00012345/6.")
            % {"text": text[:40]},
            code="land_register_form",
        )
    court, number, digit = found.groups()
    try:
        expected = control_digit(court, number)
    except ValueError as error:
        raise ValidationError(
            _("“%(court)s” is no code of a court.") % {"court": court}, code="land_register_court"
        ) from error
    if int(digit) != expected:
        raise ValidationError(
            _("The control digit of “%(text)s” is wrong. Check the number for a slip.")
            % {"text": text.strip()[:40]},
            code="land_register_digit",
        )
    return f"{court}/{number:0>8}/{digit}"


def read_parcel(text: str) -> str:
    """An identifier of a parcel of Kraków in its one form. Raises ValidationError."""
    found = _PARCEL.fullmatch("".join(text.upper().split()))
    if found is None:
        raise ValidationError(
            _("“%(text)s” is no parcel identifier. Write it as 126105_9.0012.123/4.")
            % {"text": text[:40]},
            code="parcel_form",
        )
    if found["unit"] not in CADASTRAL_UNITS:
        raise ValidationError(
            _("“%(unit)s” is no cadastral unit of Kraków. They are: %(units)s.")
            % {
                "unit": found["unit"],
                "units": ", ".join(f"{code} {name}" for code, name in CADASTRAL_UNITS.items()),
            },
            code="parcel_unit",
        )
    if found["precinct"] == "0000" or found["number"].startswith("0"):
        raise ValidationError(
            _("“%(text)s” names no precinct or no number.") % {"text": text[:40]},
            code="parcel_number",
        )
    return found[0]


def check_land_register(value: str) -> None:
    """Validator: the value is a KW number in its one form."""
    if read_land_register(value) != value:
        raise ValidationError(
            _("Write it as %(form)s.") % {"form": read_land_register(value)},
            code="land_register_form",
        )


def check_parcel(value: str) -> None:
    """Validator: the value is a parcel identifier in its one form."""
    if read_parcel(value) != value:
        raise ValidationError(
            _("Write it as %(form)s.") % {"form": read_parcel(value)}, code="parcel_form"
        )
