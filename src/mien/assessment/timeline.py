"""Observations put in order of time: who was seen, absent or unrecorded, and for how long.

A reading stands for the time until the next one. Where the next is further away than
the gap allowed, it stands for the usual step and the rest is *no data*: unknown, not absence.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final, NamedTuple

from mien.assessment.settings import TimelineSettings
from mien.errors import SettingsError
from mien.observations import Observation

#: Comparisons of durations allow this: containers such as WebM keep milliseconds.
TIME_TOLERANCE_S: Final = 1e-3
#: Thirty thousand years; beyond, float seconds no longer resolve the windows.
_LATEST_S: Final = 1e12


class Slot(NamedTuple):
    """What one reading says of one person for the time it stands for.

    ``observation`` is None where the person was not seen; ``recorded`` is False for
    a gap without data.
    """

    start_s: float
    end_s: float
    observation: Observation | None
    recorded: bool = True

    @property
    def presence(self) -> str:
        """``seen``, ``absent`` or ``no_data``."""
        if not self.recorded:
            return "no_data"
        return "seen" if self.observation is not None else "absent"


@dataclass(frozen=True)
class PersonTimeline:
    """One person from the first sighting to the recording's end, without holes.

    Attributes:
        slots: in order, each starting where the one before ended.
    """

    person_id: int
    slots: tuple[Slot, ...]
    _starts: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(s.start_s for s in self.slots))

    @property
    def start_s(self) -> float:
        return self.slots[0].start_s

    @property
    def end_s(self) -> float:
        return self.slots[-1].end_s

    def between(self, start_s: float, end_s: float) -> Sequence[Slot]:
        """The slots that overlap an interval, whole."""
        first = max(bisect_right(self._starts, start_s) - 1, 0)
        last = first
        while last < len(self.slots) and self.slots[last].start_s < end_s:
            last += 1
        return [s for s in self.slots[first:last] if s.end_s > start_s]


@dataclass(frozen=True)
class Timeline:
    """A whole recording.

    Attributes:
        start_s, end_s: of the recording; both 0 without any reading.
        step_s: usual seconds between readings (median).
        instants: number of different times.
        people: by person id, everyone ever seen.
    """

    start_s: float
    end_s: float
    step_s: float
    instants: int
    people: tuple[PersonTimeline, ...]


def build_timeline(observations: Iterable[Observation], settings: TimelineSettings) -> Timeline:
    """Sorts, drops repeated (time, person) pairs and gives every reading its time.

    The order of the input does not matter. Of two readings of a person at one time the
    one with a known expression is kept, then the surer one.

    Raises:
        SettingsError: for times beyond 1e12 s.
    """
    readings = _unique(observations)
    times = sorted({time_s for time_s, _ in readings})
    if not times:
        return Timeline(0.0, 0.0, settings.lone_step_s, 0, ())
    if max(abs(times[0]), abs(times[-1])) > _LATEST_S:
        raise SettingsError(
            f"Times must lie within {_LATEST_S:g} s, got {times[0]} to {times[-1]}."
        )
    step_s = usual_step(times, settings)
    spans = _spans(times, step_s, max(settings.max_gap_steps * step_s, settings.min_gap_s))
    first_seen = dict[int, float]()
    for time_s, person in sorted(readings, key=lambda key: key[0]):
        if person is not None:
            first_seen.setdefault(person, time_s)
    people = tuple(
        PersonTimeline(person, _slots(spans, readings, person, first_seen[person]))
        for person in sorted(first_seen)
    )
    return Timeline(times[0], spans[-1][1], step_s, len(times), people)


def person_since(
    observations: Sequence[Observation], settings: TimelineSettings, person: int, start_s: float
) -> PersonTimeline | None:
    """The end of one person's time, who is known to have been seen before ``start_s``.

    Args:
        observations: in any order.

    Returns:
        Slots from ``start_s`` on (time before the first reading is no data where it is
        longer than a usual step), None without any reading.
    """
    readings = _unique(observations)
    times = sorted({time_s for time_s, _ in readings})
    if not times:
        return None
    step_s = usual_step(times, settings)
    gap_s = max(settings.max_gap_steps * step_s, settings.min_gap_s)
    slots = _slots(_spans(times, step_s, gap_s), readings, person, times[0])
    if times[0] - start_s > gap_s:
        slots = (Slot(start_s, times[0], None, recorded=False), *slots)
    return PersonTimeline(person, slots)


def usual_step(times: Sequence[float], settings: TimelineSettings) -> float:
    """Median seconds between sorted, different times, at most ``max_step_s``; for a single
    time ``lone_step_s``."""
    steps = [after - before for before, after in itertools.pairwise(times)]
    return min(median(steps), settings.max_step_s) if steps else settings.lone_step_s


def _unique(
    observations: Iterable[Observation],
) -> dict[tuple[float, int | None], Observation]:
    kept = dict[tuple[float, int | None], Observation]()
    for observation in observations:
        key = (observation.time_s, observation.person_id)
        if key not in kept or _rank(observation) > _rank(kept[key]):
            kept[key] = observation
    return kept


def _rank(observation: Observation) -> tuple[bool, float, float, str]:
    expression = observation.expression
    return (
        expression is not None and not expression.is_unknown,
        expression.confidence if expression else 0.0,
        observation.score or 0.0,
        repr(observation),  # any fixed order, so that shuffling changes nothing
    )


def _spans(times: Sequence[float], step_s: float, gap_s: float) -> list[tuple[float, float, bool]]:
    """(start, end, recorded) of every instant and every gap."""
    spans = list[tuple[float, float, bool]]()
    for time_s, following_s in itertools.pairwise(times):
        if following_s - time_s <= gap_s + TIME_TOLERANCE_S:
            spans.append((time_s, following_s, True))
        else:
            spans.append((time_s, time_s + step_s, True))
            spans.append((time_s + step_s, following_s, False))
    spans.append((times[-1], times[-1] + step_s, True))
    return spans


def _slots(
    spans: Sequence[tuple[float, float, bool]],
    readings: dict[tuple[float, int | None], Observation],
    person: int,
    first_s: float,
) -> tuple[Slot, ...]:
    return tuple(
        Slot(start_s, end_s, readings.get((start_s, person)) if recorded else None, recorded)
        for start_s, end_s, recorded in spans
        if start_s >= first_s
    )
