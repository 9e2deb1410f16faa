"""The tables of a class follow nobody."""

from mien.assessment.group import ClassSummary, GroupRow
from mien.observations import HeadPose, Observation
from mien.report.class_tables import WHO, class_observations_table, class_states_table
from mien.report.tables import OBSERVATION_COLUMNS, observations_table


def seen(time_s: float, person: int, yaw_deg: float) -> Observation:
    return Observation(time_s, person, (person * 50.0, 10, 40, 40), 0.9, HeadPose(yaw_deg, 0, 0))


def test_rows_cannot_be_linked_by_number_seat_or_order() -> None:
    rows = [seen(0, 1, 5), seen(0, 2, -5), seen(1, 1, -9), seen(1, 2, 9)]
    table = class_observations_table(rows)
    assert table.schema.equals(observations_table(rows).schema)
    assert table.column_names == [c.name for c in OBSERVATION_COLUMNS]
    for name in WHO:
        assert table[name].null_count == 4
    # Person 1 is second at 0 s and first at 1 s: the order tells nothing of who.
    assert table["yaw_deg"].to_pylist() == [-5, 5, -9, 9]
    assert table["face"].to_pylist() == [True] * 4


def test_states_are_counts_with_the_floor() -> None:
    rows = (
        GroupRow("focus", "Sums", 12, {"focused": 12}),
        GroupRow("classroom_state", "Sums", 12, {"bored": None, "neutral": 9, "tired": None}),
        GroupRow("focus", "Limits", None, {}, "too few to show"),
    )
    table = class_states_table(ClassSummary(True, 12, 10, rows)).to_pylist()
    told = [(r["rule"], r["knowledge_point"], r["state"], r["value"]) for r in table]
    assert told == [
        ("focus", "Sums", "focused", 12.0),
        ("classroom_state", "Sums", "bored", None),
        ("classroom_state", "Sums", "neutral", 9.0),
        ("classroom_state", "Sums", "tired", None),
        ("focus", "Limits", "unknown", None),
    ]
    assert all(r["person_id"] is None for r in table)


def test_a_class_below_the_floor_has_no_row() -> None:
    assert len(class_states_table(ClassSummary(False, None, 10, (), "too few to show"))) == 0
