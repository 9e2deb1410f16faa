"""Engagement: share of happy or surprised among what was read."""

from __future__ import annotations

import pytest

from mien.assessment.assess import assess
from mien.assessment.lesson import KnowledgePoint, Lesson
from readings import of_rule, readings


def test_share_per_minute_without_unknown_in_the_denominator():
    # First minute: 12 happy, 3 surprised, 15 neutral, 30 unknown: 15 of 30 known.
    first = ["happiness"] * 12 + ["surprise"] * 3 + ["neutral"] * 15 + ["unknown"] * 30
    found = of_rule(assess(readings(first + ["neutral"] * 60)).states, "engagement")
    assert [(s.state, s.value) for s in found] == [("measured", 0.5), ("measured", 0.0)]
    assert found[0].unknown_share == 0.5
    assert found[0].counts == {"engaged": 15, "other": 15, "unknown": 30}


@pytest.mark.parametrize("missing", ["unknown", "-"])
def test_a_minute_mostly_unread_is_unknown(missing):
    found = of_rule(assess(readings(["happiness"] * 29 + [missing] * 31)).states, "engagement")
    assert [(s.state, s.value) for s in found] == [("unknown", None)]
    assert found[0].unknown_share == pytest.approx(31 / 60)


def test_distress_is_not_engagement():
    found = of_rule(assess(readings(["anger"] * 30 + ["surprise"] * 10)).states, "engagement")
    assert found[0].value == 0.25


def test_by_whole_knowledge_point():
    labels = ["happiness"] * 10 + ["neutral"] * 30
    lesson = Lesson("L", (KnowledgePoint("A", 0, 20), KnowledgePoint("B", 20, 40)))
    found = of_rule(assess(readings(labels), lesson=lesson).point_states, "engagement")
    assert [(s.knowledge_point, s.value) for s in found] == [("A", 0.5), ("B", 0.0)]
