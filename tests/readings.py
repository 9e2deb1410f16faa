"""Observations made by hand for the tests of the assessment."""

from __future__ import annotations

from collections.abc import Iterable

from mien.observations import Expression, HeadPose, LearningState, Observation


def reading(
    time_s: float,
    label: str | None = "neutral",
    *,
    person: int = 1,
    pitch: float | None = 0.0,
    yaw: float = 0.0,
    eyes: float | None = 0.3,
    mouth: float | None = 0.05,
) -> Observation:
    """A face at a time; ``label`` None: affect off, ``pitch`` None: no mesh."""
    return Observation(
        time_s=time_s,
        person_id=person,
        box_px=(10.0, 10.0, 80.0, 80.0),
        score=0.9,
        pose=None if pitch is None else HeadPose(yaw, pitch, 0.0),
        eye_openness=eyes,
        mouth_openness=mouth,
        expression=None if label is None else Expression(label),
    )


def nobody(time_s: float) -> Observation:
    """An instant at which no face was found."""
    return Observation(time_s)


def readings(labels: Iterable[str | None], step_s: float = 1.0, start_s: float = 0.0):
    """One reading per label; the label ``"-"`` is an instant without a face."""
    return [
        nobody(start_s + n * step_s) if label == "-" else reading(start_s + n * step_s, label)
        for n, label in enumerate(labels)
    ]


def of_rule(states: Iterable[LearningState], rule: str) -> list[LearningState]:
    return [s for s in states if s.rule == rule]


def words(states: Iterable[LearningState], rule: str) -> list[str]:
    return [s.state for s in states if s.rule == rule]
