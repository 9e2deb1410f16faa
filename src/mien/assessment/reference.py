"""A person's own neutral: the head pose, open eyes and resting face of the first minute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mien.assessment.settings import ReferenceSettings
from mien.assessment.timeline import TIME_TOLERANCE_S, PersonTimeline, Slot
from mien.labels import ENGAGED, UNKNOWN


@dataclass(frozen=True)
class Reference:
    """Medians, weighted by time, over the first minute after the first sighting.

    Attributes:
        pitch_deg, yaw_deg: neutral head pose; None with too few readings.
        eye_openness: of the person's open eyes (blinks do not move a median); or None.
        resting_expression: the label of most of the minute, ``neutral`` where that is
            engaged or nothing prevails: some faces at rest are read as sad or angry.
    """

    pitch_deg: float | None = None
    yaw_deg: float | None = None
    eye_openness: float | None = None
    resting_expression: str = "neutral"


def reference_of(person: PersonTimeline, settings: ReferenceSettings) -> Reference:
    """The person's reference; parts with fewer than ``min_reading_s`` of readings are None."""
    start_s = person.start_s
    slots = [s for s in person.between(start_s, start_s + settings.span_s) if s.observation]
    least_s = settings.min_reading_s

    def middle(values: Iterable[tuple[float, float]]) -> float | None:
        return weighted_median(list(values), least_s)

    posed = [(s, s.observation.pose) for s in slots if s.observation and s.observation.pose]
    eyes = [
        (s.observation.eye_openness, _weight_s(s))
        for s in slots
        if s.observation and s.observation.eye_openness is not None
    ]
    return Reference(
        pitch_deg=middle((pose.pitch_deg, _weight_s(s)) for s, pose in posed),
        yaw_deg=middle((pose.yaw_deg, _weight_s(s)) for s, pose in posed),
        eye_openness=middle(eyes),
        resting_expression=_resting(slots, settings.min_resting_s),
    )


def weighted_median(values: list[tuple[float, float]], least_s: float) -> float | None:
    """Smallest value at which half of the weight is reached; None below ``least_s``."""
    total_s = sum(weight for _, weight in values)
    if not values or total_s < least_s - TIME_TOLERANCE_S:
        return None
    reached_s = 0.0
    for value, weight in sorted(values):
        reached_s += weight
        if reached_s >= total_s / 2 - TIME_TOLERANCE_S:
            return value
    return max(values)[0]


def _weight_s(slot: Slot) -> float:
    return slot.end_s - slot.start_s


def _resting(slots: list[Slot], least_s: float) -> str:
    seconds = dict[str, float]()
    for slot in slots:
        expression = slot.observation.expression if slot.observation else None
        if expression is not None and expression.label != UNKNOWN:
            seconds[expression.label] = seconds.get(expression.label, 0.0) + _weight_s(slot)
    total_s = sum(seconds.values())
    for label, label_s in sorted(seconds.items()):
        prevails = label_s > total_s / 2 + TIME_TOLERANCE_S
        if prevails and total_s >= least_s - TIME_TOLERANCE_S and label not in ENGAGED:
            return label
    return "neutral"
