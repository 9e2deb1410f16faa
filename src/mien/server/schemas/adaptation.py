"""Offers, their switches, and calls for help on the wire."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from mien.adaptation.interventions import Kind
from mien.server.schemas.text import Body, Prose


class OfferView(BaseModel):
    """One card, and later what became of it.

    ``effect`` is a sentence that compares the minutes before and after; '' until then.
    """

    id: UUID
    point_id: UUID | None
    point_title: str
    kind: Kind
    step: str
    title: str
    body: str
    action: str
    reason: str
    made_at_s: float
    answer: Literal["shown", "taken", "dismissed", "disputed"]
    effect: str
    verdict: Literal["", "better", "no_clear_change", "worse", "unknown"]


class OfferAnswer(Body):
    """``disputed``: that is wrong, such as "I was taking notes"."""

    answer: Literal["taken", "dismissed", "disputed"]
    note: Annotated[Prose, Field(max_length=200)] = ""


class OfferSwitches(Body):
    """Kinds that this learner does not want."""

    off: list[Kind]


class OfferSwitch(BaseModel):
    """A kind of offer, what it is, and whether the learner wants it."""

    kind: Kind
    title: str
    description: str
    on: bool


class SwitchBoard(BaseModel):
    """Every kind."""

    kinds: list[OfferSwitch]


class HelpDraft(Body):
    """What the teacher is told beside name and point; may be empty."""

    question: Annotated[Prose, Field(max_length=1000)] = ""


class HelpAnswer(Body):
    """What the teacher writes when closing a call; may be empty after a talk."""

    answer: Annotated[Prose, Field(max_length=5000)] = ""


class HelpView(BaseModel):
    """A call for help: to its learner, and to the course's teacher by the learner's wish."""

    id: UUID
    course_id: UUID
    learner: str
    point_id: UUID | None
    point_title: str
    question: str
    asked_at_s: float
    accepted_at_s: float | None
    answer: str
    outcome: Literal["", "resolved", "withdrawn"]
    closed_at_s: float | None
