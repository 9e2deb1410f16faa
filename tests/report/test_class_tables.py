"""The tables of a class follow nobody, and tell nothing of too few."""

import random
from pathlib import Path

import pyarrow as pa
import pytest

from mien.assessment.group import ClassSummary, GroupRow
from mien.assessment.settings import GroupSettings
from mien.errors import SourceError
from mien.observations import Expression, HeadPose, Observation, Quality
from mien.report.class_tables import TOLD, class_observations_table, class_states_table
from mien.report.tables import (
    OBSERVATION_COLUMNS,
    as_csv,
    as_parquet,
    observations_table,
    read_observations,
)

GROUP = GroupSettings(min_people=10, min_cell=3)


def seen(time_s: float, person: int, label: str = "happiness", reason: str = "") -> Observation:
    """A face whose every measure is the person's own."""
    own = person / 100
    quality = Quality(40 + person, own, own, own, 1 - own)
    shares = {} if label == "unknown" else {label: 1.0}
    return Observation(
        time_s, person, (person * 50.0, 10, 40 + person, 40), 1 - own, HeadPose(person, own, -own),
        0.2 + own, own, quality, Expression(label, shares, reason),
    )  # fmt: skip


def class_of(time_s: float, **people: int) -> list[Observation]:
    """``happiness=9, anger=1``: so many faces at one instant, numbered in that order."""
    labels = [label for label, number in people.items() for _ in range(number)]
    return [seen(time_s, p, label) for p, label in enumerate(labels, start=1)]


def told(table: pa.Table) -> list[tuple[float, bool | None, str | None]]:
    columns = (table[name].to_pylist() for name in ("time_s", "face", "expression"))
    return list(zip(*columns, strict=True))


def test_no_column_of_a_class_tells_one_face_from_another() -> None:
    rows = [seen(t, p) for t in (0.0, 0.5) for p in range(1, 13)]
    table = class_observations_table(rows, GROUP)
    assert table.schema.equals(observations_table(rows).schema, check_metadata=True)
    assert table.column_names == [c.name for c in OBSERVATION_COLUMNS]
    for name in set(table.column_names) - set(TOLD):
        assert table[name].null_count == len(table) == 24, name
    # Twelve faces with one expression: twelve rows that are all alike.
    for instant in (table.slice(0, 12), table.slice(12, 12)):
        assert len({tuple(row.items()) for row in instant.to_pylist()}) == 1


@pytest.mark.parametrize("people", [9, 10], ids=["too few", "shown"])
def test_a_class_is_not_read_back_as_persons(tmp_path: Path, people: int) -> None:
    table = class_observations_table(class_of(0.0, happiness=people), GROUP)
    (tmp_path / "o.parquet").write_bytes(as_parquet(table))
    with pytest.raises(SourceError, match=r"o\.parquet is the table of a class"):
        read_observations(tmp_path / "o.parquet")


def test_the_order_of_rows_tells_nothing_of_who() -> None:
    rows = class_of(0.0, happiness=5, neutral=4, unknown=3)
    mixed = random.Random(7).sample(rows, len(rows))
    assert mixed != rows
    expected = told(class_observations_table(rows, GROUP))
    assert told(class_observations_table(mixed, GROUP)) == expected
    assert [row[2] for row in expected] == ["happiness"] * 5 + ["neutral"] * 4 + ["unknown"] * 3


def test_an_instant_of_too_few_is_one_row_without_their_number() -> None:
    rows = [*class_of(0.0, happiness=9), *class_of(0.5, happiness=10), Observation(1.0)]
    rows += class_of(1.5, happiness=1)
    assert told(class_observations_table(rows, GROUP)) == [
        (0.0, None, None),
        *[(0.5, True, "happiness")] * 10,
        (1.0, False, None),
        (1.5, None, None),
    ]


def test_a_reading_of_too_few_is_withheld_with_what_gives_it_away() -> None:
    # Two angry of twenty: the seven neutral go with them, else subtraction would tell.
    table = class_observations_table(class_of(0.0, happiness=11, neutral=7, anger=2), GROUP)
    assert told(table) == [(0.0, True, "happiness")] * 11 + [(0.0, True, None)] * 9
    # One covered face among the unknown would follow whoever wears a mask.
    rows = class_of(0.0, happiness=8) + [seen(0.0, p, "unknown", "unsure") for p in range(9, 13)]
    masked = [*rows, seen(0.0, 13, "unknown", "covered")]
    assert class_observations_table(rows, GROUP)["expression_reason"].to_pylist() == [
        *[""] * 8,
        *["unsure"] * 4,
    ]
    reasons = class_observations_table(masked, GROUP)["expression_reason"].to_pylist()
    assert reasons == [""] * 8 + [None] * 5


def test_both_files_hold_the_same() -> None:
    table = class_observations_table(class_of(0.0, happiness=9, neutral=3), GROUP)
    assert pa.parquet.read_table(pa.BufferReader(as_parquet(table))).equals(table)
    first = as_csv(table).decode().splitlines()[1]
    assert [cell for cell in first.split(",") if cell] == ["0", "true", '""', '"happiness"', '""']


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
        ("focus", "Limits", None, None),
    ]
    assert all(r["person_id"] is None for r in table)


def test_a_class_below_the_floor_has_no_row() -> None:
    assert len(class_states_table(ClassSummary(False, None, 10, (), "too few to show"))) == 0
