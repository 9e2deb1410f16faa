"""The tables of a class: nobody can be followed through them.

Of a face nothing stays but what was read of it: a number, a place, a pose or any other
measure would link the rows of one face from instant to instant. The rest is told with the
group floor (decision 11): no face of an instant with too few, no reading that too few share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pyarrow as pa

from mien.assessment.group import ClassSummary, GroupRow
from mien.assessment.settings import GroupSettings
from mien.observations import Observation
from mien.report.readings import Reading, by_instant, faces_of, reading_of, told_at
from mien.report.tables import OBSERVATION_COLUMNS, STATE_COLUMNS, schema_of

#: The columns of a class that hold anything; all others are empty.
TOLD: Final = ("time_s", "face", "quality_reason", "expression", "expression_reason")
NOTHING: Final[Reading] = (None, None, None)


def class_observations_table(
    observations: Iterable[Observation], settings: GroupSettings
) -> pa.Table:
    """The tidy table without anything that tells one person from another: a row a face,
    those of an instant in the order of what was read.

    An instant with fewer than ``min_people`` faces is one row with ``face`` empty. A
    reading that fewer than ``min_cell`` people share is withheld, and so is what would
    let it be worked out.
    """
    rows = [
        (time_s, face, *reading)
        for time_s, here in by_instant(observations).items()
        for face, reading in _told(here, settings)
    ]
    data = {
        c.name: [row[TOLD.index(c.name)] for row in rows]
        if c.name in TOLD
        else pa.nulls(len(rows), c.type)
        for c in OBSERVATION_COLUMNS
    }
    return pa.table(data, schema=schema_of(OBSERVATION_COLUMNS))


def _told(
    here: Sequence[Observation], settings: GroupSettings
) -> Iterator[tuple[bool | None, Reading]]:
    """``face`` and what was read, for each row of one instant."""
    faces = faces_of(here)
    if faces < settings.min_people:
        yield (None if faces else False), NOTHING
        return
    found = told_at(here, settings)
    yield from sorted(((True, reading_of(o)) for o in found.told), key=repr)
    yield from [(True, NOTHING)] * found.withheld


def class_states_table(group: ClassSummary) -> pa.Table:
    """One row a rule, knowledge point and state; ``value`` is the number of people, empty
    where withheld; a point of too few is one row without a state. A class below the floor
    has no row at all."""
    rows = [row for found in group.rows for row in _rows(found)] if group.shown else []
    data = {c.name: [row.get(c.name) for row in rows] for c in STATE_COLUMNS}
    return pa.table(data, schema=schema_of(STATE_COLUMNS))


def _rows(row: GroupRow) -> list[dict[str, object]]:
    shared = {
        "rule": row.rule,
        "knowledge_point": row.knowledge_point,
        "validated": row.rule != "classroom_state",
    }
    if row.people is None:
        return [{**shared, "reason": row.note}]
    return [
        {
            **shared,
            "state": state,
            "value": None if count is None else float(count),
            "reason": _reason(count, row.people),
        }
        for state, count in row.counts.items()
    ]


def _reason(count: int | None, people: int) -> str:
    if count is None:
        return f"How many of {people} people were in this state is withheld: too few to show."
    return f"{count} of {people} people were in this state for most of the time there."
