"""Figures with their intervals, a row each: models, classes, differences, groups."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from mien.evaluation.judgement import Estimate
from mien.report.charts.figure import WIDTH, svg, text

#: Room for names at the left and for the figures in words at the right.
NAMES, TOLD, ROW, TOP = 200, 150, 28, 14
#: Half the height of an interval's ends.
CAP = 5
#: Ticks at most.
MOST_TICKS = 8


@dataclass(frozen=True)
class Row:
    """One name with its figure; ``told`` is the figure in words."""

    name: str
    estimate: Estimate
    told: str


def whiskers(
    rows: Sequence[Row], title: str, *, mark: tuple[float, str] | None = None, unit: str = " %"
) -> str:
    """The SVG: a dot a figure, a line its interval; shares are drawn in percent.

    Args:
        mark: a value with its words, drawn as a dashed line over all rows.
    """
    known = [r.estimate for r in rows if not math.isnan(r.estimate.value)]
    values = [v for e in known for v in (e.low, e.high)] + ([mark[0]] if mark else [])
    if not values:
        return ""
    low, high, step = _range(min(values), max(values))
    span = WIDTH - NAMES - TOLD

    def x(value: float) -> float:
        return NAMES + span * (value - low) / (high - low)

    bottom = TOP + len(rows) * ROW
    body = []
    for number in range(round((high - low) / step) + 1):
        at = low + number * step
        body.append(
            f'<line x1="{x(at):.1f}" x2="{x(at):.1f}" y1="{TOP}" y2="{bottom}" class="hair"/>'
        )
        body.append(text(x(at), bottom + 16, f"{at * 100:g}{unit}", "middle", "tick"))
    if mark is not None:
        body.append(f'<path d="M{x(mark[0]):.1f} {TOP - 6}V{bottom}" class="line-u"/>')
        anchor = "end" if x(mark[0]) > WIDTH / 2 else "start"
        body.append(
            text(x(mark[0]) + (4 if anchor == "start" else -4), 10, mark[1], anchor, "tick")
        )
    for line, row in enumerate(rows):
        body.append(_row(row, TOP + (line + 0.5) * ROW, x))
    return svg(bottom + 24, "".join(body), title)


def _row(row: Row, y: float, x: Callable[[float], float]) -> str:
    named = text(NAMES - 10, y + 5, row.name, "end") + text(
        WIDTH - TOLD + 12, y + 5, row.told, "start", "tick"
    )
    e = row.estimate
    if math.isnan(e.value):
        return named
    left, right = x(e.low), x(e.high)
    line = (
        f'<path d="M{left:.1f} {y - CAP}v{2 * CAP}m0 {-CAP}H{right:.1f}m0 {-CAP}v{2 * CAP}" '
        'class="line-a" style="stroke-width:1.5"/>'
    )
    tip = escape(f"{row.name}: {row.told}")
    dot = f'<circle cx="{x(e.value):.1f}" cy="{y}" r="5" style="fill:var(--accent)">'
    return f"{named}{line}{dot}<title>{tip}</title></circle>"


def _range(low: float, high: float) -> tuple[float, float, float]:
    """Round ends and the step between ticks."""
    width = max(high - low, 0.01)
    step = next(
        s for s in (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 1.0) if width / s <= MOST_TICKS - 1
    )
    first, last = math.floor(low / step), math.ceil(high / step)
    # All values on one tick (no difference anywhere): a scale needs some width still.
    return first * step, max(last, first + 1) * step, step
