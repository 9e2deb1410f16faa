"""The tables: one row a face and instant, one for an instant without a face."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from mien.errors import SourceError
from mien.labels import FERPLUS, READABLE
from mien.observations import Expression, HeadPose, LearningState, Observation, Quality
from mien.whole_file import write_whole

#: Raised when a column is renamed, removed or changes its meaning.
SCHEMA_VERSION: Final = "2"


@dataclass(frozen=True)
class Column:
    """Name, Arrow type, unit ('' for none) and meaning of a column."""

    name: str
    type: pa.DataType
    unit: str
    meaning: str


OBSERVATION_COLUMNS: Final = (
    Column("time_s", pa.float64(), "s", "presentation time from the start of the recording"),
    Column("person_id", pa.int32(), "", "number of the person; empty where no face was found"),
    Column("face", pa.bool_(), "", "true where a face was found; empty: withheld"),
    Column("box_x_px", pa.float32(), "px", "left edge of the face's box"),
    Column("box_y_px", pa.float32(), "px", "top edge"),
    Column("box_width_px", pa.float32(), "px", "width"),
    Column("box_height_px", pa.float32(), "px", "height"),
    Column("score", pa.float32(), "0–1", "presence of a face, as the mesh says"),
    Column("yaw_deg", pa.float32(), "°", "turn; positive to the person's left"),
    Column("pitch_deg", pa.float32(), "°", "nod; negative is head down"),
    Column("roll_deg", pa.float32(), "°", "tilt; positive is clockwise in the picture"),
    Column("eye_openness", pa.float32(), "ratio", "eye aspect ratio; below 0.2 is closed"),
    Column("mouth_openness", pa.float32(), "ratio", "mouth aspect ratio; above 0.6 is a yawn"),
    Column("size_px", pa.float32(), "px", "geometric mean of the box's sides"),
    Column("sharpness", pa.float32(), "0–1", "0 is blurred"),
    Column("brightness", pa.float32(), "0–1", "mean luma of the face"),
    Column("contrast", pa.float32(), "0–0.5", "standard deviation of the luma"),
    Column("visible", pa.float32(), "0–1", "share of the face in the picture and uncovered"),
    Column("quality_reason", pa.string(), "", "why the face is too poor to read; empty: readable"),
    Column("expression", pa.string(), "", "likeliest expression, or unknown; empty: not looked at"),
    Column("confidence", pa.float32(), "0–1", "calibrated probability of the likeliest"),
    Column("expression_reason", pa.string(), "", "why the expression is unknown"),
    *(
        Column(f"p_{name}", pa.float32(), "0–1", f"calibrated probability of {name}")
        for name in FERPLUS
    ),
)
#: For networks of other label sets; there only where something of theirs was read.
OTHER_COLUMNS: Final = {
    name: Column(
        f"p_{name.replace(' ', '_')}", pa.float32(), "0–1", f"calibrated probability of {name}"
    )
    for name in READABLE
    if name not in FERPLUS
}
STATE_COLUMNS: Final = (
    Column("rule", pa.string(), "", "the rule that speaks"),
    Column(
        "state",
        pa.string(),
        "",
        "what it found, or unknown; empty: a point of a class with too few people",
    ),
    Column("start_s", pa.float64(), "s", "begin of the interval"),
    Column("end_s", pa.float64(), "s", "end of the interval"),
    Column("person_id", pa.int32(), "", "number of the person; empty: the class"),
    Column("value", pa.float64(), "", "the figure behind the state; empty: unknown"),
    Column("unknown_share", pa.float64(), "0–1", "share of the interval that is unknown"),
    Column("counts", pa.string(), "", "how many observations said what"),
    Column("knowledge_point", pa.string(), "", "the lesson's point at the time"),
    Column("validated", pa.bool_(), "", "false for rules that no study has checked"),
    Column("reason", pa.string(), "", "the reason in words"),
)


def schema_of(columns: Iterable[Column]) -> pa.Schema:
    """Arrow's schema of these columns, with units and our version in its metadata."""
    fields = [pa.field(c.name, c.type, metadata={"unit": c.unit}) for c in columns]
    return pa.schema(fields, metadata={"mien_schema": SCHEMA_VERSION})


