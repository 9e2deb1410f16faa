"""Copies of pictures with everything that was read drawn on them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.observations import Face, Frame, Observation
from mien.report.drawing import FaceDrawing, draw_faces
from mien.whole_file import write_whole


class Drawable(Protocol):
    """A frame and what was seen in it."""

    @property
    def frame(self) -> Frame: ...
    @property
    def faces(self) -> tuple[tuple[int, Face], ...]: ...
    @property
    def observations(self) -> tuple[Observation, ...]: ...


def annotated(reading: Drawable) -> NDArray[np.uint8]:
    """The frame's picture with box, mesh, pose and expression of each face."""
    rows = {row.person_id: row for row in reading.observations}
    return draw_faces(
        reading.frame.image,
        [
            FaceDrawing(
                face.box_px,
                f"face {person}",
                face.pose,
                face.mesh_px,
                rows[person].expression,
                face.quality,
            )
            for person, face in reading.faces
        ],
    )


def write_annotated_image(directory: Path, source: Path, reading: Drawable) -> Path:
    """Writes ``NAME-read.png`` into the folder, whole or not at all.

    Raises:
        OutputError: when the folder cannot be written.
    """
    name = Path(reading.frame.name or source.name).stem
    path = directory / f"{name}-read.png"
    buffer = io.BytesIO()
    Image.fromarray(annotated(reading)).save(buffer, "PNG")
    write_whole(path, buffer.getvalue())
    return path
