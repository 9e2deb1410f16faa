"""JSON that is text already: what pydantic has written is not read and written again."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import from_json


class Encoded(str):
    """A JSON document as its text, for a JSON column."""

    __slots__ = ()


def encode(value: object) -> str:
    """What the engine stores in a JSON column."""
    return str(value) if isinstance(value, Encoded) else json.dumps(value, allow_nan=False)


def decode(text: str | bytes) -> Any:
    """What a JSON column holds; three times as fast as the standard library."""
    return from_json(text)
