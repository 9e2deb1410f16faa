"""A learner's own learning on the wire: what was observed, said, offered, and how sure it is."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from mien.server.schemas.adaptation import OfferView
from mien.server.schemas.observation import Feeling


class SessionFigures(BaseModel):
    """One stretch of study without a longer break; shares are of the time known.

    ``unknown_share`` is the part of the session of which the camera knew nothing: 1 without
    one. ``reports`` are presses of the buttons, ``answers`` tries at questions.
    """

    began_at_s: float
    ended_at_s: float
    focused_share: float | None
    engagement: float | None
    passive_share: float | None
    unknown_share: float
    reports: dict[str, int]
    answers: int
    right_answers: int


class PointFigures(BaseModel):
    """One knowledge point over the span.

    Attributes:
        seconds: with the camera on.
        focus: share of the known time with the face in view, None where nothing is known.
        engagement: share of happy or surprised readings; None with affect off.
        involvement: share of the known time with the head up.
        difficulty: ``difficult`` if the rule found it, or the learner said so (``said``).
    """

    point_id: UUID | None
    title: str
    seconds: float
    focus: float | None
    engagement: float | None
    difficulty: Literal["difficult", "no_sign_of_difficulty", "unknown"]
    involvement: float | None
    unknown_share: float
    said: dict[str, int]
    answers: int
    right_answers: int


class StateSpan(BaseModel):
    """A state of one rule over a stretch, in Unix seconds; neighbours alike are one.
    ``said``: by the learner, not read by the camera."""

    rule: str
    state: str
    start_s: float
    end_s: float
    point_id: UUID | None
    value: float | None
    reason: str
    unknown_share: float
    said: bool


class ExpressionShare(BaseModel):
    """Part of the time in view; ``unknown`` is one of the names."""

    name: str
    share: float
    seconds: float


class Comparison(BaseModel):
    """The newest session beside the learner's own earlier ones, nobody else's."""

    sentence: str
    focused_share: float | None
    earlier_focused_share: float | None
    earlier_sessions: int


class Said(BaseModel):
    """A press of a button."""

    feeling: Feeling
    said_at_s: float
    point_id: UUID | None
    point_title: str


class LearningView(BaseModel):
    """What is known of the caller's learning in a course, over a span.

    ``affect`` False: expressions are not looked at, so engagement, expressions and
    difficulty rest on nothing but what was said. ``older_sessions``: began in the span, but
    are too many to be told one by one.
    """

    from_s: float
    to_s: float
    affect: bool
    sentence: str
    sessions: list[SessionFigures]
    older_sessions: int
    points: list[PointFigures]
    states: list[StateSpan]
    expressions: list[ExpressionShare]
    comparison: Comparison
    offers: list[OfferView]
    reports: list[Said]
    answers: int
    right_answers: int
