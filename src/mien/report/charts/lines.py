"""Shares over time: focus, engagement and unknown as stepped lines."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

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
from mien.report.charts.series import Series, mean_of, thinned

TOP, HEIGHT = 26, 150
#: Line class and the dash that tells it apart without colour.
STYLES = {"focus": "line-a", "engagement": "line-b", "unknown": "line-u"}


def _path(series: Series, duration_s: float, kind: str, name: str) -> str:
    commands, pen_down = [], False
    for start_s, end_s, value, _ in series:
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
    rows = [
        (name, clock(s), clock(e), percent(v)) for name, vs in kept.items() for s, e, v, _ in vs
    ]
    told = ", ".join(f"{name} {percent(mean_of(values))}" for name, values in kept.items())
    sentence = f"On average over what is known: {told}. A gap is time of which too little is known."
    if not kept:
        sentence = "Nothing to show."
    return Figure(title, sentence, drawn if kept else "", ("What", "From", "To", "Share"), rows)
