"""Order, duplicates, gaps: what each reading stands for."""

from __future__ import annotations

import pytest

from mien.assessment.settings import TimelineSettings
from mien.assessment.timeline import build_timeline
from mien.errors import SettingsError
from readings import nobody, reading

SETTINGS = TimelineSettings()


def slots(observations, person=0):
    timeline = build_timeline(observations, SETTINGS)
    return [(s.start_s, s.end_s, s.presence) for s in timeline.people[person].slots]


def test_a_reading_stands_until_the_next_and_a_long_gap_is_no_data():
    # Steps 1, 1, 1, 7: median 1, so gaps above 3 s are no data; the last stands for 1 s.
    found = slots([reading(t) for t in (0, 1, 2, 3, 10)])
    assert found == [
        (0, 1, "seen"),
        (1, 2, "seen"),
        (2, 3, "seen"),
        (3, 4, "seen"),
        (4, 10, "no_data"),
        (10, 11, "seen"),
    ]


@pytest.mark.parametrize(("last", "gap"), [(6.0, False), (6.1, True)])
def test_a_gap_of_exactly_three_steps_is_bridged(last, gap):
    found = slots([reading(t) for t in (0, 1, 2, 3, last)])
    assert any(kind == "no_data" for *_, kind in found) is gap


@pytest.mark.parametrize(("last", "gap"), [(2.4, False), (2.5, True)])
def test_a_gap_is_at_least_two_seconds(last, gap):
    found = slots([reading(t) for t in (0, 0.1, 0.2, 0.3, 0.4, last)])
    assert any(kind == "no_data" for *_, kind in found) is gap


def test_absence_counts_from_the_first_sighting_to_the_end_of_the_recording():
    found = slots([nobody(0), nobody(1), reading(2), nobody(3), nobody(4)])
    assert found == [(2, 3, "seen"), (3, 4, "absent"), (4, 5, "absent")]


def test_one_person_is_absent_while_another_is_seen():
    observations = [reading(0), reading(0, person=2), reading(1, person=2)]
    assert slots(observations, person=0) == [(0, 1, "seen"), (1, 2, "absent")]


def test_order_and_repetition_change_nothing():
    straight = [reading(t) for t in (0, 1, 2)]
    jumping = [reading(t) for t in (2, 0, 1, 0, 2)]
    assert slots(jumping) == slots(straight)
    assert build_timeline(jumping, SETTINGS).instants == 3


def test_of_two_readings_at_one_time_the_known_one_is_kept():
    for pair in (["unknown", "anger"], ["anger", "unknown"]):
        timeline = build_timeline([reading(0, label) for label in pair], SETTINGS)
        (slot,) = timeline.people[0].slots
        assert slot.observation.expression.label == "anger"


def test_a_single_reading_stands_for_one_second():
    assert slots([reading(5)]) == [(5, 6, "seen")]


def test_no_observation_at_all():
    timeline = build_timeline([], SETTINGS)
    assert (timeline.instants, timeline.people) == (0, ())


def test_times_that_seconds_cannot_resolve_are_refused():
    with pytest.raises(SettingsError, match="1e\\+12"):
        build_timeline([reading(1e300)], SETTINGS)


def test_no_reading_stands_for_more_than_a_minute():
    # Readings every hour: 60 s each, the rest is no data.
    assert slots([reading(0), reading(3600)]) == [
        (0, 60, "seen"),
        (60, 3600, "no_data"),
        (3600, 3660, "seen"),
    ]
