"""The class view: floor, small cells, complementary suppression."""

from __future__ import annotations

import json

import pytest

from mien.assessment.assess import assess
from mien.assessment.group import TOO_FEW, summarize_group
from mien.assessment.lesson import KnowledgePoint, Lesson
from mien.assessment.reference import Reference
from mien.assessment.settings import GroupSettings
from mien.assessment.summary import PersonSummary
from readings import reading


def person(number, **points):
    """A person whose ``focus`` at each point is given."""
    return PersonSummary(number, 0, 1, 1, 0, 0, {}, {}, {"focus": points}, Reference(), "")


def rows(persons, **settings):
    found = summarize_group(persons, GroupSettings(**settings))
    return {r.knowledge_point: r for r in found.rows}


@pytest.mark.parametrize(("people", "shown"), [(0, False), (9, False), (10, True), (11, True)])
def test_the_floor(people, shown):
    found = summarize_group([person(n, A="focused") for n in range(people)], GroupSettings())
    assert found.shown is shown
    assert found.people == (people if shown else None)
    assert found.note == ("" if shown else TOO_FEW)
    assert bool(found.rows) is shown


def test_counts_with_unknown():
    persons = [
        person(n, A=("focused", "unknown", "inattentive_or_fault")[n % 3]) for n in range(12)
    ]
    (row,) = rows(persons).values()
    assert (row.people, row.counts) == (
        12,
        {"focused": 4, "inattentive_or_fault": 4, "unknown": 4},
    )
    assert row.note == ""


def test_a_small_cell_takes_the_next_smallest_with_it():
    # 7, 3 and 2 of 12: the 2 is withheld; from 12 - 7 - 3 it could be worked out, so is the 3.
    states = ["focused"] * 7 + ["unknown"] * 3 + ["inattentive_or_fault"] * 2
    (row,) = rows([person(n, A=state) for n, state in enumerate(states)]).values()
    assert row.counts == {"focused": 7, "inattentive_or_fault": None, "unknown": None}
    assert "2 of 3 figures withheld" in row.note


def test_two_small_cells_need_no_third():
    states = ["focused"] * 8 + ["unknown"] * 2 + ["inattentive_or_fault"] * 2
    (row,) = rows([person(n, A=state) for n, state in enumerate(states)]).values()
    assert row.counts == {"focused": 8, "inattentive_or_fault": None, "unknown": None}


def test_a_withheld_figure_cannot_be_worked_out():
    for small in (1, 2):
        states = ["focused"] * (12 - small) + ["unknown"] * small
        (row,) = rows([person(n, A=state) for n, state in enumerate(states)]).values()
        assert list(row.counts.values()) == [None, None]


def test_a_withheld_figure_may_be_a_zero():
    # Point A: 9 focused, 2 unknown. Nobody there is inattentive, but that is not told:
    # else both withheld figures would be known to be at least one.
    persons = [person(n, A="focused", B="inattentive_or_fault") for n in range(9)]
    persons += [person(n, A="unknown", B="inattentive_or_fault") for n in range(9, 11)]
    found = rows(persons)
    assert found["A"].counts == {"focused": None, "inattentive_or_fault": None, "unknown": None}
    assert found["A"].note == "3 of 3 figures withheld"
    assert found["B"].counts == {"inattentive_or_fault": 11}  # nothing withheld


def test_a_lone_small_row_takes_the_next_smallest_with_it():
    persons = [person(n, A="focused", B="focused") for n in range(11)]
    persons += [person(n, A="focused") for n in range(11, 13)]  # A 13, B 11
    persons += [person(n, C="focused") for n in range(13, 17)]  # C 4
    found = rows(persons)
    assert found["A"].people == 13
    assert (found["B"].people, found["B"].counts) == (None, {})
    assert (found["C"].people, found["C"].note) == (None, TOO_FEW)


def test_of_a_class_only_shared_moments_are_told_without_individuals():
    observations = [
        reading(t, "anger" if 20 <= t < 40 and p < 6 else "neutral", person=p + 1)
        for p in range(12)
        for t in range(60)
    ]
    lesson = Lesson("L", (KnowledgePoint("A", 0, 60),))
    found = assess(observations, lesson=lesson)
    told = found.to_dict(individuals=False)
    assert json.loads(json.dumps(told)) == told
    assert set(told) == {"affect", "instants", "settings", "group", "moments"}
    (moment,) = [m for m in told["moments"] if m["title"] == "Seems puzzled"]
    assert (moment["time_s"], moment["end_s"], moment["person_id"]) == (20, 40, None)
    assert "6 of 12" in moment["reason"]
    assert "not validated" in moment["reason"]
    assert all(m["person_id"] is None for m in told["moments"])


def test_below_the_floor_no_moment_speaks_of_the_class():
    observations = [reading(t, "anger", person=p + 1) for p in range(9) for t in range(60)]
    found = assess(observations)
    assert found.group.note == TOO_FEW
    assert all(m.person_id is not None for m in found.moments)


@pytest.mark.parametrize(("puzzled", "told"), [(3, False), (4, True)])
def test_a_moment_of_the_class_needs_three_in_ten(puzzled, told):
    # 3 of 12 are 25 %, 4 of 12 are 33 %.
    observations = [
        reading(t, "anger" if t >= 20 and p < puzzled else "neutral", person=p + 1)
        for p in range(12)
        for t in range(40)
    ]
    shared = [m for m in assess(observations).moments if m.person_id is None]
    assert [m.title for m in shared] == (["Seems puzzled"] if told else [])
