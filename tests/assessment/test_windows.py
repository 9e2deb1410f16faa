"""Windows, their short ends, and the comparison at exactly a share."""

from __future__ import annotations

import pytest

from mien.assessment.settings import TimelineSettings
from mien.assessment.timeline import build_timeline
from mien.assessment.windows import at_least, more_than, tally, windows_of
from readings import nobody, reading


def cut(times, length_s=10.0, first=0):
    observations = [reading(t) if t >= first else nobody(t) for t in times]
    timeline = build_timeline(observations, TimelineSettings())
    return [tuple(w) for w in windows_of(timeline.people[0], length_s, timeline.start_s)]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (3, [(0, 3)]),
        (20, [(0, 10), (10, 20)]),
        (24, [(0, 10), (10, 24)]),
        (25, [(0, 10), (10, 20), (20, 25)]),
    ],
)
def test_a_short_last_piece_joins_the_window_before(seconds, expected):
    assert cut(range(seconds)) == expected


@pytest.mark.parametrize(
    ("first", "expected"), [(5, [(5, 10), (10, 20)]), (6, [(6, 20)]), (12, [(12, 20)])]
)
def test_windows_keep_the_recordings_grid_for_late_comers(first, expected):
    assert cut(range(20), first=first) == expected


def test_a_day_without_data_is_one_window():
    # Data 0 to 20, nothing from 20 to 86400, data 86400 to 86420.
    found = cut([*range(20), *range(86_400, 86_420)])
    assert found == [(0, 10), (10, 20), (20, 86_400), (86_400, 86_410), (86_410, 86_420)]


def test_a_clock_jump_of_years_ends():
    assert len(cut([0, 1, 2, 9e9, 9e9 + 1, 9e9 + 2])) <= 4


def test_every_reading_is_counted_once_and_time_is_cut_at_the_edge():
    timeline = build_timeline([reading(t) for t in (0, 4, 8, 12, 16)], TimelineSettings())
    person = timeline.people[0]
    tallies = [tally(person, w, lambda s: s.presence) for w in windows_of(person, 10, 0)]
    # 0, 4, 8 | 12, 16: the reading at 8 stands for 2 s in each window.
    assert [t.counts["seen"] for t in tallies] == [3, 2]
    assert [t.seconds["seen"] for t in tallies] == [10, 10]


def test_exactly_a_share_is_not_more_but_is_at_least():
    assert not more_than(5.0, 0.5, 10.0)
    assert not more_than(sum([0.1] * 50), 0.5, 10.0)
    assert more_than(5.01, 0.5, 10.0)
    assert at_least(5.0, 0.5, 10.0)
    assert not at_least(4.99, 0.5, 10.0)


def test_readings_closer_than_the_tolerance_at_an_edge_are_counted_once():
    times = [*range(10), 9.9993, 9.9996, 9.9999, *range(10, 20)]
    timeline = build_timeline([reading(t) for t in times], TimelineSettings())
    person = timeline.people[0]
    tallies = [tally(person, w, lambda s: s.presence) for w in windows_of(person, 10, 0)]
    assert [t.counts["seen"] for t in tallies] == [10, 13]
