"""Clips for Chromium's fake webcam, with faces of the shared data, made by the tests."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from web.fake_webcam import FRAMES_A_SECOND, SIZE, make_clip

from mien.datasets.fer2013 import read_fer2013
from mien.labels import FERPLUS
from mien.pipeline import Pipeline

#: Side of the pasted face in a picture of 640 x 360.
FACE_PX = 190


def picture_with(face: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A grey face ``(48, 48)`` in the middle of a plain picture, RGB."""
    picture = np.full((SIZE[1], SIZE[0], 3), 150, np.uint8)
    large = cv2.resize(face, (FACE_PX, FACE_PX), interpolation=cv2.INTER_CUBIC)
    top, left = (SIZE[1] - FACE_PX) // 2, (SIZE[0] - FACE_PX) // 2
    picture[top : top + FACE_PX, left : left + FACE_PX] = large[..., None]
    return picture


def still_clip(picture: NDArray[np.uint8], target: Path) -> Path:
    """Two seconds of one picture."""
    video = target.with_suffix(".avi")
    writer = cv2.VideoWriter(str(video), cv2.VideoWriter_fourcc(*"MJPG"), FRAMES_A_SECOND, SIZE)  # type: ignore[attr-defined]
    for _ in range(2 * FRAMES_A_SECOND):
        writer.write(picture[..., ::-1])
    writer.release()
    return make_clip(video, target, length_s=2.0)


def clip_of(expression: str, data: Path, target: Path) -> Path:
    """The first validation face of an expression that is found and read as it in a picture.

    Raises:
        LookupError: if there is none among the first hundred.
    """
    faces = read_fer2013(data, "validation")
    label, kept = faces.majority()
    wanted = np.flatnonzero(kept & (label == FERPLUS.index(expression)))[:100]
    with Pipeline() as pipeline:
        for row in wanted:
            picture = picture_with(faces.images[row])
            shot = target.with_suffix(".png")
            cv2.imwrite(str(shot), picture)
            seen = [o.expression for o in pipeline(shot).observations if o.expression]
            if len(seen) == 1 and seen[0].label == expression and seen[0].confidence > 0.8:
                return still_clip(picture, target)
    raise LookupError(f"No face read as {expression} among {len(wanted)}.")
