"""Copies of pictures with everything that was read drawn on them."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.errors import OutputError
from mien.observations import Face, Frame, Observation
from mien.report.drawing import FaceDrawing, draw_faces


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
    try:
        directory.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        Image.fromarray(annotated(reading)).save(buffer, "PNG")
        part = path.with_suffix(".part")
        part.write_bytes(buffer.getvalue())
        os.replace(part, path)
    except OSError as error:
        raise OutputError(
            f"Cannot write {path}: {error.strerror or error}. Choose another folder."
        ) from error
    return path
