"""The tables of a class: nobody can be followed through them.

Persons' numbers and places in the picture are left empty, the rows of an instant are
ordered by what was read rather than by person, and states are told as counts of people
with the group floor (decision 11).
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from mien.assessment.group import ClassSummary, GroupRow
from mien.labels import UNKNOWN
from mien.observations import Observation
from mien.report.tables import STATE_COLUMNS, observations_table, schema_of

#: Columns that would tell who a row speaks of: the number, and the seat.
WHO = ("person_id", "box_x_px", "box_y_px", "box_width_px", "box_height_px")


def class_observations_table(observations: Iterable[Observation]) -> pa.Table:
    """The tidy table without anything that tells one person from another."""
    table = observations_table(observations)
    for name in WHO:
        place = table.schema.get_field_index(name)
        empty = pa.nulls(len(table), table.schema.field(name).type)
        table = table.set_column(place, table.schema.field(name), empty)
    return table.sort_by([("time_s", "ascending"), ("yaw_deg", "ascending")])


def class_states_table(group: ClassSummary) -> pa.Table:
    """One row a rule, knowledge point and state; ``value`` is the number of people, empty
    where withheld. A class below the floor has no row at all."""
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
        return [{**shared, "state": UNKNOWN, "reason": row.note}]
    return [
        {
            **shared,
            "state": state,
            "value": None if count is None else float(count),
            "reason": f"{'withheld' if count is None else count} of {row.people} people "
            "were in this state for most of the time there.",
        }
        for state, count in row.counts.items()
    ]
