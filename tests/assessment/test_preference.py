"""Preference: balance of engaged and distressed readings, compared."""

from __future__ import annotations

import pytest

from mien.assessment.assess import assess
from mien.assessment.lesson import KnowledgePoint, Lesson
from mien.assessment.rules.preference import Matter, compare
from mien.assessment.settings import PreferenceSettings
from readings import of_rule, readings

SETTINGS = PreferenceSettings()


def course(title, engaged, distress, known=100.0, unread=0.0):
    return Matter(title, engaged, distress, known, unread)


def test_courses_are_ranked_by_balance():
    found = compare(
        [course("Maths", 10, 30), course("Art", 50, 10), course("Music", 20, 0)], SETTINGS
    )
    # Balances -0.2, 0.4, 0.2.
    assert [(r.matter.title, r.rank, r.state) for r in found] == [
        ("Art", 1, "preferred"),
        ("Music", 2, "not_preferred"),
        ("Maths", 3, "not_preferred"),
    ]
    assert "Place 1 of 3" in found[0].reason
    assert "50 %" in found[0].reason


@pytest.mark.parametrize(
    ("second", "state"), [(40, "preferred"), (41, "no_preference"), (50, "no_preference")]
)
def test_a_lead_below_a_tenth_is_no_preference(second, state):
    found = compare([course("A", 50, 0), course("B", second, 0)], SETTINGS)
    assert found[0].state == state


def test_courses_mostly_unread_come_last_without_a_rank():
    found = compare(
        [course("A", 50, 0, 100, 101), course("B", 10, 0), course("C", 40, 0, 100, 100)], SETTINGS
    )
    assert [(r.matter.title, r.rank) for r in found] == [("C", 1), ("B", 2), ("A", None)]
    assert found[2].state == "unknown"


@pytest.mark.parametrize("matters", [[], [course("A", 1, 0)], [course("A", 0, 0, 0, 0)] * 2])
def test_nothing_to_compare_is_unknown(matters):
    assert {r.state for r in compare(matters, SETTINGS)} <= {"unknown"}


def test_within_a_lesson_across_its_points():
    labels = ["happiness"] * 20 + ["anger"] * 20
    lesson = Lesson("L", (KnowledgePoint("A", 0, 20), KnowledgePoint("B", 20, 40)))
    found = of_rule(assess(readings(labels), lesson=lesson).states, "preference")
    assert [(s.knowledge_point, s.state, s.value) for s in found] == [
        ("A", "preferred", 1.0),
        ("B", "not_preferred", -1.0),
    ]
