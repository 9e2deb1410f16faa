"""The law gate and consent on the wire."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from mien.server.schemas.text import Body, Line, Prose

Stream = Literal["presence", "affect"]


class LegalBasisDraft(Body):
    """``acknowledged``: the administrator has read what the law says and answers for it."""

    jurisdiction: Line
    basis: Annotated[Prose, Field(min_length=20, max_length=5000)]
    acknowledged: Literal[True]


class LegalBasisView(BaseModel):
    id: UUID
    jurisdiction: str
    basis: str
    recorded_at_s: float
    ended_at_s: float | None


class ConsentDecision(Body):
    """What the learner agrees to in a course; both may be False, on equal terms."""

    presence: bool
    affect: bool
    wording: Annotated[str, Field(max_length=20)]


class StreamState(BaseModel):
    """One stream now: ``allowed`` only if the law, the learner and the course agree."""

    stream: Stream
    consented: bool
    allowed: bool
    reason: str


class ConsentEvent(BaseModel):
    """A decision as it was made."""

    stream: Stream
    given: bool
    wording: str
    decided_at_s: float


class ConsentWording(BaseModel):
    """The text that the learner is asked with."""

    version: str
    title: str
    paragraphs: list[str]
    presence: str
    affect: str


class ConsentView(BaseModel):
    wording: ConsentWording
    streams: list[StreamState]
    history: list[ConsentEvent]
