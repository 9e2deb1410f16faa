"""Before and after, by hand."""

import pytest

from mien.adaptation.effect import Side, effect_of, verdict_of
from mien.adaptation.interventions import Kind
from mien.assessment.reference import Reference, reference_of
from mien.assessment.settings import AssessmentSettings
from mien.assessment.subject import Subject
from mien.assessment.timeline import build_timeline
from mien.observations import Expression, HeadPose, Observation


def subject(rows: list[Observation]) -> Subject:
    settings = AssessmentSettings()
    timeline = build_timeline(rows, settings.timeline)
    person = timeline.people[0]
    reference: Reference = reference_of(person, settings.reference)
    return Subject(person, reference, settings, timeline.start_s)


def row(time_s: float, label: str = "neutral", pitch_deg: float = 0.0) -> Observation:
    said = Expression(label, {} if label == "unknown" else {label: 1.0}, "")
    if label == "unknown":
        said = Expression(label, {}, "unsure")
    pose = HeadPose(0.0, pitch_deg, 0.0)
    return Observation(time_s, 1, (0, 0, 50, 50), 1.0, pose, 0.3, 0.0, None, said)


def test_distress_that_halves_is_better() -> None:
    before = [row(t, "anger" if t % 2 else "neutral") for t in range(120)]
    after = [row(t, "anger" if t % 4 == 1 else "happiness") for t in range(120, 240)]
    effect = effect_of(subject(before + after), Kind.DIFFICULT, 120.0)
    assert effect.before.share == pytest.approx(0.5)
    assert effect.after.share == pytest.approx(0.25)
    assert effect.verdict == "better"
    assert "50% of the two minutes before, 25% of the two after" in effect.sentence


def test_unknown_is_not_calm() -> None:
    rows = [row(t, "anger" if t < 120 else "unknown") for t in range(240)]
    effect = effect_of(subject(rows), Kind.NEGATIVE_MOOD, 120.0)
    assert effect.after.share is None
    assert effect.after.unknown == pytest.approx(1.0)
    assert effect.verdict == "unknown"


def test_the_minutes_that_were_not_recorded_are_unknown() -> None:
    effect = effect_of(subject([row(t, "anger") for t in range(150)]), Kind.DIFFICULT, 120.0)
    assert effect.after.unknown == pytest.approx(0.75)  # 30 of 120 s
    assert effect.verdict == "unknown"


def test_absence_is_what_the_absent_are_asked_about() -> None:
    rows = [row(0.0)]
    rows += [Observation(float(t)) if t < 120 else row(t) for t in range(1, 240)]
    effect = effect_of(subject(rows), Kind.ABSENT, 120.0)
    assert effect.before.share == pytest.approx(119 / 120)
    assert effect.after.share == 0
    assert effect.verdict == "better"


def test_a_head_that_stays_down() -> None:
    rows = [row(t) for t in range(60)]
    rows += [row(t, pitch_deg=-30) for t in range(60, 240)]
    effect = effect_of(subject(rows), Kind.BOWED, 120.0)
    assert effect.before.share == pytest.approx(0.5)
    assert effect.after.share == pytest.approx(1.0)
    assert effect.verdict == "worse"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (Side(0.5, 0.0), Side(0.41, 0.0), "no_clear_change"),
        (Side(0.5, 0.0), Side(0.40, 0.0), "better"),
        (Side(0.5, 0.0), Side(0.60, 0.0), "worse"),
        (Side(0.5, 0.5), Side(0.1, 0.5), "better"),
        (Side(0.5, 0.51), Side(0.1, 0.0), "unknown"),
        (Side(None, 1.0), Side(0.1, 0.0), "unknown"),
    ],
)
def test_edges(before: Side, after: Side, verdict: str) -> None:
    assert verdict_of(before, after) == verdict
