"""Intervals of a person's time, and how long and how often something held in them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from mien.assessment.timeline import TIME_TOLERANCE_S, PersonTimeline, Slot


class Window(NamedTuple):
    """An interval in seconds, ``start_s`` in, ``end_s`` out."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        return self.end_s - self.start_s

    @property
    def middle_s(self) -> float:
        return (self.start_s + self.end_s) / 2


def windows_of(person: PersonTimeline, length_s: float, origin_s: float) -> list[Window]:
    """Cuts a person's time into windows counted from the recording's start.

    A piece shorter than half a window at either end belongs to its neighbour, so that
    no state rests on a moment. Windows wholly without data are joined into one.
    """
    gaps = [s for s in person.slots if not s.recorded]
    windows = list[Window]()
    at_s = origin_s + length_s * math.floor((person.start_s - origin_s) / length_s)
    next_gap = 0
    while at_s < person.end_s - TIME_TOLERANCE_S:
        while next_gap < len(gaps) and gaps[next_gap].end_s <= at_s:
            next_gap += 1
        whole = 1
        if next_gap < len(gaps) and gaps[next_gap].start_s <= at_s:
            whole = max(1, math.floor((gaps[next_gap].end_s - at_s) / length_s))
        end_s = at_s + whole * length_s
        windows.append(Window(max(at_s, person.start_s), min(end_s, person.end_s)))
        at_s = end_s
    return _join_short_ends(windows, length_s / 2 - TIME_TOLERANCE_S)


def _join_short_ends(windows: list[Window], least_s: float) -> list[Window]:
    if len(windows) > 1 and windows[-1].length_s < least_s:
        windows[-2:] = [Window(windows[-2].start_s, windows[-1].end_s)]
    if len(windows) > 1 and windows[0].length_s < least_s:
        windows[:2] = [Window(windows[0].start_s, windows[1].end_s)]
    return windows


@dataclass(frozen=True)
class Tally:
    """Seconds and number of readings by what they said, within one window."""

    seconds: Mapping[str, float]
    counts: Mapping[str, int]

    @property
    def total_s(self) -> float:
        return math.fsum(self.seconds.values())

    def of(self, *names: str) -> float:
        """Seconds of these kinds together."""
        return math.fsum(self.seconds.get(name, 0.0) for name in names)

    def share(self, *names: str) -> float:
        """Share of the whole window, 0 to 1."""
        return share_of(self.of(*names), self.total_s)


def tally(person: PersonTimeline, window: Window, kind: Callable[[Slot], str]) -> Tally:
    """Weighs every reading by the time for which it stands inside the window.

    A reading is counted in the window that holds its time stamp (a millisecond early is
    on the edge); time without data has seconds but no count.
    """
    seconds, counts = dict[str, float](), dict[str, int]()
    first_s, last_s = window.start_s - TIME_TOLERANCE_S, window.end_s - TIME_TOLERANCE_S
    for slot in person.between(first_s, window.end_s):
        name = kind(slot)
        inside_s = min(slot.end_s, window.end_s) - max(slot.start_s, window.start_s)
        if inside_s > 0:
            seconds[name] = seconds.get(name, 0.0) + inside_s
        if slot.recorded and first_s <= slot.start_s < last_s:
            counts[name] = counts.get(name, 0) + 1
    return Tally(dict(sorted(seconds.items())), dict(sorted(counts.items())))


def share_of(part_s: float, whole_s: float) -> float:
    """``part / whole`` held within 0 to 1 against rounding; 0 of nothing is 0."""
    return min(max(part_s / whole_s, 0.0), 1.0) if whole_s > 0 else 0.0


def more_than(part_s: float, share: float, whole_s: float) -> bool:
    """Whether ``part`` exceeds that share of ``whole``; exactly the share does not."""
    return part_s > share * whole_s + TIME_TOLERANCE_S


def at_least(part_s: float, share: float, whole_s: float) -> bool:
    """Whether ``part`` reaches that share of ``whole``; exactly the share does."""
    return part_s >= share * whole_s - TIME_TOLERANCE_S
