"""Knowledge point by state: where the lesson was received how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mien.assessment.group import ClassSummary
from mien.labels import UNKNOWN
from mien.observations import LearningState
from mien.report.charts.bands import Points
from mien.report.charts.figure import WIDTH, Figure, cut, percent, svg, text
from mien.report.charts.meaning import STATES, words

#: Room for a point's name at the left, height of a row, and of the heads above.
NAMES, ROW, HEADS = 220, 34, 24
#: The strongest cell leaves ink on it readable (4.5 to 1 in both colour schemes).
FAINTEST, STRONGEST = 0.05, 0.45
#: A cell's share, or None where it may not be told.
Cells = Mapping[str, Mapping[str, float | None]]

#: What stands for the time or the people outside every named point.
OUTSIDE = "outside the points"


def shares_of_time(states: Sequence[LearningState], rule: str, points: Points) -> Cells:
    """``point -> state -> share of the time`` that one rule found, all persons together.
    A window over two points counts at each by the seconds that lie in it."""
    seconds: dict[str, dict[str, float]] = {}
    for state in states:
        if state.rule != rule or state.person_id is None:
            continue
        for title, start_s, end_s in points:
            shared_s = min(state.end_s, end_s) - max(state.start_s, start_s)
            if shared_s > 0:
                row = seconds.setdefault(title, {})
                row[state.state] = row.get(state.state, 0.0) + shared_s
    return {
        point: {name: value / sum(row.values()) for name, value in row.items()}
        for point, row in seconds.items()
    }


def shares_of_people(group: ClassSummary, rule: str) -> Cells:
    """``point -> state -> share of the people``; withheld figures are None, and so are all
    of a point of too few."""
    rows = [row for row in group.rows if row.rule == rule]
    everything = {UNKNOWN, *(state for row in rows for state in row.counts)}
    return {
        row.knowledge_point: dict.fromkeys(everything)
        if not row.people
        else {s: None if n is None else n / row.people for s, n in row.counts.items()}
        for row in rows
    }


def heat_map(cells: Cells, points: Sequence[str], title: str, of_what: str) -> Figure:
    """Rows in the lesson's order, columns in the order of legends, unknown last.

    Args:
        points: titles in the lesson's order; other rows of ``cells`` follow.
        of_what: "time" or "people", for the sentence.
    """
    rows = [p for p in points if p in cells] + [p for p in cells if p not in points]
    named = {state for row in cells.values() for state in row}
    columns = [s for s in STATES if s in named] + [UNKNOWN]
    if not rows:
        return Figure(title, "There was not enough to see.", "")
    width = (WIDTH - NAMES) / len(columns)
    body = [
        text(NAMES + (i + 0.5) * width, HEADS - 8, words(s), "middle", "tick")
        for i, s in enumerate(columns)
    ]
    table = []
    for line, point in enumerate(rows):
        y = HEADS + line * ROW
        body.append(text(4, y + 21, cut(point or OUTSIDE, NAMES - 8)))
        shares = [cells[point].get(s, 0.0) for s in columns]
        for i, (state, share) in enumerate(zip(columns, shares, strict=True)):
            body.append(_cell(NAMES + i * width, y, width, share, state == UNKNOWN))
        table.append((point or OUTSIDE, *(_told(share) for share in shares)))
    picture = svg(HEADS + len(rows) * ROW + 8, "".join(body), title)
    header = ("Knowledge point", *(words(s) for s in columns))
    withheld = any(None in cells[point].values() for point in rows)
    note = "Withheld: too few to show. This is not a zero." if withheld else ""
    return Figure(title, _sentence(cells, rows, of_what), picture, header, table, note)


def _told(share: float | None) -> str:
    return "withheld" if share is None else percent(share)


def _cell(x: float, y: float, width: float, share: float | None, hatched: bool) -> str:
    box = f'x="{x + 1:.1f}" y="{y + 1:.1f}" width="{width - 2:.1f}" height="{ROW - 2}" rx="3"'
    if share is None:
        told = f'<rect {box} fill="url(#unknown)"><title>too few to show</title></rect>'
        return told + text(x + width / 2, y + 21, "withheld", "middle", "tick haloed")
    if hatched:  # unknown looks in every chart as it does in the others
        told = f'<rect {box} fill="url(#unknown)" fill-opacity="{0.3 + 0.7 * share:.2f}"/>'
        return told + text(x + width / 2, y + 21, percent(share), "middle", "haloed")
    strength = FAINTEST + (STRONGEST - FAINTEST) * share
    return f'<rect {box} class="heat" fill-opacity="{strength:.2f}"/>' + text(
        x + width / 2, y + 21, percent(share), "middle"
    )


def _sentence(cells: Cells, rows: Sequence[str], of_what: str) -> str:
    """The point at which the least is known, and where each hard state was strongest."""
    told = list[str]()
    for state in ("confused", "difficult", "tired", "bored", "inattentive_or_fault"):
        told += _strongest(cells, rows, state, f"“{words(state)}”")
    told += _strongest(cells, rows, UNKNOWN, "unknown") or ["nothing unknown"]
    return f"Shares of the {of_what} at each point: " + "; ".join(told) + "."


def _strongest(cells: Cells, rows: Sequence[str], state: str, name: str) -> list[str]:
    """Where a state was strongest, as far as it is told; nothing where it was nowhere."""
    found = {p: cells[p].get(state, 0.0) for p in rows}
    known = {p: share for p, share in found.items() if share is not None}
    top = max(known, key=lambda p: known[p], default=None)
    withheld = len(known) < len(found)
    if top is None or known[top] == 0:
        return [f"how much is {name} is withheld"] if withheld else []
    rest = ", as far as it is told" if withheld else ""
    return [f"most {name} at {top or OUTSIDE} ({percent(known[top])}){rest}"]
