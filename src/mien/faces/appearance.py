"""What a face looks like, well enough to know it again within one recording.

The vector lives in memory while the recording is read, is never written and
never leaves the process; it is no face-recognition embedding and cannot
identify a person in another recording.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.observations import Box

Array = NDArray[np.float32]

#: Corners of the eyes and of the mouth: they fix the aligned patch.
_ANCHORS: Final = (33, 263, 61, 291)
_PATCH_PX: Final = 24
#: Where the anchors go in the patch, as shares of its side: the canonical face's.
_PLACES: Final = np.array([[0.25, 0.32], [0.75, 0.32], [0.34, 0.80], [0.66, 0.80]], np.float32)
#: Histogram bins a channel of the colours around the face (hair, clothes).
_BINS: Final = 6


def appearance(image: NDArray[np.uint8], mesh: Array, box: Box) -> Array:
    """A vector of about 1,000 numbers with unit length in each of its three parts:
    the aligned face's structure, its colours, and the colours above and below it."""
    forward = cv2.estimateAffinePartial2D(mesh[list(_ANCHORS), :2], _PLACES * _PATCH_PX)[0]
    if forward is None:
        forward = np.eye(2, 3)
    patch = cv2.warpAffine(
        image,
        forward,
        (_PATCH_PX, _PATCH_PX),
        flags=cv2.INTER_AREA,
        borderMode=cv2.BORDER_REPLICATE,
    )
    lab = cv2.cvtColor(patch, cv2.COLOR_RGB2LAB).astype(np.float32)
    structure = lab[..., 0] - cv2.GaussianBlur(lab[..., 0], (0, 0), 6)
    colour = cv2.resize(lab[..., 1:], (6, 6), interpolation=cv2.INTER_AREA) - 128
    around = _surroundings(image, box)
    return np.concatenate([_unit(structure), _unit(colour), _unit(around)])


def _unit(values: NDArray[Any]) -> Array:
    flat = values.ravel().astype(np.float32)
    return flat / max(float(np.linalg.norm(flat)), 1e-6)


def _surroundings(image: NDArray[np.uint8], box: Box) -> Array:
    """Square roots of the colour histograms above (hair) and below (clothes)."""
    x, y, w, h = box
    height, width = image.shape[:2]
    parts = []
    for top, bottom in ((y - 0.35 * h, y), (y + 1.15 * h, y + 1.8 * h)):
        rows = slice(int(min(max(top, 0), height)), int(min(max(bottom, 0), height)))
        columns = slice(int(min(max(x, 0), width)), int(min(max(x + w, 0), width)))
        region = image[rows, columns]
        if region.size == 0:
            parts.append(np.zeros((_BINS, _BINS, _BINS), np.float32))
            continue
        small = cv2.resize(region, (24, 12), interpolation=cv2.INTER_NEAREST)
        histogram = cv2.calcHist([small], [0, 1, 2], None, [_BINS] * 3, [0, 256] * 3)
        parts.append(np.sqrt(histogram / 288.0, dtype=np.float32))
    return np.concatenate([part.ravel() for part in parts])


#: Weight of each part in :func:`unlikeness`: structure tells people apart best but
#: changes with the expression; colours are steady (measured on composite clips).
WEIGHTS: Final = (0.5, 0.25, 0.25)
#: One number for each of the vector's, so that one product weighs all three cosines.
_WEIGHTS: Final = np.repeat(np.array(WEIGHTS, np.float32), (_PATCH_PX**2, 72, 2 * _BINS**3))


def unlikeness(a: Array, b: Array) -> float:
    """0 for the same look to about 1 for another person's."""
    return 1.0 - float((a * _WEIGHTS) @ b)


def least_unlikeness(look: Array, known: Sequence[Array]) -> float:
    """The smallest unlikeness to any of some looks; 1 where none is known."""
    return 1.0 - float((np.stack(known) @ (look * _WEIGHTS)).max()) if known else 1.0
