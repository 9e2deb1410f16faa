"""Difficulty: 30 observations of anger or distress in a row on one knowledge point."""

from __future__ import annotations

import random

import pytest

from mien.assessment.assess import assess
from mien.assessment.lesson import KnowledgePoint, Lesson
from mien.labels import DISTRESS
from readings import of_rule, reading, readings


def difficulty_of(observations, lesson=None):
    return of_rule(assess(observations, lesson=lesson).states, "difficulty")


def padded(labels):
    return ["neutral"] * 20 + list(labels) + ["neutral"] * 20


@pytest.mark.parametrize(
    ("number", "state"),
    [(29, "no_sign_of_difficulty"), (30, "difficult"), (31, "difficult")],
)
@pytest.mark.parametrize("per_second", [1, 2, 5, 10])
def test_29_30_31_observations_a_second_apart_at_every_rate(number, state, per_second):
    labels = [label for label in padded(["anger"] * number) for _ in range(per_second)]
    (found,) = difficulty_of(readings(labels, 1 / per_second))
    assert found.state == state
    assert found.value == number


@pytest.mark.parametrize(("number", "hard"), [(29, False), (30, True)])
def test_slower_readings_count_once_each(number, hard):
    (found,) = difficulty_of(readings(padded(["sadness"] * number), 2.0))
    assert (found.state == "difficult") is hard
    assert found.value == number


def test_a_jittering_camera_loses_nothing():
    rng = random.Random(4)
    labels = padded(["fear"] * 30)
    observations = [reading(n + rng.uniform(-0.2, 0.2), label) for n, label in enumerate(labels)]
    (found,) = difficulty_of(observations)
    assert (found.state, found.value) == ("difficult", 30)


@pytest.mark.parametrize("label", sorted(DISTRESS))
def test_every_kind_of_distress_counts(label):
    assert difficulty_of(readings(padded([label] * 30)))[0].state == "difficult"


@pytest.mark.parametrize("breaker", ["neutral", "happiness", "contempt", "-"])
def test_another_expression_or_absence_breaks_the_run(breaker):
    labels = padded([*["anger"] * 29, breaker, *["anger"] * 29])
    (found,) = difficulty_of(readings(labels))
    assert (found.state, found.value) == ("no_sign_of_difficulty", 29)


def test_unknown_neither_extends_nor_breaks():
    short = padded([*["anger"] * 15, "unknown", *["anger"] * 14])
    assert difficulty_of(readings(short))[0].value == 29
    (found,) = difficulty_of(readings(padded([*["anger"] * 15, "unknown", *["anger"] * 15])))
    assert (found.state, found.counts) == ("difficult", {"distress": 30, "unknown": 1})
    assert found.unknown_share == pytest.approx(1 / 31)


@pytest.mark.parametrize(("unknown", "state"), [(30, "difficult"), (31, "unknown")])
def test_a_run_mostly_unknown_says_nothing(unknown, state):
    labels = padded(["anger", *["unknown"] * unknown, *["anger"] * 29])
    (found,) = difficulty_of(readings(labels))
    assert found.state == state
    assert found.unknown_share == pytest.approx(unknown / (unknown + 30))


def test_a_clear_run_stays_clear_when_unknown_follows():
    labels = padded([*["anger"] * 30, *["unknown"] * 40, "anger"])
    assert difficulty_of(readings(labels))[0].state == "difficult"


def test_time_without_data_counts_as_unknown():
    # 15 distressed, 31 s without data, 15 distressed: 31 of 61 unknown, more than half.
    before = readings(padded(["anger"] * 15)[:35])
    after = readings(["anger"] * 15, start_s=66.0)
    (found,) = difficulty_of([*before, *after])
    assert (found.state, found.counts) == ("unknown", {"distress": 30, "unknown": 31})


def test_a_run_is_of_one_knowledge_point():
    labels = padded(["anger"] * 40)  # distress from 20 to 60
    lesson = Lesson("L", (KnowledgePoint("A", 0, 40), KnowledgePoint("B", 40, 80)))
    first, second = difficulty_of(readings(labels), lesson)
    assert (first.knowledge_point, first.value) == ("A", 20)
    assert (second.knowledge_point, second.value) == ("B", 20)
    late = Lesson("L", (KnowledgePoint("A", 0, 30), KnowledgePoint("B", 30, 80)))
    first, second = difficulty_of(readings(labels), late)
    assert first.state == "no_sign_of_difficulty"
    assert (second.state, second.value) == ("difficult", 30)
    assert (second.start_s, second.end_s) == (30, 60)


def test_a_point_mostly_unread_is_unknown():
    (found,) = difficulty_of(readings(["neutral"] * 4 + ["unknown"] * 6))
    assert (found.state, found.value) == ("unknown", None)
    (found,) = difficulty_of(readings(["neutral"] * 5 + ["unknown"] * 5))
    assert found.state == "no_sign_of_difficulty"
