"""The class by knowledge point and rule; groups below the floor are not shown."""

from __future__ import annotations

from mien.assessment.group import ClassSummary
from mien.report.charts.figure import Figure, cut, rect, svg, text
from mien.report.charts.meaning import fill_of, legend, words

TITLE = "The class by knowledge point"
#: A row's height, and where its bar begins and ends.
ROW, START, SPAN = 30, 250, 450


def group_figure(group: ClassSummary) -> Figure:
    """One bar a rule and point: how many people were mostly in which state."""
    if not group.shown:
        return Figure(
            TITLE,
            f"There were fewer than {group.min_people} people: too few to show.",
            "",
            note="This is not a zero: figures of so few could be traced to single people.",
        )
    body, rows, names = [], [], list[str]()
    for line, row in enumerate(group.rows):
        y = 8 + line * ROW
        name = f"{words(row.rule)}{': ' + row.knowledge_point if row.knowledge_point else ''}"
        body.append(text(4, y + 15, cut(name, START - 8)))
        if row.people is None:
            body.append(text(START, y + 15, row.note, "start", "tick"))
            rows.append((words(row.rule), row.knowledge_point, row.note, ""))
            continue
        x = float(START)
        for state, count in row.counts.items():
            shown = "withheld" if count is None else str(count)
            rows.append((words(row.rule), row.knowledge_point, words(state), shown))
            if count is None:
                continue
            width = SPAN * count / max(row.people, 1)
            body.append(rect(x, y, width, ROW - 10, fill_of(state), f"{words(state)} {count}"))
            names.append(state)
            x += width
        if None in row.counts.values():
            body.append(
                text(x + 6 if x > START else START, y + 15, "too few to show", "start", "tick")
            )
    picture = svg(16 + len(group.rows) * ROW, "".join(body), TITLE)
    return Figure(
        TITLE,
        f"{group.people} people; each counts once a row, in the state that held longest. Cells "
        "of too few are withheld, and others with them where they could be worked out.",
        picture + legend(list(dict.fromkeys(names))),
        ("Rule", "Knowledge point", "State", "People"),
        rows,
    )
