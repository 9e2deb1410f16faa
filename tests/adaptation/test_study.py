"""A learner's study becomes the states of the rules."""

import pytest

from mien.adaptation.study import Visit, judge_study, latest, lesson_of
from mien.observations import Expression, HeadPose, Observation


def row(time_s: float, label: str = "neutral", person: int = 7) -> Observation:
    pose = HeadPose(0.0, 0.0, 0.0)
    said = Expression(label, {label: 1.0}, "")
    return Observation(time_s, person, (0, 0, 50, 50), 1.0, pose, 0.3, 0.0, None, said)


def test_thirty_distressed_readings_make_the_point_difficult_and_name_it() -> None:
    rows = [row(t, "anger" if t >= 60 else "neutral") for t in range(90)]
    visits = [Visit("sums", 0, 60), Visit("limits", 60, 90)]
    states = judge_study(rows, visits, affect=True).states
    (hard,) = [s for s in states if s.state == "difficult"]
    assert hard.knowledge_point == "limits"
    assert "'limits' seems hard" in hard.reason
    assert {s.knowledge_point for s in states if s.rule == "difficulty"} == {"sums", "limits"}


def test_a_point_visited_twice_keeps_its_name_and_its_visits_apart() -> None:
    rows = [row(t, "anger" if t < 20 or t >= 60 else "neutral") for t in range(75)]
    visits = [Visit("sums", 0, 20), Visit("limits", 20, 60), Visit("sums", 60, 75)]
    states = [s for s in judge_study(rows, visits, affect=True).states if s.rule == "difficulty"]
    # 20 and 15 in a row are two runs, not one of 35.
    assert [s.state for s in states] == ["no_sign_of_difficulty"] * 3
    assert [s.knowledge_point for s in states] == ["sums", "limits", "sums"]


def test_without_affect_no_expression_is_looked_at() -> None:
    found = judge_study([row(t, "anger") for t in range(90)], [Visit("sums", 0, 90)], affect=False)
    assert {s.rule for s in found.states} == {"focus", "involvement"}
    assert not any("distress" in s.counts for s in found.states)


def test_whatever_the_number_it_is_one_learner() -> None:
    rows = [row(t, person=1 + t % 3) for t in range(30)]
    found = judge_study(rows, [Visit("sums", 0, 30)], affect=True)
    assert len(found.persons) == 1
    assert all(s.state == "focused" for s in found.states if s.rule == "focus")


def test_nobody_seen_is_unknown() -> None:
    rows = [Observation(float(t)) for t in range(40)]
    found = judge_study(rows, [Visit("sums", 0, 40)], affect=True)
    assert {s.state for s in found.states} == {"unknown"}


def test_overlaps_are_cut_and_empty_visits_left_out() -> None:
    visits = [Visit("a", 0, 50), Visit("b", 30, 40), Visit("c", 40, 40), Visit("d", -5, 10)]
    points = [(p.title.partition("\x1f")[0], p.start_s, p.end_s) for p in lesson_of(visits).points]
    assert points == [("a", 0, 30), ("b", 30, 40)]


@pytest.mark.parametrize(("now_s", "end_s"), [(29.9, 20), (30.0, 30)])
def test_latest_has_ended(now_s: float, end_s: float) -> None:
    states = judge_study([row(t) for t in range(60)], [Visit("sums", 0, 60)], affect=True).states
    assert latest(states, now_s)["focus"].end_s == pytest.approx(end_s)