def _row(observation: Observation) -> dict[str, Any]:
    pose, quality, said = observation.pose, observation.quality, observation.expression
    box = observation.box_px or (None,) * 4
    row: dict[str, Any] = {
        "time_s": observation.time_s,
        "person_id": observation.person_id,
        "face": observation.has_face,
        "score": observation.score,
        "eye_openness": observation.eye_openness,
        "mouth_openness": observation.mouth_openness,
        **dict(zip(("box_x_px", "box_y_px", "box_width_px", "box_height_px"), box, strict=True)),
    }
    if pose is not None:
        row |= vars(pose)
    if quality is not None:
        row |= {k: v for k, v in vars(quality).items() if k != "reason"}
        row["quality_reason"] = quality.reason
    if said is not None:
        row |= {"expression": said.label, "expression_reason": said.reason}
        if said.probabilities:
            row["confidence"] = said.confidence
            row |= {f"p_{n.replace(' ', '_')}": v for n, v in said.probabilities.items()}
    return row


def observations_table(observations: Iterable[Observation]) -> pa.Table:
    """The tidy table; columns as :data:`OBSERVATION_COLUMNS` says, and those of
    :data:`OTHER_COLUMNS` in which something stands."""
    rows = [_row(o) for o in observations]
    others = [c for c in OTHER_COLUMNS.values() if any(c.name in row for row in rows)]
    columns = (*OBSERVATION_COLUMNS, *others)
    data = {c.name: [row.get(c.name) for row in rows] for c in columns}
    return pa.table(data, schema=schema_of(columns))


def states_table(states: Iterable[LearningState]) -> pa.Table:
    """One row a state; columns as :data:`STATE_COLUMNS` says."""
    rows = [
        vars(s) | {"counts": "; ".join(f"{k} {v}" for k, v in s.counts.items())} for s in states
    ]
    data = {c.name: [row[c.name] for row in rows] for c in STATE_COLUMNS}
    return pa.table(data, schema=schema_of(STATE_COLUMNS))


def as_parquet(table: pa.Table) -> bytes:
    """The bytes of a Parquet file."""
    sink = io.BytesIO()
    pyarrow.parquet.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def as_csv(table: pa.Table) -> bytes:
    """The bytes of a CSV file with a header; empty cells are values that are not known."""
    sink = io.BytesIO()
    pyarrow.csv.write_csv(table, sink)
    return sink.getvalue()


def write_observations(path: Path, observations: Iterable[Observation]) -> None:
    """Writes ``observations.parquet``, whole or not at all."""
    write_whole(path, as_parquet(observations_table(observations)))


def read_observations(path: Path) -> list[Observation]:
    """Reads a table that mien wrote (values come back as 32-bit floats).

    Raises:
        SourceError: when it is not such a table, of another schema version, or of a class.
    """
    try:
        table = pyarrow.parquet.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise SourceError(f"{path} is not a table of observations. Run mien again.") from error
    version = (table.schema.metadata or {}).get(b"mien_schema", b"none").decode()
    if version != SCHEMA_VERSION:
        raise SourceError(
            f"{path} has schema {version}; this mien reads {SCHEMA_VERSION}. Run mien again."
        )
    rows = table.to_pylist()
    if any(row["face"] is None or (row["face"] and row["person_id"] is None) for row in rows):
        raise SourceError(
            f"{path} is the table of a class, which tells nobody apart; only tables of persons "
            "can be read back. Read it with pyarrow instead."
        )
    return [_observation(row) for row in rows]


def _observation(row: Mapping[str, Any]) -> Observation:
    if not row["face"]:
        return Observation(row["time_s"])
    pose = None
    if row["yaw_deg"] is not None:
        pose = HeadPose(row["yaw_deg"], row["pitch_deg"], row["roll_deg"])
    quality = None
    if row["size_px"] is not None:
        names = ("size_px", "sharpness", "brightness", "contrast", "visible")
        quality = Quality(**{n: row[n] for n in names}, reason=row["quality_reason"])
    expression = None
    if row["expression"] is not None:
        told = ((n, row.get(f"p_{n.replace(' ', '_')}")) for n in READABLE)
        shares = {name: share for name, share in told if share is not None}
        expression = Expression(row["expression"], shares, row["expression_reason"])
    box = (row["box_x_px"], row["box_y_px"], row["box_width_px"], row["box_height_px"])
    return Observation(
        row["time_s"],
        row["person_id"],
        box,
        row["score"],
        pose,
        row["eye_openness"],
        row["mouth_openness"],
        quality,
        expression,
    )
