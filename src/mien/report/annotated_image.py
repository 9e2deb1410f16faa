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


class AnnotatedImages:
    """A folder of drawn copies named after their pictures, ``NAME-read.png``; where pictures
    of one command have the same name, the later ones are numbered: ``NAME-read-2.png``.

    Args:
        directory: the folder; copies that an earlier command left there are replaced.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._taken: set[str] = set()

    def write(self, source: Path, reading: Drawable) -> Path:
        """Writes the copy of one picture, whole or not at all.

        Raises:
            OutputError: when the folder cannot be written.
        """
        path = self._directory / self._free_name(Path(reading.frame.name or source.name).stem)
        buffer = io.BytesIO()
        Image.fromarray(annotated(reading)).save(buffer, "PNG")
        write_whole(path, buffer.getvalue())
        return path

    def _free_name(self, stem: str) -> str:
        name, number = f"{stem}-read.png", 1
        while name.casefold() in self._taken:  # x.png is X.png on some systems
            number += 1
            name = f"{stem}-read-{number}.png"
        self._taken.add(name.casefold())
        return name
