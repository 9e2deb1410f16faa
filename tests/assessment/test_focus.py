"""Focus: unseen for more than half of a 10-second window."""

from __future__ import annotations

import pytest

from mien.assessment.assess import assess
from readings import nobody, of_rule, reading, readings, words


def focus_of(observations):
    return of_rule(assess(observations, affect=False).states, "focus")


@pytest.mark.parametrize(
    ("unseen", "state"),
    [
        (0, "focused"),
        (4, "focused"),
        (5, "focused"),
        (6, "inattentive_or_fault"),
        (9, "inattentive_or_fault"),
    ],
)
@pytest.mark.parametrize("per_second", [1, 5, 10, 30])
def test_half_of_a_window_at_every_rate(unseen, state, per_second):
    labels = ["neutral"] * (10 - unseen) + ["-"] * unseen
    many = [label for label in labels for _ in range(per_second)]
    (found,) = focus_of(readings(many, 1 / per_second))
    assert found.state == state
    assert found.value == pytest.approx((10 - unseen) / 10)
    assert (found.start_s, found.end_s) == pytest.approx((0, 10))


def test_an_unreadable_face_is_present():
    (found,) = focus_of(readings(["unknown"] * 10))
    assert (found.state, found.counts, found.unknown_share) == ("focused", {"seen": 10}, 0.0)


def test_a_gap_is_unknown_not_absence():
    # 0 to 10 seen, 10 to 20 without data, 20 to 30 seen.
    found = focus_of([reading(t) for t in (*range(10), *range(20, 30))])
    assert [s.state for s in found] == ["focused", "unknown", "focused"]
    assert found[1].unknown_share == 1.0
    assert found[1].value is None


@pytest.mark.parametrize(("seen", "state"), [(5, "focused"), (4, "unknown")])
def test_more_than_half_of_a_window_without_data(seen, state):
    # Readings for the first seconds, then nothing until 10.
    found = focus_of([reading(t) for t in (*range(seen), *range(10, 20))])
    assert found[0].state == state
    assert found[0].unknown_share == pytest.approx((10 - seen) / 10)


def test_half_absent_and_half_without_data_is_no_focus():
    # Seen 0 to 10; absent 10 to 15; no data 15 to 20; seen 20 to 30.
    seen = [reading(t) for t in (*range(10), *range(20, 30))]
    found = focus_of([*seen, *(nobody(t) for t in range(10, 15))])
    assert [s.state for s in found] == ["focused", "unknown", "focused"]


def test_readings_weigh_the_time_that_they_stand_for():
    # Absent at 0.1 ... 0.5 (0.5 s, five readings), seen at 0 and from 0.6 on.
    times = [0.0, *(0.1 * n for n in range(1, 6))]
    observations = [reading(0.0), *(nobody(t) for t in times[1:])]
    observations += [reading(0.6 + n) for n in range(4)]
    (found,) = focus_of(observations)
    assert found.state == "focused"
    assert found.counts == {"absent": 5, "seen": 5}


def test_the_reason_has_its_numbers_and_blames_nobody():
    labels = ["neutral"] * 3 + ["-"] * 7
    (found,) = focus_of(readings(labels))
    assert "7 s of 10 s" in found.reason
    assert "technical fault" in found.reason
    assert words([found], "focus") == ["inattentive_or_fault"]
