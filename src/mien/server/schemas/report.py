"""The class report and the thresholds on the wire; groups only, None means withheld."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from mien.server.schemas.text import Body

Threshold = Annotated[float, Field(allow_inf_nan=False)]


class ThresholdsDraft(Body):
    """Thresholds that are to differ from the published ones; the others become those."""

    values: Annotated[dict[str, dict[str, Threshold]], Field(max_length=20)]


class ThresholdsView(BaseModel):
    """All thresholds of a course, by group and name.

    ``explained`` has a sentence, ``bounds`` the least and the greatest value for each
    ``group.name``.
    """

    values: dict[str, dict[str, float]]
    defaults: dict[str, dict[str, float]]
    explained: dict[str, str]
    bounds: dict[str, tuple[float, float]]


class LessonSpan(BaseModel):
    """A stretch in which the class was watched, without a longer break."""

    began_at_s: float
    ended_at_s: float


class PointInstant(BaseModel):
    """One point over a short stretch: mean numbers of people, None where withheld."""

    at_s: float
    people: float | None
    difficult: float | None
    away: float | None
    passive: float | None
    steady: float | None
    unknown: float | None


class HeatRow(BaseModel):
    """One knowledge point: how the people there were, in shares of their time there.

    Attributes:
        seconds, withheld_s: for which the point was shown; for which too few were there.
        people, most_people: there on average and at most, None where never shown.
        shares: by state; None where it was only ever withheld. With ``withheld_share``,
            the time of people whose state was withheld, they add up to 1.
        trend: the point over the lesson.
    """

    point_id: UUID | None
    point_title: str
    seconds: float
    withheld_s: float
    people: float | None
    most_people: int | None
    shares: dict[str, float | None]
    withheld_share: float | None
    note: str
    trend: list[PointInstant]


class TrendInstant(BaseModel):
    """The class over a short stretch; None where withheld. ``present`` is the mean number of
    people, ``unknown`` a share of them, the others are shares of those known."""

    at_s: float
    present: float | None
    focus: float | None
    engagement: float | None
    difficulty: float | None
    passive: float | None
    unknown: float | None


class ReportMoment(BaseModel):
    """Something that concerned a good part of the class, with its reason."""

    at_s: float
    ended_at_s: float
    kind: str
    point_id: UUID | None
    point_title: str
    reason: str


class InterventionRow(BaseModel):
    """What was offered, in learners (each once a day), and how the minutes after it were.

    None is withheld: too few, or it would give away what is.
    """

    kind: str
    title: str
    offered: int | None
    taken: int | None
    dismissed: int | None
    disputed: int | None
    not_answered: int | None
    better: int | None
    no_clear_change: int | None
    worse: int | None
    unknown: int | None
    note: str


class ClassReport(BaseModel):
    """A lesson, or a longer span, of a class.

    ``shown`` False: at no moment were enough people there; every figure is withheld.
    ``method`` and ``limits`` are paragraphs.
    """

    course_id: UUID
    course_title: str
    from_s: float
    to_s: float
    shown: bool
    note: str
    sentences: list[str]
    lessons: list[LessonSpan]
    min_people: int
    min_cell: int
    present: float | None
    most_present: int | None
    focus: float | None
    engagement: float | None
    difficulty: float | None
    passive: float | None
    unknown: float | None
    shown_s: float
    withheld_s: float
    points: list[HeatRow]
    trend: list[TrendInstant]
    moments: list[ReportMoment]
    interventions: list[InterventionRow]
    thresholds: dict[str, dict[str, float]]
    explained: dict[str, str]
    method: list[str]
    limits: list[str]
