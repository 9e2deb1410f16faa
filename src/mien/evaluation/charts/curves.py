"""Precision over recall, a line a class."""

from __future__ import annotations

import math
from html import escape

from mien.evaluation.judgement import ClassJudgement, Judgement
from mien.report.charts.figure import BOTTOM, LEFT, RIGHT, WIDTH, Figure, percent, svg, text
from mien.report.palette import EXPRESSION_HEX

TOP, HEIGHT = 26, 300
#: Classes without a colour of meaning, in turn (Okabe and Ito's palette).
_COLOURS = tuple(EXPRESSION_HEX.values())
#: With the colour, so that no line is told by colour alone.
_DASHES = ("", "8 4", "2 3", "10 3 2 3", "5 3", "1 4", "12 4", "6 2 2 2")


def precision_recall_figure(judgement: Judgement) -> Figure:
    """Each class against the rest, as the threshold on its probability falls."""
    title = f"Precision over recall: {judgement.title}"
    body = _axes()
    shown = [c for c in judgement.classes if len(c.curve)]
    styles = {c.name: _style(c.name, i) for i, c in enumerate(judgement.classes)}
    body += [_line(c, styles[c.name]) for c in shown]
    items = "".join(
        f'<li><svg viewBox="0 0 30 10" width="30" height="10" aria-hidden="true">'
        f'<path d="M0 5H30" fill="none" stroke-width="2.5" {styles[c.name]}/></svg>'
        f"{escape(c.name)} {_percent(c.average_precision)}</li>"
        for c in shown
    )
    rows = [
        (c.name, _percent(c.average_precision), *(_percent(_precision_at(c, r)) for r in RECALLS))
        for c in judgement.classes
    ]
    header = ("Class", "Average precision", *(f"Precision at recall {percent(r)}" for r in RECALLS))
    picture = svg(TOP + HEIGHT + BOTTOM + 18, "".join(body), title)
    sentence = (
        f"Mean average precision {_percent(judgement.mean_average_precision)}. A line far up and "
        "to the right is a class that the network tells from all others."
    )
    return Figure(title, sentence, f'{picture}<ul class="legend">{items}</ul>', header, rows)


#: Recalls at which the table gives the precision.
RECALLS = (0.25, 0.5, 0.75, 0.9)


def _precision_at(row: ClassJudgement, recall: float) -> float:
    """The best precision at this recall or more; NaN where it is never reached."""
    reached = row.curve[row.curve[:, 0] >= recall - 1e-9] if len(row.curve) else row.curve
    return float(reached[:, 1].max()) if len(reached) else math.nan


def _percent(value: float) -> str:
    return "–" if math.isnan(value) else percent(value)


def _style(name: str, number: int) -> str:
    colour = EXPRESSION_HEX.get(name, _COLOURS[number % len(_COLOURS)])
    return f'stroke="{colour}" stroke-dasharray="{_DASHES[number % len(_DASHES)]}"'


def _place(recall: float, precision: float) -> tuple[float, float]:
    return LEFT + recall * (WIDTH - LEFT - RIGHT - 8), TOP + (1 - precision) * HEIGHT


def _line(row: ClassJudgement, style: str) -> str:
    points = "L".join("{:.1f} {:.1f}".format(*_place(r, p)) for r, p in row.curve.tolist())
    return (
        f'<path d="M{points}" fill="none" stroke-width="2.2" {style}>'
        f"<title>{escape(row.name)}</title></path>"
    )


def _axes() -> list[str]:
    body = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = _place(share, share)
        left, bottom = _place(0, 0)
        right, top = _place(1, 1)
        body.append(f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" class="hair"/>')
        body.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}" class="hair"/>')
        body.append(text(left - 8, y + 4, percent(share), "end", "tick"))
        body.append(text(x, bottom + 16, percent(share), "middle", "tick"))
    body.append(text(LEFT, TOP - 10, "Precision", "middle", "tick"))
    body.append(text((LEFT + WIDTH) / 2, TOP + HEIGHT + 36, "Recall", "middle", "tick"))
    return body
