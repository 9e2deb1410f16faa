"""Do the probabilities mean what they say?"""

from __future__ import annotations

from mien.evaluation.judgement import Judgement
from mien.evaluation.report_table import percent as exact
from mien.report.charts.figure import BOTTOM, LEFT, RIGHT, WIDTH, Figure, percent, svg, text

TOP, HEIGHT, COUNTS = 26, 240, 56


def reliability_figure(judgement: Judgement) -> Figure:
    """Bars of the share of right answers by confidence; on the dashed line both are
    equal. Below, how many answers each bar stands for."""
    title = f"Confidence and truth: {judgement.title}"
    bins = judgement.reliability
    span = WIDTH - LEFT - RIGHT - 8
    body = _axes(span)
    most = max(bins.count.tolist(), default=1)
    rows = []
    for low, high, sure, right, count in zip(*vars(bins).values(), strict=True):
        x, width = LEFT + low * span, (high - low) * span
        tip = f"{count} answers, confidence {percent(sure)}, right {percent(right)}"
        y = TOP + (1 - right) * HEIGHT
        body.append(_bar(x, y, width, TOP + HEIGHT - y, 0.45, tip))
        body.append(
            f'<path d="M{x + 1:.1f} {TOP + (1 - sure) * HEIGHT:.1f}h{width - 2:.1f}" '
            'class="line-b" style="stroke-dasharray:none"/>'
        )
        tall = (COUNTS - 14) * count / most
        body.append(_bar(x, TOP + HEIGHT + BOTTOM + COUNTS - tall, width, tall, 0.25, tip))
        span_told = f"{percent(low)} to {percent(high)}"
        rows.append((span_told, str(count), percent(sure), percent(right)))
    e = judgement.ece
    sentence = (
        f"Expected calibration error {exact(e.value)} % ({exact(e.low)} to {exact(e.high)}), "
        f"temperature {judgement.temperature:.2f}. A bar below its line is overconfident; the "
        "small bars are the numbers of answers."
    )
    picture = svg(TOP + HEIGHT + BOTTOM + COUNTS + 20, "".join(body), title)
    header = ("Confidence", "Answers", "Mean confidence", "Right")
    return Figure(title, sentence, picture if rows else "", header, rows)


def _bar(x: float, y: float, width: float, height: float, strength: float, tip: str) -> str:
    box = f'x="{x + 1:.1f}" y="{y:.1f}" width="{width - 2:.1f}" height="{max(height, 0.5):.1f}"'
    return f'<rect {box} class="heat" fill-opacity="{strength}"><title>{tip}</title></rect>'


def _axes(span: float) -> list[str]:
    body = []
    bottom = TOP + HEIGHT
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = LEFT + share * span, TOP + (1 - share) * HEIGHT
        body.append(f'<line x1="{LEFT}" x2="{LEFT + span}" y1="{y}" y2="{y}" class="hair"/>')
        body.append(text(LEFT - 8, y + 4, percent(share), "end", "tick"))
        body.append(text(x, bottom + BOTTOM + COUNTS + 16, percent(share), "middle", "tick"))
    body.append(f'<path d="M{LEFT} {bottom}L{LEFT + span} {TOP}" class="line-u"/>')
    body.append(text(LEFT, TOP - 10, "Right", "middle", "tick"))
    body.append(text(LEFT - 8, bottom + BOTTOM + COUNTS - 10, "Answers", "end", "tick"))
    return body
