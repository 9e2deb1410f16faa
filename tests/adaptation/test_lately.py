"""A live study says what the whole study says of the same windows."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from mien.adaptation.lately import Judged, Recent, judge_lately, kept_from_s, reference_lately
from mien.adaptation.study import Visit, judge_study
from mien.assessment.reference import Reference
from mien.assessment.settings import AssessmentSettings
from mien.observations import Expression, HeadPose, LearningState, Observation

SETTINGS = AssessmentSettings()
NAMES = ("neutral", "happiness", "sadness", "anger", "unknown")


def readings(seed: int, minutes: int = 5) -> list[Observation]:
    """A reading a second in batches of ten, with faces lost and batches missing."""
    chance = random.Random(seed)
    found = list[Observation]()
    for batch in range(minutes * 6):
        if batch and chance.random() < 0.1:
            continue
        mood, gone = chance.choice(NAMES), chance.random() < 0.2
        for second in range(10):
            time_s = batch * 10.0 + second
            if batch and gone:
                found.append(Observation(time_s))
                continue
            name = mood if chance.random() < 0.8 else chance.choice(NAMES)
            reason = "unsure" if name == "unknown" else ""
            found.append(
                Observation(
                    time_s,
                    1,
                    pose=HeadPose(0.0, chance.choice((0.0, -40.0)), 0.0),
                    expression=Expression(name, {}, reason),
                )
            )
    return found


def facts(state: LearningState) -> tuple[object, ...]:
    return (
        state.state,
        None if state.value is None else round(state.value, 9),
        dict(state.counts),
        round(state.unknown_share, 9),
        state.reason,
        state.knowledge_point,
    )


def lately(
    whole: list[Observation], end_s: float, *, affect: bool, judged: Judged | None = None
) -> tuple[list[LearningState], Judged]:
    """What is said when the study has come to ``end_s``."""
    so_far = [o for o in whole if o.time_s < end_s]
    first = [o for o in so_far if o.time_s < so_far[0].time_s + 61]
    visit = Visit("p", 0.0, so_far[-1].time_s + 1.0)
    recent = [o for o in so_far if o.time_s >= kept_from_s(visit.end_s, SETTINGS)]
    given = Recent(recent, [visit], reference_lately(first, SETTINGS, affect=affect), True)
    return judge_lately(given, judged or Judged(), settings=SETTINGS, affect=affect)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("affect", [True, False])
def test_every_window_is_judged_as_in_the_whole(seed: int, affect: bool) -> None:
    whole = readings(seed)
    visit = Visit("p", 0.0, whole[-1].time_s + 1.0)
    expected = {
        (s.rule, s.start_s, s.end_s): facts(s)
        for s in judge_study(whole, [visit], settings=SETTINGS, affect=affect).states
    }
    compared, judged = 0, Judged()
    for batch in range(1, 29):
        found, judged = lately(whole, batch * 10.0, affect=affect, judged=judged)
        # The neutral of the first minute is known after it, and the rules rest on it.
        for state in found if batch > 12 else []:
            key = (state.rule, state.start_s, state.end_s)
            if state.rule != "difficulty" and key in expected:
                assert facts(state) == expected[key], key
                compared += 1
    assert compared > 40


def angry(count: int) -> list[Observation]:
    return [
        Observation(float(n), 1, pose=HeadPose(0, 0, 0), expression=Expression("anger"))
        for n in range(count)
    ]


@pytest.mark.parametrize(("count", "state"), [(29, "no_sign_of_difficulty"), (30, "difficult")])
def test_the_thirtieth_angry_reading_makes_it_difficult(count: int, state: str) -> None:
    found, _ = lately(angry(count), 1e9, affect=True)
    assert [s.state for s in found if s.rule == "difficulty"] == [state]


def test_difficulty_is_of_the_present_point() -> None:
    reference = reference_lately(angry(60), SETTINGS, affect=True)
    visits = [Visit("first", 0.0, 35.0), Visit("second", 35.0, 60.0)]
    given = Recent(angry(60), visits, reference, True)
    found, _ = judge_lately(given, Judged(), settings=SETTINGS, affect=True)
    said = [(s.knowledge_point, s.state) for s in found if s.rule == "difficulty"]
    assert said == [("second", "no_sign_of_difficulty")]


def test_nobody_seen_yet_is_unknown_and_not_absent() -> None:
    blank = [Observation(float(n)) for n in range(40)]
    reference = reference_lately(blank, SETTINGS, affect=True)
    given = Recent(blank, [Visit("p", 0.0, 40.0)], reference, False)
    found, _ = judge_lately(given, Judged(), settings=SETTINGS, affect=True)
    assert [(s.rule, s.state, s.person_id, dict(s.counts)) for s in found] == [
        ("focus", "unknown", None, {"no_face": 40})
    ]


def test_somebody_seen_before_who_left_is_absent() -> None:
    blank = [Observation(float(n)) for n in range(100, 140)]
    given = Recent(blank, [Visit("p", 0.0, 140.0)], Reference(), True)
    found, _ = judge_lately(given, Judged(), settings=SETTINGS, affect=False)
    focus = [s.state for s in found if s.rule == "focus"]
    assert focus == ["inattentive_or_fault"] * 4


def rules(judged: Judged, observations: list[Observation]) -> tuple[list[str], Judged]:
    given = Recent(observations, [Visit("p", 0.0, float(len(observations)))], Reference(), True)
    found, judged = judge_lately(given, judged, settings=SETTINGS, affect=True)
    return [s.rule for s in found], judged


def calm(count: int) -> list[Observation]:
    return [replace(o, expression=Expression("neutral")) for o in angry(count)]


def test_a_judged_minute_is_not_judged_again() -> None:
    first, judged = rules(Judged(), calm(70))
    assert set(first) == {"focus", "difficulty", "engagement", "involvement"}
    assert judged.minute_s == 60.0
    again, judged = rules(judged, calm(80))
    assert again == ["focus"] * 4
    assert [s.end_s for s in judged.focus] == [50.0, 60.0, 70.0, 80.0]


def test_difficulty_is_judged_where_it_can_have_changed() -> None:
    _, judged = rules(Judged(), calm(70))
    assert not judged.difficult
    found, judged = rules(judged, [*angry(80)[:45], *calm(80)[45:]])
    assert "difficulty" in found
    assert judged.difficult
    found, judged = rules(judged, calm(90))  # it was hard, so whether it still is matters
    assert "difficulty" in found
    assert not judged.difficult


def test_nothing_read_says_nothing() -> None:
    given = Recent([], [], Reference(), False)
    assert judge_lately(given, Judged(), settings=SETTINGS, affect=True) == ([], Judged())
