"""Text as a search compares it."""

from __future__ import annotations

from unicodedata import normalize


def folded(text: str) -> str:
    """Without case, and in one spelling: é is one character to Windows and two to macOS (NFC,
    Unicode Standard Annex 15). What is compared is folded on both sides, by nobody else: the
    databases' LOWER knows other alphabets, or none."""
    return normalize("NFC", normalize("NFC", text).casefold())
