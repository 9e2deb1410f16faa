"""What every detector returns, and the protocol that it follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mien.observations import Box


@dataclass(frozen=True)
class Detection:
    """One face found.

    Attributes:
        box_px: ``(x, y, width, height)`` in pixels of the picture.
        score: confidence, 0 to 1.
        roll_deg: tilt of the line of the eyes, clockwise positive; 0 where the
            detector gives no eyes.
    """

    box_px: Box
    score: float
    roll_deg: float = 0.0


class Detector(Protocol):
    """Finds the faces in one picture; several threads may call it at once."""

    def detect(self, image: NDArray[np.uint8]) -> list[Detection]:
        """``image`` is ``(H, W, 3)`` uint8 RGB; the best face comes first."""
        ...


def intersection_over_union(a: Box, b: Box) -> float:
    """Overlap of two boxes, 0 (apart) to 1 (the same)."""
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / (a[2] * a[3] + b[2] * b[3] - both)


def contained_share(a: Box, b: Box) -> float:
    """Share of the smaller box that lies in the other, 0 to 1."""
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / min(a[2] * a[3], b[2] * b[3])


#: Two detections are one face above this overlap (MediaPipe's face detector: 0.3).
SAME_FACE_IOU = 0.3
#: ... or when the smaller lies this far inside the larger: tiles cut faces in two.
SAME_FACE_CONTAINED = 0.7


def keep_best(detections: Sequence[Detection]) -> list[Detection]:
    """Non-maximum suppression: of each group that shows one face, the surest."""
    kept: list[Detection] = []
    for one in sorted(detections, key=lambda d: -d.score):
        if all(
            intersection_over_union(one.box_px, k.box_px) < SAME_FACE_IOU
            and contained_share(one.box_px, k.box_px) < SAME_FACE_CONTAINED
            for k in kept
        ):
            kept.append(one)
    return kept
