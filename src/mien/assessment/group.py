"""A class told as a group: only where nobody can be picked out of it.

Rows (knowledge point and rule) need ``min_people``; within a row a state of fewer than
``min_cell`` people is withheld. What would let a withheld figure be worked out by
subtraction is withheld too (complementary suppression).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mien.assessment.settings import GroupSettings
from mien.assessment.summary import PersonSummary

TOO_FEW: Final = "too few to show"


@dataclass(frozen=True)
class GroupRow:
    """How many people a rule found in which state at one knowledge point.

    Attributes:
        people: everyone there, unknown included; None where withheld.
        counts: people by state; None where that one figure is withheld; empty where
            the row is.
        note: '' or why something is withheld.
    """

    rule: str
    knowledge_point: str
    people: int | None
    counts: Mapping[str, int | None]
    note: str = ""


@dataclass(frozen=True)
class ClassSummary:
    """The class view.

    Attributes:
        shown: False for groups below the floor: no figure at all is given.
        people: how many were followed; None where not shown.
        min_people: the floor in force.
        rows: by rule and knowledge point.
        note: '' or ``too few to show``.
    """

    shown: bool
    people: int | None
    min_people: int
    rows: tuple[GroupRow, ...]
    note: str = ""


def summarize_group(persons: Sequence[PersonSummary], settings: GroupSettings) -> ClassSummary:
    """The class view of everyone followed."""
    if len(persons) < settings.min_people:
        return ClassSummary(False, None, settings.min_people, (), TOO_FEW)
    rules = dict.fromkeys(rule for person in persons for rule in person.by_point)
    rows = list[GroupRow]()
    for rule in rules:
        rows.extend(withhold(_rows_of(rule, persons), settings))
    return ClassSummary(True, len(persons), settings.min_people, tuple(rows))


def _rows_of(rule: str, persons: Sequence[PersonSummary]) -> list[GroupRow]:
    tables = dict[str, dict[str, int | None]]()
    for person in persons:
        for point, state in person.by_point.get(rule, {}).items():
            cells = tables.setdefault(point, {})
            cells[state] = (cells.get(state) or 0) + 1
    return [
        GroupRow(rule, point, sum(n or 0 for n in cells.values()), dict(sorted(cells.items())))
        for point, cells in tables.items()
    ]


def withhold(
    rows: Sequence[GroupRow], settings: GroupSettings, states: Sequence[str] = ()
) -> list[GroupRow]:
    """Withholds rows of too few; a lone withheld row takes the smallest other with it, and
    so does a lone withheld cell within a row.

    Args:
        rows: of one rule, in full.
        states: every state of that rule; those that somebody is in where none are given.
    """
    states = states or sorted({state for row in rows for state in row.counts})
    small = {r.knowledge_point for r in rows if (r.people or 0) < settings.min_people}
    if len(small) == 1 and len(rows) > 1:
        others = [r for r in rows if r.knowledge_point not in small]
        small.add(min(others, key=lambda r: (r.people or 0, r.knowledge_point)).knowledge_point)
    return [
        replace(r, people=None, counts={}, note=TOO_FEW)
        if r.knowledge_point in small
        else _hide_cells(r, states, settings.min_cell)
        for r in rows
    ]


def _hide_cells(row: GroupRow, states: Sequence[str], min_cell: int) -> GroupRow:
    cells, note = withheld_cells(row.counts, states, min_cell)
    return replace(row, counts=cells, note=note)


def withheld_cells(
    counts: Mapping[str, int | None], states: Sequence[str], min_cell: int
) -> tuple[dict[str, int | None], str]:
    """Figures of one row with the small ones withheld, and a note that says how many.

    A lone small figure takes the smallest other with it. Where any is withheld, so is what
    nobody is in: else a withheld figure would be known to be no zero.

    Args:
        counts: people by state, only of states that somebody is in.
        states: every state that people could be in, in the order in which they are told.
    """
    hidden = {name for name, n in counts.items() if (n or 0) < min_cell}
    if len(hidden) == 1 and len(counts) > 1:
        others = [name for name in counts if name not in hidden]
        hidden.add(min(others, key=lambda name: (counts[name] or 0, name)))
    if hidden:
        hidden |= set(states) - set(counts)
    cells = {s: None if s in hidden else counts[s] for s in states if s in hidden or s in counts}
    return cells, f"{len(hidden)} of {len(cells)} figures withheld" if hidden else ""
