"""Bytes sealed to a public key: only the private half opens them, and any change is noticed.

    envelope = magic (4) · key's uuid (16) · ephemeral public key (32) · ciphertext
    secret   = X25519(ephemeral private, recipient public)
    key, nonce = HKDF-SHA256(secret, info = label · header · recipient public)
    ciphertext = AES-256-GCM(key, nonce, padded plain, associated data = header)

This is the construction of ECIES and of age's X25519 recipient. The ephemeral private key is
forgotten at once, so that not even whoever sealed an envelope can open it again. Every envelope has
a key of its own: it may be kept to open that one and no other (`content_key`).

The plain bytes are padded (Padmé: at most 12 % more), so that the length of a ciphertext does not
tell a rate of 9,50 from one of 10,50, nor a short plan from a slightly longer one.
"""

import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"ZSO1"
_HEADER = len(MAGIC) + 16 + 32
_LABEL = b"zasoby sealed offer v1"
_KEY = 32
_NONCE = 12
_LENGTH = 8
#: Shorter contents all look alike.
_LEAST = 1024


class DamagedError(ValueError):
    """The bytes are no envelope, are another key's, or were changed."""


def new_pair() -> tuple[bytes, bytes]:
    """(private, public), 32 bytes each."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def public_of(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal(key_id: uuid.UUID, public: bytes, plain: bytes) -> bytes:
    """An envelope that only the private half of `public` opens."""
    ephemeral = X25519PrivateKey.generate()
    header = MAGIC + key_id.bytes + ephemeral.public_key().public_bytes_raw()
    secret = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    return header + _encrypt(_derive(secret, header, public), plain, header)


def content_key(private: bytes, envelope: bytes) -> bytes:
    """The key of this one envelope (44 bytes). Raises DamagedError for what is no envelope."""
    header = _header(envelope)
    try:
        secret = X25519PrivateKey.from_private_bytes(private).exchange(
            X25519PublicKey.from_public_bytes(header[-32:])
        )
    except ValueError as error:  # a point of low order: nobody sealed this
        raise DamagedError("no envelope") from error
    return _derive(secret, header, public_of(private))


def open_with(one_key: bytes, envelope: bytes) -> bytes:
    """What the envelope holds, by its own key. Raises DamagedError."""
    header = _header(envelope)
    try:
        padded = AESGCM(one_key[:_KEY]).decrypt(one_key[_KEY:], envelope[_HEADER:], header)
    except InvalidTag as error:
        raise DamagedError("changed, or sealed to another key") from error
    length = int.from_bytes(padded[:_LENGTH], "big")
    if length > len(padded) - _LENGTH:
        raise DamagedError("wrong length")
    return padded[_LENGTH : _LENGTH + length]


def open_(private: bytes, envelope: bytes) -> bytes:
    """What the envelope holds, by the private half it was sealed to. Raises DamagedError."""
    return open_with(content_key(private, envelope), envelope)


def sealed_to(envelope: bytes) -> uuid.UUID:
    """The uuid of the key that an envelope names. Raises DamagedError."""
    return uuid.UUID(bytes=_header(envelope)[len(MAGIC) : len(MAGIC) + 16])


def _header(envelope: bytes) -> bytes:
    if len(envelope) <= _HEADER or not envelope.startswith(MAGIC):
        raise DamagedError("no envelope")
    return envelope[:_HEADER]


def _derive(secret: bytes, header: bytes, public: bytes) -> bytes:
    return HKDF(
        algorithm=SHA256(), length=_KEY + _NONCE, salt=None, info=_LABEL + header + public
    ).derive(secret)


def _encrypt(one_key: bytes, plain: bytes, header: bytes) -> bytes:
    body = len(plain).to_bytes(_LENGTH, "big") + plain
    padded = body.ljust(padded_length(len(body)), b"\0")
    # A fresh key for every envelope: its nonce is never used twice.
    return AESGCM(one_key[:_KEY]).encrypt(one_key[_KEY:], padded, header)


def padded_length(length: int) -> int:
    """Padmé (Nikitin and others, 2019): the next length with few significant bits."""
    if length <= _LEAST:
        return _LEAST
    exponent = length.bit_length() - 1
    free = exponent - exponent.bit_length()
    mask = (1 << free) - 1
    return (length + mask) & ~mask
