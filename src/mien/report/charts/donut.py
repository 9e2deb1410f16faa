"""What was read of each person's face: a ring with its table."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from mien.labels import READABLE, UNKNOWN
from mien.observations import Observation
from mien.report.charts.figure import Figure, percent, svg, text
from mien.report.charts.meaning import fill_of_expression, legend, words
from mien.report.readings import Readings

#: Radii and the room of one ring.
OUTER, INNER, CELL = 62, 38, 168
PER_LINE = 4
NAMES = (*READABLE, UNKNOWN)


def counts_of(observations: Sequence[Observation]) -> Counter[str]:
    """Readings by expression; *unknown* is one of them."""
    return Counter(o.expression.label for o in observations if o.expression is not None)


def ring(counts: Counter[str], cx: float, cy: float) -> str:
    """The arcs of one ring, clockwise from the top in the order of :data:`NAMES`, unknown last."""
    total, angle, parts = sum(counts.values()), -math.pi / 2, []
    for name in NAMES:
        if not counts[name]:
            continue
        share = counts[name] / total
        if share == 1:  # a full circle has no two ends, so an arc cannot draw it
            middle, width = (OUTER + INNER) / 2, OUTER - INNER
            return (
                f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="{middle}" fill="none" '
                f'stroke="{fill_of_expression(name)}" stroke-width="{width}">'
                f"<title>{words(name)} 100 %</title></circle>"
            )
        turn = share * 2 * math.pi
        x0, y0, x1, y1 = (
            cx + OUTER * math.cos(angle),
            cy + OUTER * math.sin(angle),
            cx + OUTER * math.cos(angle + turn),
            cy + OUTER * math.sin(angle + turn),
        )
        u0, v0, u1, v1 = (
            cx + INNER * math.cos(angle + turn),
            cy + INNER * math.sin(angle + turn),
            cx + INNER * math.cos(angle),
            cy + INNER * math.sin(angle),
        )
        large = int(turn > math.pi)
        parts.append(
            f'<path d="M{x0:.1f} {y0:.1f}A{OUTER} {OUTER} 0 {large} 1 {x1:.1f} {y1:.1f}'
            f'L{u0:.1f} {v0:.1f}A{INNER} {INNER} 0 {large} 0 {u1:.1f} {v1:.1f}Z" '
            f'fill="{fill_of_expression(name)}" class="arc"><title>{words(name)} {percent(share)}'
            "</title></path>"
        )
        angle += turn
    return "".join(parts)


def expression_rings(groups: Sequence[tuple[str, Readings]]) -> Figure:
    """One ring a group, ``(name, its readings)``: of what may be told."""
    counted = [(name, counts_of(readings.told)) for name, readings in groups]
    withheld = {name: readings.withheld for name, readings in groups if readings.withheld}
    counted = [(name, counts) for name, counts in counted if counts]
    body = []
    for index, (name, counts) in enumerate(counted):
        cx = CELL / 2 + 12 + (index % PER_LINE) * (CELL + 8)
        cy = 76 + (index // PER_LINE) * 176
        body.append(ring(counts, cx, cy))
        body.append(text(cx, cy + 5, f"{sum(counts.values())}", "middle", "big"))
        body.append(text(cx, cy + 86, name, "middle"))
    height = 176 * max(1, math.ceil(len(counted) / PER_LINE))
    title = "Expressions that were read"
    everything: Counter[str] = sum((c for _, c in counted), Counter())
    shown = [n for n in NAMES if everything[n]]
    rows = [
        (name, words(n), str(counts[n]), percent(counts[n] / sum(counts.values())))
        for name, counts in counted
        for n in NAMES
        if counts[n]
    ]
    rows += [(name, "withheld: too few", str(count), "") for name, count in withheld.items()]
    drawn = svg(height, "".join(body), title) + legend(shown, fill_of_expression) if counted else ""
    told = _sentence(everything, sum(withheld.values()))
    return Figure(title, told, drawn, ("Who", "Read", "Times", "Share"), rows)


def _sentence(counts: Counter[str], withheld: int) -> str:
    total = sum(counts.values())
    kept_back = f" {withheld} more are withheld: too few to show." if withheld else ""
    if not total:
        return f"There is no expression to show.{kept_back}"
    known = [n for n in READABLE if counts[n]]
    best = max(known, key=lambda n: counts[n]) if known else None
    told = f"most often {words(best)} ({percent(counts[best] / total)})" if best else "none known"
    return (
        f"{total} {'reading' if total == 1 else 'readings'}: {told}, "
        f"{percent(counts[UNKNOWN] / total)} unknown.{kept_back} An expression "
        "is what a face shows, not what a person feels."
    )
