"""``mien recognize IMAGE…``: one line, or one JSON object, a face."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from mien.capture import open_source
from mien.capture.folder import FolderSource
from mien.capture.source import shown_path
from mien.errors import MienError, SettingsError, SourceError
from mien.observations import Observation
from mien.pipeline import Pipeline
from mien.reading import Reading
from mien.report.annotated_image import AnnotatedImages

#: Pictures may hold a class: both the whole and tiles are searched.
DETECTOR = "blazeface-tiles"
#: Names of pictures that cannot be read: more would fill the terminal.
NAMES_SHOWN = 5


def recognize(
    images: Annotated[list[str], typer.Argument(help="Pictures.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a face.")] = False,
    annotate: Annotated[
        Path | None, typer.Option(help="Folder for drawn copies, NAME-read.png.")
    ] = None,
    detector: Annotated[str, typer.Option(help="Name of a face detector.")] = DETECTOR,
    model: Annotated[Path | None, typer.Option(help="An exported expression model.")] = None,
    affect: Annotated[bool, typer.Option(help="Read expressions.")] = True,
) -> None:
    """Finds the faces in pictures and reads their expressions."""
    failed = 0
    copies = AnnotatedImages(annotate) if annotate is not None else None
    with Pipeline(detector=detector, affect=affect, model=model) as pipeline:
        for name in images:
            try:
                for shown, reading in read_pictures(pipeline, name):
                    report(shown, reading, as_json)
                    if copies is not None:
                        copies.write(Path(name), reading)
            except MienError as error:
                failed += 1
                print(f"mien: {error}", file=sys.stderr)
    if failed:
        raise SystemExit(2)


def read_pictures(pipeline: Pipeline, name: str) -> Iterator[tuple[str, Reading]]:
    """The picture (or each of a folder's), read on its own: no tracking between; with its
    path as it was typed, so that equal names of different folders are told apart.

    Raises:
        SourceError: at the end, too, for pictures of a folder that were passed over.
    """
    with open_source(name) as source:
        if getattr(source, "is_video", False):
            raise SettingsError(f"{name} is a video. Use: mien analyze {name} --out DIR")
        for frame in source:
            path = os.path.join(name, frame.name) if isinstance(source, FolderSource) else name
            yield shown_path(path), pipeline.read(frame, pipeline.follower())
        if isinstance(source, FolderSource) and source.unreadable:
            raise SourceError(passed_over(name, source.unreadable, source.pictures))


def passed_over(folder: str, unreadable: Sequence[str], pictures: int) -> str:
    """The line for pictures of a folder that cannot be read; the first few are named."""
    names, more = ", ".join(unreadable[:NAMES_SHOWN]), len(unreadable) - NAMES_SHOWN
    return (
        f"{len(unreadable)} of {pictures} pictures in {folder} could not be read: {names}"
        f"{f' and {more} more' if more > 0 else ''}. Export or copy them again."
    )


def report(shown: str, reading: Reading, as_json: bool) -> None:
    """Prints what was seen in one picture."""
    for row in reading.observations:
        print(json.dumps(as_object(shown, row)) if as_json else as_line(shown, row))


def as_object(name: str, row: Observation) -> dict[str, Any]:
    """The JSON object of one face; ``face`` is None where there is none."""
    if not row.has_face or row.box_px is None:
        return {"image": name, "face": None}
    expression, quality, pose = row.expression, row.quality, row.pose
    return {
        "image": name,
        "face": row.person_id,
        "box": [round(v, 1) for v in row.box_px],
        "score": round(row.score or 0.0, 4),
        "expression": expression.label if expression else None,
        "reason": expression.reason if expression else "",
        "confidence": round(expression.confidence, 4) if expression else None,
        "probabilities": {k: round(v, 4) for k, v in expression.probabilities.items()}
        if expression
        else {},
        "pose": {k: round(v, 1) for k, v in vars(pose).items()} if pose else None,
        "eye_openness": round(row.eye_openness, 3) if row.eye_openness is not None else None,
        "mouth_openness": round(row.mouth_openness, 3) if row.mouth_openness is not None else None,
        "quality": {k: round(v, 3) if isinstance(v, float) else v for k, v in vars(quality).items()}
        if quality
        else None,
    }


def as_line(name: str, row: Observation) -> str:
    """The line a person reads."""
    if not row.has_face or row.box_px is None:
        return f"{name}: no face"
    x, y, w, h = (round(v) for v in row.box_px)
    parts = [f"{name}: face {row.person_id} at {x},{y} size {w}x{h}"]
    if row.expression is not None:
        said = row.expression
        sure = f" {said.confidence:.0%}" if said.probabilities else ""
        parts.append(said.label + (f" ({said.reason}{sure})" if said.is_unknown else sure))
    if row.pose is not None:
        parts.append(
            f"yaw {row.pose.yaw_deg:+.0f}° pitch {row.pose.pitch_deg:+.0f}° "
            f"roll {row.pose.roll_deg:+.0f}°"
        )
    return ", ".join(parts)
