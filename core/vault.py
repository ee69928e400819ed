"""Secrets at rest: encrypted with keys derived from the configured secret (QUALITY A5)."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def _key(secret: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"tradewind vault").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _box(secrets: Sequence[str]) -> MultiFernet:
    return MultiFernet([_key(secret) for secret in secrets])


def encrypt(secrets: Sequence[str], text: str) -> str:
    """`text` under the first of `secrets`; printable, at most 1.4 times as long plus 100."""
    return _box(secrets).encrypt(text.encode()).decode()


def decrypt(secrets: Sequence[str], token: str) -> str:
    """The text that `encrypt` was given; ValueError if no secret opens it.

    Pass the current secret first and earlier ones after it, so that a key can be rotated.
    """
    try:
        return _box(secrets).decrypt(token.encode()).decode()
    except InvalidToken:
        raise ValueError("no configured secret opens this value") from None
