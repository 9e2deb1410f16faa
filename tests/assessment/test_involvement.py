"""Involvement: head bowed for more than half of the time, against the own neutral."""

from __future__ import annotations

import pytest

from mien.assessment.assess import assess
from readings import nobody, of_rule, reading

MINUTE = 60


def second_minute(pitches, neutral=0.0, affect=False):
    """The state of a minute whose readings follow a neutral first minute."""
    observations = [reading(t, None, pitch=neutral) for t in range(MINUTE)]
    for n, pitch in enumerate(pitches):
        time_s = MINUTE + n * MINUTE / len(pitches)
        observations.append(nobody(time_s) if pitch == "-" else reading(time_s, None, pitch=pitch))
    return of_rule(assess(observations, affect=affect).states, "involvement")[1]


@pytest.mark.parametrize(("bowed", "state"), [(29, "active"), (30, "active"), (31, "passive")])
def test_exactly_half_is_active(bowed, state):
    found = second_minute([-30.0] * bowed + [0.0] * (60 - bowed))
    assert found.state == state
    assert found.value == pytest.approx(bowed / 60)


@pytest.mark.parametrize(("pitch", "state"), [(-20.0, "active"), (-20.1, "passive")])
def test_bowed_is_below_the_angle(pitch, state):
    assert second_minute([pitch] * 60).state == state


@pytest.mark.parametrize(("neutral", "state"), [(-15.0, "active"), (10.0, "passive")])
def test_relative_to_the_persons_own_neutral(neutral, state):
    # -12 degrees is 3 below one person's neutral and 22 below the other's.
    assert second_minute([-12.0] * 60, neutral).state == state


def test_time_that_cannot_be_read_is_left_out_of_the_share_and_counted():
    found = second_minute([-30.0] * 20 + [0.0] * 10 + [None] * 15 + ["-"] * 15)
    assert found.state == "passive"
    assert found.value == pytest.approx(20 / 30)
    assert found.unknown_share == pytest.approx(0.5)
    assert found.counts == {"bowed": 20, "upright": 10, "unknown": 15, "absent": 15}


def test_mostly_unread_is_unknown():
    assert second_minute([-30.0] * 29 + [None] * 31).state == "unknown"


def test_without_an_own_neutral_nothing_is_said():
    observations = [reading(t, None, pitch=-40.0) for t in range(4)]
    (found,) = of_rule(assess(observations, affect=False).states, "involvement")
    assert (found.state, found.unknown_share) == ("unknown", 1.0)
