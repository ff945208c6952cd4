"""The bytes of an application that are hashed and, for sealed kinds, encrypted.

JSON with sorted keys, no spaces, UTF-8: the same content gives the same bytes anywhere, so that an
applicant can check the receipt's hash. A random value makes the hash say nothing of the content.
"""

import hashlib
import json
import secrets
from typing import Any

NONCE = "nonce"


def with_nonce(content: dict[str, Any]) -> dict[str, Any]:
    return {**content, NONCE: secrets.token_hex(16)}


def canonical(content: dict[str, Any]) -> bytes:
    """Raises TypeError for what JSON does not know."""
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
