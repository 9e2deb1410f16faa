"""What browsers send of a study: numbers and names from fixed lists, and nothing else.

The contract is ``docs/observation-batches.md``.
"""

from __future__ import annotations

import itertools
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from mien.server.schemas.text import Body

Angle = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Openness = Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
#: Unix seconds; the year 5138 is late enough, and finite.
UnixSeconds = Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]
Reason = Literal["small", "blurred", "dark", "overexposed", "turned", "covered", "cut off"]
Feeling = Literal["going_well", "puzzled", "tired"]


class Probabilities(Body):
    """FER+'s eight, summing to 1 within rounding to three decimals."""

    neutral: Probability
    happiness: Probability
    surprise: Probability
    sadness: Probability
    anger: Probability
    disgust: Probability
    fear: Probability
    contempt: Probability

    @model_validator(mode="after")
    def _sums_to_one(self) -> Probabilities:
        # Written out, as eight of them come with each of thousands of readings a second.
        total = (
            self.neutral + self.happiness + self.surprise + self.sadness
            + self.anger + self.disgust + self.fear + self.contempt
        )  # fmt: skip
        if abs(total - 1) > 0.005:
            raise ValueError(f"must sum to 1, not {total:.3f}")
        return self


class ExpressionReading(Body):
    """A known expression has probabilities and no reason; an unknown one has a reason."""

    name: Literal[
        "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt",
        "unknown",
    ]  # fmt: skip
    reason: Literal["", "unsure"] | Reason
    probabilities: Probabilities | None

    @model_validator(mode="after")
    def _agrees(self) -> ExpressionReading:
        known = self.name != "unknown"
        if known and (self.reason or self.probabilities is None):
            raise ValueError("a known expression has probabilities and no reason")
        if not known and not self.reason:
            raise ValueError("an unknown expression has a reason")
        return self


class Reading(Body):
    """One picture's numbers; without a face every value but the time is null."""

    time_s: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]
    face: bool
    yaw_deg: Angle | None
    pitch_deg: Angle | None
    roll_deg: Angle | None
    eye_openness: Openness | None
    mouth_openness: Openness | None
    quality: Literal[""] | Reason | None
    expression: ExpressionReading | None

    @model_validator(mode="after")
    def _agrees(self) -> Reading:
        if self.face:
            return self
        values = self.model_dump(exclude={"time_s", "face"}).values()
        if any(value is not None for value in values):
            raise ValueError("without a face every value is null")
        return self


class BatchDraft(Body):
    """At most ten seconds of one learner on one knowledge point."""

    batch_id: UUID
    course_id: UUID
    lesson_id: UUID
    point_id: UUID
    started_at_s: UnixSeconds
    sent_at_s: UnixSeconds
    interval_s: Annotated[float, Field(ge=0.2, le=10, allow_inf_nan=False)]
    lost_readings: Annotated[int, Field(ge=0, le=1_000_000)]
    readings: Annotated[list[Reading], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _in_order(self) -> BatchDraft:
        times = [r.time_s for r in self.readings]
        if any(after <= before for before, after in itertools.pairwise(times)):
            raise ValueError("readings must be in order of time_s, no two at once")
        return self

    @property
    def age_s(self) -> float:
        """Seconds from its beginning to its sending. Where the learner's clock was set back
        in between, it would be shorter than the batch itself, and is taken as just sent."""
        return max(self.sent_at_s - self.started_at_s, self.readings[-1].time_s)


class BatchReceipt(BaseModel):
    """``duplicate``: it was here already, and counts once."""

    duplicate: bool


class SelfReportDraft(Body):
    """What a learner says of the present point, without any camera."""

    feeling: Feeling
