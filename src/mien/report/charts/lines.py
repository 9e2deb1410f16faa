"""Shares over time: focus, engagement and unknown as stepped lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import escape

from mien.observations import LearningState
from mien.report.charts.bands import Points
from mien.report.charts.figure import (
    BOTTOM,
    LEFT,
    RIGHT,
    WIDTH,
    Figure,
    clock,
    percent,
    place,
    point_bands,
    svg,
    text,
    time_axis,
)

TOP, HEIGHT = 26, 150
#: Line class and the dash that tells it apart without colour.
STYLES = {"focus": "line-a", "engagement": "line-b", "unknown": "line-u"}
#: A chart needs no more points than it has pixels.
MOST_POINTS = 240

Series = list[tuple[float, float, float | None]]


def focus_series(states: Sequence[LearningState], least: int = 1) -> Series:
    """``(start, end, share of the persons' windows that are focused)``; None where
    fewer than ``least`` are known: a figure of so few could be traced to one person."""
    grouped: dict[tuple[float, float], list[str]] = defaultdict(list)
    for s in states:
        if s.rule == "focus" and s.person_id is not None:
            grouped[s.start_s, s.end_s].append(s.state)
    result: Series = []
    for (start_s, end_s), names in sorted(grouped.items()):
        known = [n for n in names if n != "unknown"]
        enough = len(known) >= least
        share = sum(n == "focused" for n in known) / len(known) if enough else None
        result.append((start_s, end_s, share))
    return result


def value_series(states: Sequence[LearningState], rule: str, least: int = 1) -> Series:
    """``(start, end, mean of the persons' values)``; None where fewer than ``least``
    are known."""
    grouped: dict[tuple[float, float], list[float | None]] = defaultdict(list)
    for s in states:
        if s.rule == rule and s.person_id is not None:
            grouped[s.start_s, s.end_s].append(s.value)
    result: Series = []
    for (start_s, end_s), values in sorted(grouped.items()):
        known = [v for v in values if v is not None]
        mean = sum(known) / len(known) if len(known) >= least else None
        result.append((start_s, end_s, mean))
    return result


def thinned(series: Series) -> Series:
    """At most MOST_POINTS intervals: neighbours are averaged, time-weighted."""
    step = -(-len(series) // MOST_POINTS)
    if step <= 1:
        return series
    result: Series = []
    for index in range(0, len(series), step):
        part = series[index : index + step]
        known = [(e - s, v) for s, e, v in part if v is not None]
        weight = sum(w for w, _ in known)
        mean = sum(w * v for w, v in known) / weight if weight > 0 else None
        result.append((part[0][0], part[-1][1], mean))
    return result


def _path(series: Series, duration_s: float, kind: str, name: str) -> str:
    commands, pen_down = [], False
    for start_s, end_s, value in series:
        if value is None:
            pen_down = False
            continue
        y = TOP + (1 - value) * HEIGHT
        x0, x1 = place(start_s, duration_s), place(end_s, duration_s)
        commands.append(f"{'L' if pen_down else 'M'}{x0:.1f} {y:.1f}L{x1:.1f} {y:.1f}")
        pen_down = True
    return f'<path d="{"".join(commands)}" class="{kind}"><title>{escape(name)}</title></path>'


def share_lines(
    series: Mapping[str, Series], title: str, duration_s: float, points: Points
) -> Figure:
    """Stepped lines of shares, 0 to 100 %; a gap is time that is unknown."""
    bottom = TOP + HEIGHT
    body = [point_bands(points, duration_s, TOP, bottom), time_axis(duration_s, TOP, bottom)]
    for share in (0.0, 0.5, 1.0):
        y = TOP + (1 - share) * HEIGHT
        body.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" class="hair"/>')
        body.append(text(LEFT - 8, y + 4, percent(share), "end", "tick"))
    kept = {name: thinned(values) for name, values in series.items() if values}
    for name, values in kept.items():
        body.append(_path(values, duration_s, STYLES[name], name))
    keys = "".join(
        f'<li><svg viewBox="0 0 28 10" width="28" height="10" aria-hidden="true">'
        f'<path d="M0 5H28" class="{STYLES[n]}"/></svg>{n}</li>'
        for n in kept
    )
    drawn = svg(bottom + BOTTOM, "".join(body), title) + f'<ul class="legend">{keys}</ul>'
    rows = [(name, clock(s), clock(e), percent(v)) for name, vs in kept.items() for s, e, v in vs]
    told = ", ".join(f"{name} {percent(mean_of(values))}" for name, values in kept.items())
    sentence = f"On average: {told}. A gap is time that is unknown." if kept else "Nothing to show."
    return Figure(title, sentence, drawn if kept else "", ("What", "From", "To", "Share"), rows)


def mean_of(series: Series) -> float | None:
    """Time-weighted mean of what is known."""
    known = [(e - s, v) for s, e, v in series if v is not None]
    weight = sum(w for w, _ in known)
    return sum(w * v for w, v in known) / weight if weight > 0 else None
