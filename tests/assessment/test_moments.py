"""Moments worth a look: merged, in order, with reasons."""

from __future__ import annotations

from dataclasses import replace

from mien.assessment.assess import assess
from mien.assessment.lesson import KnowledgePoint, Lesson
from mien.observations import Observation
from readings import nobody, reading, readings


def test_neighbouring_windows_are_one_moment():
    labels = ["neutral"] * 20 + ["-"] * 30 + ["neutral"] * 20
    (moment,) = assess(readings(labels), affect=False).moments
    assert (moment.time_s, moment.end_s, moment.person_id) == (20, 50, 1)
    assert "3 windows in a row, 30 s" in moment.reason


def test_a_hard_point_is_named():
    lesson = Lesson("L", (KnowledgePoint("Convolution", 0, 100),))
    labels = ["neutral"] * 40 + ["anger"] * 40 + ["neutral"] * 20
    found = [m for m in assess(readings(labels), lesson=lesson).moments if "hard" in m.title]
    assert [(m.time_s, m.end_s, m.knowledge_point) for m in found] == [(40, 80, "Convolution")]
    assert "'Convolution'" in found[0].reason


def test_missing_data_is_a_moment_too():
    observations = [reading(t, None) for t in (*range(20), *range(60, 80))]
    (moment,) = assess(observations, affect=False).moments
    assert (moment.title, moment.time_s, moment.end_s) == ("No data", 20, 60)


def test_an_ordinary_lesson_has_none():
    assert assess(readings(["neutral"] * 100)).moments == ()


def test_all_are_told_in_order_of_time():
    observations = []
    for n in range(600):
        absent = n % 20 >= 10 or 500 <= n < 540
        observations.append(nobody(float(n)) if absent else reading(float(n), None))
    moments = assess(observations, affect=False).moments
    # Thirty absences of 10 s; those at 490, 510 and 530 are one with what lies between.
    assert len(moments) == 28
    assert [m.time_s for m in moments] == sorted(m.time_s for m in moments)
    assert max(m.end_s - m.time_s for m in moments) == 50  # 490 to 540


def class_of(present: int, leavers: int) -> list[Observation]:
    """A minute of ``present`` faces, of which ``leavers`` are gone for all but 2 s."""
    return [
        replace(reading(float(n), None), person_id=person)
        for n in range(60)
        for person in range(1, present + 1)
        if person > leavers or n < 2
    ]


def test_a_moment_of_the_class_tells_of_no_few() -> None:
    """9 of 10 would tell of the one who stayed."""
    told = [m for m in assess(class_of(10, 9), affect=False).moments if m.person_id is None]
    assert told
    assert all("at first a good part of 10 at the same time (" in m.reason for m in told)
    assert all("(how many are unknown is withheld)" in m.reason for m in told)
    assert not any("9" in m.reason.split("at first")[1] for m in told)
    enough = [m for m in assess(class_of(13, 9), affect=False).moments if m.person_id is None]
    assert "9 of 13 at the same time (0 unknown)" in enough[0].reason
