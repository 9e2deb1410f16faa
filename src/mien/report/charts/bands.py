"""States over time, a band a person."""

from __future__ import annotations

from collections.abc import Sequence

from mien.observations import LearningState
from mien.report.charts.figure import (
    BOTTOM,
    Figure,
    clock,
    percent,
    place,
    point_bands,
    rect,
    svg,
    text,
    time_axis,
)
from mien.report.charts.meaning import fill_of, legend, words

#: Height of a person's band and the gap to the next, in the chart's coordinates.
BAND, GAP, TOP = 20, 8, 24
#: Rows of a table; a longer one is in states.csv.
MOST_ROWS = 400

Points = Sequence[tuple[str, float, float]]


def merged(states: Sequence[LearningState]) -> list[tuple[float, float, str]]:
    """Neighbouring intervals with the same state become one: ``(start, end, state)``."""
    result: list[tuple[float, float, str]] = []
    for state in sorted(states, key=lambda s: s.start_s):
        if result and result[-1][2] == state.state and state.start_s - result[-1][1] < 1e-6:
            result[-1] = (result[-1][0], state.end_s, state.state)
        else:
            result.append((state.start_s, state.end_s, state.state))
    return result


def state_bands(
    states: Sequence[LearningState],
    rule: str,
    title: str,
    duration_s: float,
    points: Points,
) -> Figure:
    """One band a person with the states of one rule."""
    chosen = [s for s in states if s.rule == rule and s.person_id is not None]
    persons = sorted({s.person_id for s in chosen if s.person_id is not None})
    body, rows = [], []
    height = TOP + len(persons) * (BAND + GAP)
    body.append(point_bands(points, duration_s, TOP - 4, height))
    body.append(time_axis(duration_s, TOP - 4, height))
    for line, person in enumerate(persons):
        y = TOP + line * (BAND + GAP)
        body.append(text(4, y + 14, f"Person {person}"))
        for start_s, end_s, name in merged([s for s in chosen if s.person_id == person]):
            x = place(start_s, duration_s)
            told = f"{clock(start_s)}–{clock(end_s)} {words(name)}"
            width = place(end_s, duration_s) - x
            body.append(rect(x, y, width, BAND, fill_of(name), told))
            rows.append((f"Person {person}", clock(start_s), clock(end_s), words(name)))
    names = list(dict.fromkeys(s.state for s in chosen))
    drawn = svg(height + BOTTOM, "".join(body), title) + legend(names) if chosen else ""
    return Figure(
        title,
        sentence(chosen),
        drawn,
        ("Who", "From", "To", "State"),
        rows[:MOST_ROWS],
        "" if len(rows) <= MOST_ROWS else f"{len(rows) - MOST_ROWS} more rows in states.csv.",
    )


def sentence(states: Sequence[LearningState]) -> str:
    """Shares of the time by state, unknown included."""
    total = sum(s.end_s - s.start_s for s in states)
    if total <= 0:
        return "There was not enough to see."
    shares: dict[str, float] = {}
    for s in states:
        shares[s.state] = shares.get(s.state, 0.0) + (s.end_s - s.start_s) / total
    told = [f"{words(n)} {percent(v)}" for n, v in sorted(shares.items(), key=lambda i: -i[1])]
    return "Of the time: " + ", ".join(told) + "."
