"""Kinds of text and identifiers that requests may hold."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

#: A point of a lesson is a page or two; this is twenty.
MAX_PROSE: Final = 50_000
#: Letters and a symbol that are drawn as nothing (Default_Ignorable_Code_Point of Unicode's
#: DerivedCoreProperties.txt that are no format characters, and the empty Braille cell).
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def _without_controls(text: str) -> str:
    """PostgreSQL holds no NUL, and the others only deceive readers (category Cc, Cs and
    the bidirectional overrides of UAX 9)."""
    for character in text:
        bad = unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t\r"
        if bad or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
            raise ValueError(f"must not hold the control character U+{ord(character):04X}")
    return text


def _visible(text: str) -> str:
    """Spaces and characters that show nothing are no name and no answer."""
    if not any(_shows(character) for character in text):
        raise ValueError("must hold something that can be seen")
    return text


def _shows(character: str) -> bool:
    # Spaces, zero-width and other format characters, control characters.
    hidden = unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cf", "Cc")
    return not hidden and character not in _BLANK


def _on_one_line(text: str) -> str:
    if any(character in text for character in "\n\r\t"):
        raise ValueError("must be one line")
    return text


Prose = Annotated[str, StringConstraints(max_length=MAX_PROSE), AfterValidator(_without_controls)]
#: Prose that cannot be left out.
Words = Annotated[Prose, AfterValidator(_visible)]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_without_controls),
    AfterValidator(_visible),
    AfterValidator(_on_one_line),
]
Tag = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, min_length=1, max_length=40),
    AfterValidator(_without_controls),
    AfterValidator(_visible),
    AfterValidator(_on_one_line),
    Field(max_length=40),  # again: small letters may be two for one large (U+0130)
]
#: Only what an address needs to be told apart; whether it is theirs cannot be checked here.
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$"
    ),
    AfterValidator(_without_controls),
    Field(max_length=254),  # again, as above
]
#: NIST SP 800-63B: length matters, composition rules do not.
NewPassword = Annotated[str, Field(min_length=10, max_length=200)]
Password = Annotated[str, Field(max_length=200)]
#: A time in a recording; a day is longer than any lesson.
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Difficulty = Annotated[int, Field(ge=1, le=5, description="1 first steps … 5 demanding")]


class Body(BaseModel):
    """A request's body: unknown names are refused."""

    model_config = ConfigDict(extra="forbid")
