"""The six classroom states, each by the signs that name it."""

from __future__ import annotations

import pytest

from mien.assessment.assess import assess
from mien.labels import CLASSROOM_STATES, UNKNOWN
from readings import nobody, of_rule, reading

STEP_S = 0.5


def minute():
    """A neutral first minute that sets the reference."""
    return [reading(n * STEP_S) for n in range(120)]


def window(*parts):
    """The state of the window 60 to 70 s, given (readings, kwargs) parts of 20 in all."""
    observations, n = minute(), 0
    for number, label, details in parts:
        for _ in range(number):
            time_s = 60 + n * STEP_S
            observations.append(
                nobody(time_s) if label == "-" else reading(time_s, label, **details)
            )
            n += 1
    assert n == 20
    found = of_rule(assess(observations).states, "classroom_state")
    assert [(s.start_s, s.end_s) for s in found[6:]] == [(60.0, 70.0)]
    return found[6]


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        ([(20, "neutral", {})], "dedicated"),
        ([(11, "happiness", {}), (9, "neutral", {})], "happy"),
        ([(10, "happiness", {}), (10, "neutral", {})], "dedicated"),
        ([(11, "anger", {}), (9, "neutral", {})], "confused"),
        ([(6, "anger", {}), (5, "sadness", {}), (9, "neutral", {})], "confused"),
        ([(11, "neutral", {"yaw": 31.0}), (9, "neutral", {})], "bored"),
        ([(11, "neutral", {"yaw": -31.0}), (9, "neutral", {})], "bored"),
        ([(11, "neutral", {"pitch": -21.0}), (9, "neutral", {})], "bored"),
        ([(10, "neutral", {"yaw": 31.0}), (10, "neutral", {})], "neutral"),
        ([(11, "happiness", {"yaw": 31.0}), (9, "neutral", {})], "happy"),
        ([(2, "neutral", {"yaw": 31.0}), (18, "neutral", {})], "dedicated"),
        ([(3, "neutral", {"yaw": 31.0}), (17, "neutral", {})], "neutral"),
        ([(10, "unknown", {}), (10, "happiness", {})], "happy"),
        ([(11, "unknown", {}), (9, "happiness", {})], UNKNOWN),
        ([(20, "-", {})], UNKNOWN),
        ([(20, "neutral", {"pitch": None, "eyes": None})], "neutral"),
    ],
)
def test_by_hand(parts, state):
    assert window(*parts).state == state


@pytest.mark.parametrize(("closed", "tired"), [(17, False), (18, True)])
def test_perclos_of_the_last_minute_at_15_percent(closed, tired):
    # The minute that ends at 70 s holds 120 readings; 18 of them are 15 %. The own
    # open eyes are 0.3: closed is below 0.18.
    found = window((closed, "neutral", {"eyes": 0.17}), (20 - closed, "neutral", {}))
    assert (found.state == "tired") is tired


def test_eyes_at_the_limit_are_open():
    assert window((20, "neutral", {"eyes": 0.18})).state == "dedicated"


def test_the_lids_of_a_bowed_head_are_not_closed_eyes():
    assert window((20, "neutral", {"eyes": 0.1, "pitch": -40.0})).state == "bored"


@pytest.mark.parametrize(("readings", "tired"), [(2, False), (3, True)])
def test_a_yawn_lasts_a_second_and_a_half(readings, tired):
    found = window(
        (5, "neutral", {}), (readings, "surprise", {"mouth": 0.7}), (15 - readings, "neutral", {})
    )
    assert (found.state == "tired") is tired


def test_a_laugh_is_no_yawn():
    assert window((20, "happiness", {"mouth": 0.9})).state == "happy"


def test_a_resting_face_read_as_sad_is_that_persons_neutral():
    sad = [reading(n * STEP_S, "sadness") for n in range(160)]
    assert {s.state for s in of_rule(assess(sad).states, "classroom_state")} == {"dedicated"}
    angry_later = sad[:120] + [reading(60 + n * STEP_S, "anger") for n in range(20)]
    assert of_rule(assess(angry_later).states, "classroom_state")[6].state == "confused"


def test_every_state_says_that_no_study_checked_it():
    for part in ("happiness", "unknown", "anger"):
        found = window((20, part, {}))
        assert found.state in (*CLASSROOM_STATES, UNKNOWN)
        assert not found.validated
        assert "not validated" in found.reason
