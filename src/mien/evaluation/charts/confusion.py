"""What was said of which class."""

from __future__ import annotations

from html import escape

from mien.evaluation.judgement import Judgement
from mien.report.charts.figure import WIDTH, Figure, percent, svg, text
from mien.report.charts.heat import FAINTEST, STRONGEST

#: Room for the true classes at the left and the answers above; height of a row.
NAMES, HEADS, ROW = 116, 44, 38
#: What the column of faces without an answer is called.
MISSED = "missed"


def confusion_figure(judgement: Judgement) -> Figure:
    """Rows are true classes, columns answers; a cell is the share of its row."""
    title = f"What was said of what: {judgement.title}"
    table = judgement.table if judgement.missed else judgement.table[:, :-1]
    columns = [*judgement.labels, MISSED][: table.shape[1]]
    sizes = judgement.table.sum(1)
    width = (WIDTH - NAMES) / len(columns)
    body = [
        text(4, 16, "True class", "start", "tick"),
        text(NAMES + (WIDTH - NAMES) / 2, 16, "Answer", "middle", "tick"),
    ]
    for i, name in enumerate(columns):
        body.append(text(NAMES + (i + 0.5) * width, HEADS - 8, name, "middle", "tick"))
    for line, name in enumerate(judgement.labels):
        y = HEADS + line * ROW
        body.append(text(NAMES - 8, y + 24, name, "end"))
        for i, column in enumerate(columns):
            count, size = int(table[line, i]), int(sizes[line])
            tip = f"{count} of {size} {name} called {column}"
            body.append(_cell(NAMES + i * width, y, width, count / size if size else 0, tip))
    rows = [
        (name, *(str(int(v)) for v in table[line]), str(int(sizes[line])))
        for line, name in enumerate(judgement.labels)
    ]
    picture = svg(HEADS + len(judgement.labels) * ROW + 8, "".join(body), title)
    return Figure(title, _sentence(judgement), picture, ("True class", *columns, "All"), rows)


def _cell(x: float, y: float, width: float, share: float, tip: str) -> str:
    strength = FAINTEST + (STRONGEST - FAINTEST) * share
    words = percent(share) if share >= 0.005 else ""
    return (
        f'<rect x="{x + 1:.1f}" y="{y + 1:.1f}" width="{width - 2:.1f}" height="{ROW - 2}" rx="3" '
        f'class="heat" fill-opacity="{strength:.2f}"><title>{escape(tip)}</title></rect>'
        + text(x + width / 2, y + 24, words, "middle")
    )


def confusions(judgement: Judgement, most: int = 3) -> list[tuple[str, str, float]]:
    """``(true class, answer, share of the class)``, the largest first."""
    sizes = judgement.table.sum(1)
    found = [
        (name, other, judgement.table[i, j] / sizes[i])
        for i, name in enumerate(judgement.labels)
        for j, other in enumerate(judgement.labels)
        if i != j and judgement.table[i, j]
    ]
    return sorted(found, key=lambda f: -f[2])[:most]


def _sentence(judgement: Judgement) -> str:
    told = [f"{name} is called {other} ({percent(s)})" for name, other, s in confusions(judgement)]
    return f"Most often taken for another: {'; '.join(told)}." if told else "Nothing is confused."
