"""Tables: round trip, rows for nobody, whole or not at all."""

from pathlib import Path

import pyarrow.csv
import pyarrow.parquet
import pytest

from mien.errors import SourceError
from mien.labels import FERPLUS
from mien.observations import Expression, HeadPose, LearningState, Observation, Quality
from mien.report import tables

SHARES = dict.fromkeys(FERPLUS, 0.125)
ROWS = [
    Observation(0.0),
    Observation(
        0.5, 2, (1, 2, 30, 40), 0.75, HeadPose(10, -5, 2.5), 0.25, 0.5,
        Quality(34.5, 0.5, 0.5, 0.25, 1.0), Expression("unknown", SHARES, "unsure"),
    ),
    Observation(
        1.0, 2, (1, 2, 8, 8), 0.5, None, None, None,
        Quality(8, 0.5, 0.5, 0.25, 1.0, "small"), Expression("unknown", {}, "small"),
    ),
    Observation(1.5, 3, (5, 6, 30, 40), 1.0, quality=Quality(34.5, 0.5, 0.5, 0.25, 1.0)),
]  # fmt: skip


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "observations.parquet"
    tables.write_observations(path, ROWS)
    assert tables.read_observations(path) == ROWS
    assert [p.name for p in tmp_path.iterdir()] == ["observations.parquet"]


def test_csv_has_a_row_for_an_instant_without_a_face(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_bytes(tables.as_csv(tables.observations_table(ROWS)))
    read = pyarrow.csv.read_csv(path).to_pylist()
    assert len(read) == 4
    assert (read[0]["face"], read[0]["person_id"]) == (False, None)
    assert read[1]["expression"] == "unknown"
    assert read[1]["expression_reason"] == "unsure"


def test_states_table() -> None:
    state = LearningState("focus", "focused", 0, 10, 1, 0.9, {"seen": 9, "absent": 1}, 0.1, "Why.")
    (row,) = tables.states_table([state]).to_pylist()
    assert row["counts"] == "seen 9; absent 1"
    assert (row["state"], row["unknown_share"], row["validated"]) == ("focused", 0.1, True)


def test_the_documented_schema_is_the_schema(pytestconfig) -> None:
    page = (pytestconfig.rootpath / "docs/table-schema.md").read_text()
    assert f"Schema version {tables.SCHEMA_VERSION}." in page
    for column in (*tables.OBSERVATION_COLUMNS, *tables.STATE_COLUMNS):
        unit = column.unit or "–"
        assert f"| `{column.name}` | {column.type} | {unit} | {column.meaning} |" in page


def test_other_files_and_versions_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"none")
    with pytest.raises(SourceError, match="not a table"):
        tables.read_observations(tmp_path / "a.parquet")
    other = tables.observations_table(ROWS).replace_schema_metadata({"mien_schema": "99"})
    pyarrow.parquet.write_table(other, tmp_path / "b.parquet")
    with pytest.raises(SourceError, match="schema 99"):
        tables.read_observations(tmp_path / "b.parquet")


def test_other_label_sets_come_back_too(tmp_path: Path) -> None:
    """A network of classroom states, and one of levels of engagement."""
    rows = [
        Observation(0.0, 1, (1, 2, 30, 40), 1.0, expression=Expression(label, shares))
        for label, shares in (
            ("confused", {"confused": 0.75, "neutral": 0.25}),
            ("very high", {"very high": 0.5, "low": 0.5}),
        )
    ]
    path = tmp_path / "observations.parquet"
    tables.write_observations(path, rows)
    assert tables.read_observations(path) == rows
    names = tables.observations_table(rows).column_names
    assert {"p_confused", "p_very_high", "p_neutral"} <= set(names)
    assert "p_bored" not in names
