"""Shares over time: one figure a window, of everyone who was there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from mien.assessment.timeline import TIME_TOLERANCE_S
from mien.labels import UNKNOWN
from mien.observations import LearningState

#: A chart needs no more points than it has pixels.
MOST_POINTS = 240


class Part(NamedTuple):
    """One interval of a series.

    Attributes:
        share: 0 to 1; None where too little is known.
        known_s: seconds that are known of all persons together: the weight of the share.
    """

    start_s: float
    end_s: float
    share: float | None
    known_s: float


Series = Sequence[Part]


def focus_series(states: Sequence[LearningState], least: int = 1) -> Series:
    """The share of the persons' time in focused windows; None where fewer than ``least``
    are known: a figure of so few could be traced to one person."""
    return _series(states, "focus", lambda state: float(state.state == "focused"), least)


def value_series(states: Sequence[LearningState], rule: str, least: int = 1) -> Series:
    """The mean of the persons' values; None where fewer than ``least`` are known."""
    return _series(states, rule, lambda state: state.value, least)


def _series(
    states: Sequence[LearningState],
    rule: str,
    value_of: Callable[[LearningState], float | None],
    least: int,
) -> Series:
    """One part for each window, in order and without overlap."""
    chosen = [s for s in states if s.rule == rule and s.person_id is not None]
    return [
        _part(start_s, end_s, here, value_of, least)
        for (start_s, end_s), here in _by_window(chosen)
    ]


def _by_window(
    states: Sequence[LearningState],
) -> Iterator[tuple[tuple[float, float], list[LearningState]]]:
    """The windows of a recording, each with the states that belong to it.

    Everybody's windows end at the same times; a late comer's first is cut, or holds the
    moment before it. So the windows of whoever came first are the grid, and the middle of
    a state says in which of them it lies.
    """
    if not states:
        return
    first = min(states, key=lambda s: s.start_s).person_id
    grid = sorted((s.start_s, s.end_s) for s in states if s.person_id == first)
    found = [list[LearningState]() for _ in grid]
    ends = [end_s for _, end_s in grid]
    for state in states:
        place_in_grid = bisect_left(ends, (state.start_s + state.end_s) / 2)
        found[min(place_in_grid, len(grid) - 1)].append(state)
    yield from zip(grid, found, strict=True)


def _part(
    start_s: float,
    end_s: float,
    states: Sequence[LearningState],
    value_of: Callable[[LearningState], float | None],
    least: int,
) -> Part:
    """The mean of a window, everyone weighed by the seconds that are known of them.

    Where more than one is needed, those who came for less than half of the window do not
    fill the number up: else it would speak of whoever was there before them.
    """
    known = [
        ((s.end_s - s.start_s) * (1 - s.unknown_share), value)
        for s in states
        if s.state != UNKNOWN and (value := value_of(s)) is not None
    ]
    half_s = (end_s - start_s) / 2 - TIME_TOLERANCE_S
    stayed = sum(s.state != UNKNOWN and s.end_s - s.start_s >= half_s for s in states)
    known_s = sum(seconds for seconds, _ in known)
    if known_s <= 0 or (least > 1 and stayed < least):
        return Part(start_s, end_s, None, 0.0)
    return Part(start_s, end_s, sum(w * v for w, v in known) / known_s, known_s)


def thinned(series: Series) -> Series:
    """At most MOST_POINTS intervals: neighbours are averaged, weighed by what is known."""
    step = -(-len(series) // MOST_POINTS)
    if step <= 1:
        return series
    result: list[Part] = []
    for index in range(0, len(series), step):
        part = series[index : index + step]
        known_s = sum(p.known_s for p in part)
        result.append(Part(part[0].start_s, part[-1].end_s, mean_of(part), known_s))
    return result


def mean_of(series: Series) -> float | None:
    """Mean of what is known, every person's known second counting the same."""
    known = [(part.known_s, part.share) for part in series if part.share is not None]
    weight = sum(w for w, _ in known)
    return sum(w * v for w, v in known) / weight if weight > 0 else None
