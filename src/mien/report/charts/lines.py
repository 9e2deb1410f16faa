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
    series: Mapping[str, Series],
    title: str,
    duration_s: float,
    points: Points,
    of_class: bool = False,
) -> Figure:
    """Stepped lines of shares, 0 to 100 %; a gap is time that is unknown, of a class also
    time of which too few would be told."""
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
    gap = "withheld" if of_class else percent(None)
    rows = [
        (name, clock(s), clock(e), gap if v is None else percent(v))
        for name, vs in kept.items()
        for s, e, v, _ in vs
    ]
    means = {name: mean_of(values) for name, values in kept.items()}
    told = ", ".join(f"{n} {gap if mean is None else percent(mean)}" for n, mean in means.items())
    over = "told" if of_class else "known"
    why = "that is withheld: too few to show" if of_class else "of which too little is known"
    sentence = f"On average over what is {over}: {told}. A gap is time {why}."
    if not kept:
        sentence = "Nothing to show."
    return Figure(title, sentence, drawn if kept else "", ("What", "From", "To", "Share"), rows)
