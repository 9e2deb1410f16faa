"""Browsers in which an account was logged in before: whoever guesses elsewhere locks none of
them out (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").

A mark is a random name and its keyed hash together with the e-mail. It names nobody, opens
nothing, is not kept by the server, and counts for one e-mail alone.
"""

from __future__ import annotations

import hmac

from mien.server.security.tokens import keyed_hash, new_token


def new_mark(secret: bytes, email: str) -> str:
    """For the browser in which this e-mail has just logged in."""
    name = new_token()
    return f"{name}.{_proof(secret, email, name)}"


def marked_name(secret: bytes, email: str, mark: str) -> str:
    """The browser's name, where the mark is ours and of this e-mail; else ""."""
    name, _, proof = mark.partition(".")
    known = hmac.compare_digest(proof.encode(), _proof(secret, email, name).encode())
    return name if known else ""


def _proof(secret: bytes, email: str, name: str) -> str:
    return keyed_hash(secret, "device", f"{email}\0{name}").hex()
