"""Random tokens, and the keyed hashes under which they are kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

#: 256 bits: cannot be guessed, so a fast hash is enough to keep it.
TOKEN_BYTES: Final = 32


def new_token() -> str:
    """A secret for a cookie or an invitation, safe in addresses and headers."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def keyed_hash(secret: bytes, purpose: str, value: str) -> bytes:
    """HMAC-SHA256 (RFC 2104), 32 bytes. The purpose keeps hashes of one value apart."""
    return hmac.digest(secret, f"{purpose}\0{value}".encode(), hashlib.sha256)


def pseudonym(secret: bytes, value: object) -> str:
    """16 hex digits that stand for a person in the audit log."""
    return keyed_hash(secret, "audit", str(value)).hex()[:16]
