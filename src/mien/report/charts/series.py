"""Shares over time: one figure a window, of everyone who was there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

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


class Floor(NamedTuple):
    """What a figure must speak of, so that it cannot be traced to one person.

    Attributes:
        people: the fewest who are known.
        cell: the fewest who are in a state, or in none of it, where some are.
    """

    people: int = 1
    cell: int = 1

    def withholds(self, inside: int, outside: int) -> bool:
        """Whether a share tells of few: those who make it up, or those who lack from it."""
        return 0 < inside < self.cell or (inside > 0 and 0 < outside < self.cell)


#: Of single persons everything is told.
NO_FLOOR: Final = Floor()


def share_series(
    states: Sequence[LearningState], rule: str, state: str, floor: Floor = NO_FLOOR
) -> Series:
    """The share of the persons' time in windows of one state; None where ``floor`` says so."""

    def part_of(here: Sequence[LearningState]) -> float | None:
        known = [s for s in here if s.state != UNKNOWN]
        inside = sum(s.state == state for s in known)
        few = floor.withholds(inside, len(known) - inside)
        return None if few else _mean(known, lambda s: float(s.state == state))

    return _series(states, rule, part_of, floor.people)


def focus_series(states: Sequence[LearningState], floor: Floor = NO_FLOOR) -> Series:
    """The share of the persons' time in focused windows."""
    return share_series(states, "focus", "focused", floor)


def value_series(states: Sequence[LearningState], rule: str, floor: Floor = NO_FLOOR) -> Series:
    """The mean of the persons' values, 0 to 1; None where ``floor`` says so: a mean to which
    one of ten adds anything is that one's value."""

    def part_of(here: Sequence[LearningState]) -> float | None:
        values = [s.value for s in here if s.state != UNKNOWN and s.value is not None]
        few = floor.withholds(sum(v > 0 for v in values), sum(v < 1 for v in values))
        return None if few else _mean(here, lambda s: s.value)

    return _series(states, rule, part_of, floor.people)


def _series(
    states: Sequence[LearningState],
    rule: str,
    share_of: Callable[[Sequence[LearningState]], float | None],
    least: int,
) -> Series:
    """One part for each window, in order and without overlap."""
    chosen = [s for s in states if s.rule == rule and s.person_id is not None]
    return [
        _part(start_s, end_s, here, share_of, least)
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
    share_of: Callable[[Sequence[LearningState]], float | None],
    least: int,
) -> Part:
    """The figure of a window.

    Where more than one is needed, those who came for less than half of the window do not
    fill the number up: else it would speak of whoever was there before them.
    """
    half_s = (end_s - start_s) / 2 - TIME_TOLERANCE_S
    stayed = sum(s.state != UNKNOWN and s.end_s - s.start_s >= half_s for s in states)
    share = None if least > 1 and stayed < least else share_of(states)
    known_s = sum(_known_s(s) for s in states if s.state != UNKNOWN)
    return Part(start_s, end_s, share, 0.0 if share is None else known_s)


def _known_s(state: LearningState) -> float:
    """Seconds of a state that are known."""
    return (state.end_s - state.start_s) * (1 - state.unknown_share)


def _mean(
    states: Sequence[LearningState], value_of: Callable[[LearningState], float | None]
) -> float | None:
    """Everyone weighed by the seconds that are known of them; None where none are."""
    known = [
        (_known_s(s), value)
        for s in states
        if s.state != UNKNOWN and (value := value_of(s)) is not None
    ]
    weight = sum(w for w, _ in known)
    return sum(w * v for w, v in known) / weight if weight > 0 else None


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
