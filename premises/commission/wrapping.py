"""A secret behind a passphrase, and the recovery code that is printed once.

    wrapped = version (1) · log2 N (1) · r (1) · p (1) · salt (16) · nonce (12) · AES-256-GCM

The key comes from scrypt; its cost is written with each wrapped secret, so that it can be raised
later. The header is authenticated, and `context` binds a secret to its row.
"""

import secrets
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from records.problems import Invalid

_VERSION = 1
_R, _P = 8, 1
_HEAD = 4
_SALT, _NONCE = 16, 12
#: A passphrase is written by people and guessed by machines, offline, on a stolen copy.
MIN_LENGTH = 16
MIN_DIFFERENT = 8
#: Crockford's alphabet: no I, L, O, U, so that paper is read without mistakes.
CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP = 6, 5


class WrongSecretError(ValueError):
    """This passphrase or code does not open it, or the bytes were changed."""


def wrap(secret: bytes, passphrase: str, *, context: bytes) -> bytes:
    log2_n = settings.PASSPHRASE_COST
    head = bytes([_VERSION, log2_n, _R, _P])
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    key = _stretch(passphrase, salt, log2_n, _R, _P)
    return head + salt + nonce + AESGCM(key).encrypt(nonce, secret, head + context)


def unwrap(wrapped: bytes, passphrase: str, *, context: bytes) -> bytes:
    """Raises WrongSecretError."""
    head, rest = wrapped[:_HEAD], wrapped[_HEAD:]
    salt, nonce, sealed = rest[:_SALT], rest[_SALT : _SALT + _NONCE], rest[_SALT + _NONCE :]
    if len(head) < _HEAD or head[0] != _VERSION:
        raise WrongSecretError("unknown format")
    key = _stretch(passphrase, salt, head[1], head[2], head[3])
    try:
        return AESGCM(key).decrypt(nonce, sealed, head + context)
    except InvalidTag as error:
        raise WrongSecretError("wrong passphrase") from error


def _stretch(passphrase: str, salt: bytes, log2_n: int, r: int, p: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=1 << log2_n, r=r, p=p).derive(normal(passphrase).encode())


def normal(passphrase: str) -> str:
    """The same words give the same key, however a keyboard composes letters and spaces."""
    return " ".join(unicodedata.normalize("NFKC", passphrase).split())


def require_strong(passphrase: str, *, about: tuple[str, ...] = ()) -> None:
    """Raises Invalid, saying what to change. `about`: names that a stranger would try first."""
    words = normal(passphrase)
    if len(words) < MIN_LENGTH:
        raise Invalid(
            _("Use at least %(n)d characters: four or five words are easy to remember.")
            % {"n": MIN_LENGTH},
            code="passphrase_short",
            field="passphrase",
        )
    if len(set(words.casefold()) - {" "}) < MIN_DIFFERENT:
        raise Invalid(
            _("The passphrase repeats itself. Use words that differ."),
            code="passphrase_plain",
            field="passphrase",
        )
    rest = words.casefold()
    for name in about:
        for part in name.casefold().replace("@", " ").replace(".", " ").split():
            if len(part) > 2:
                rest = rest.replace(part, "")
    if len(rest.replace(" ", "")) < MIN_LENGTH // 2:
        raise Invalid(
            _("Do not use your name, your e-mail or the number of the call."),
            code="passphrase_name",
            field="passphrase",
        )
    try:
        CommonPasswordValidator().validate(words.replace(" ", ""))
    except ValidationError as error:
        raise Invalid(
            _("This passphrase stands on lists of common ones. Choose other words."),
            code="passphrase_common",
            field="passphrase",
        ) from error


def new_code() -> str:
    """A recovery code of 145 random bits, with a check sign at its end: K7QZ4-…"""
    signs = "".join(secrets.choice(CODE_SIGNS) for _sign in range(_GROUPS * _GROUP - 1))
    return _grouped(signs + _check_sign(signs))


def read_code(typed: str) -> str:
    """The code as it was printed. Raises Invalid for a slip of the pen, before any key is tried."""
    signs = "".join(typed.upper().replace("-", " ").split())
    signs = signs.translate(str.maketrans("OIL", "011"))
    if (
        len(signs) != _GROUPS * _GROUP
        or set(signs) - set(CODE_SIGNS)
        or signs[-1] != _check_sign(signs[:-1])
    ):
        raise Invalid(
            _("This is not a whole recovery code: compare it with the paper, group by group."),
            code="code_mistyped",
            field="code",
        )
    return _grouped(signs)


def _check_sign(signs: str) -> str:
    """Weighted sum: notices one wrong sign, and nearly always two that changed places."""
    total = sum((2 * place + 1) * CODE_SIGNS.index(sign) for place, sign in enumerate(signs))
    return CODE_SIGNS[total % len(CODE_SIGNS)]


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + _GROUP] for start in range(0, len(signs), _GROUP))
