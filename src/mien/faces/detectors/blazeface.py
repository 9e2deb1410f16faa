"""BlazeFace (Bazarevsky et al. 2019, arXiv:1907.05047), MediaPipe's short- and
full-range models; the full-range one optionally over tiles for wide shots.

Raw outputs are offsets in input pixels from the centres of a fixed grid of
anchors: short range 128 px, strides 8 (2 anchors a cell) and 16 (6 a cell), 896 in
all; full range 192 px, stride 4, one a cell, 2,304.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.faces.detectors.detection import Detection, keep_best
from mien.weights import model_path
from mien.weights.session import open_session

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Range:
    """One of the two models: its file, its input's side, ``(stride, anchors a cell)``."""

    model: str
    side_px: int
    grid: tuple[tuple[int, int], ...]

    def anchors(self) -> Array:
        """Centres ``(A, 2)``, x and y in input pixels."""
        parts = []
        for stride, count in self.grid:
            cells = np.arange(self.side_px // stride, dtype=np.float32) + 0.5
            y, x = np.meshgrid(cells, cells, indexing="ij")
            centres = np.stack([x.ravel(), y.ravel()], 1) * stride
            parts.append(np.repeat(centres, count, axis=0))
        return np.concatenate(parts).astype(np.float32)


RANGES: Final = {
    "short": Range("blazeface_short", 128, ((8, 2), (16, 6))),
    "full": Range("blazeface_full", 192, ((4, 1),)),
}

#: MediaPipe uses 0.5 (short) and 0.6 (full range). Here every face found must also
#: convince the mesh, so 0.5 finds more at no cost: of 150 tight faces 79 % instead of
#: 69 %, and still none in 96 pictures without a face.
MIN_SCORE: Final = {"short": 0.5, "full": 0.5}
#: Neighbouring tiles share this much of a side, so that no face lies only on a seam.
TILE_OVERLAP: Final = 0.25


class BlazeFace:
    """The default detector.

    Args:
        range_: ``full`` (faces from about 1/12 of the picture's longer side) or
            ``short`` (a face that fills much of a webcam picture).
        tiles: also look at overlapping square tiles, this many along the shorter
            side; 0 looks at the whole picture only.
        min_score: between 0 and 1; None takes MediaPipe's.
    """

    def __init__(
        self,
        range_: str = "full",
        tiles: int = 0,
        min_score: float | None = None,
        threads: int = 1,
    ) -> None:
        self._range = RANGES[range_]
        self._tiles = tiles
        self._min_score = MIN_SCORE[range_] if min_score is None else min_score
        self._session = open_session(model_path(self._range.model), threads)
        self._anchors = self._range.anchors()

    def detect(self, image: NDArray[np.uint8]) -> list[Detection]:
        height, width = image.shape[:2]
        views = [(0, 0, width, height), *tile_views(width, height, self._tiles)]
        found = [d for view in views for d in self._detect_view(image, view)]
        return keep_best(found)

    def _detect_view(
        self, image: NDArray[np.uint8], view: tuple[int, int, int, int]
    ) -> list[Detection]:
        left, top, width, height = view
        side = self._range.side_px
        scale = side / max(width, height)
        inner = max(1, round(width * scale)), max(1, round(height * scale))
        shrink = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR
        part = image[top : top + height, left : left + width]
        canvas = np.zeros((side, side, 3), np.uint8)
        x0, y0 = (side - inner[0]) // 2, (side - inner[1]) // 2
        canvas[y0 : y0 + inner[1], x0 : x0 + inner[0]] = cv2.resize(
            part, inner, interpolation=shrink
        )
        blob = canvas.transpose(2, 0, 1)[None].astype(np.float32) / 127.5 - 1
        boxes, scores = self._session.run(["boxes", "scores"], {"image": blob})
        back = np.array([width / inner[0], height / inner[1]], np.float32)
        origin = np.array([left, top], np.float32) - np.array([x0, y0]) * back
        return self._decode(boxes[0], scores[0, :, 0], back, origin)

    def _decode(
        self, raw: Array, logits: Array, back: NDArray[Any], origin: NDArray[Any]
    ) -> list[Detection]:
        limit = math.log(self._min_score / (1 - self._min_score))
        found = []
        for row in np.flatnonzero(logits > limit):
            points = raw[row].reshape(-1, 2)
            centre = (points[0] + self._anchors[row]) * back + origin
            size = points[1] * back
            eyes = (points[2:4] * back) if len(points) > 3 else np.zeros((2, 2), np.float32)
            if size.min() <= 1:
                continue
            step = eyes[1] - eyes[0]
            roll = math.degrees(math.atan2(step[1], step[0])) if step.any() else 0.0
            x, y = (centre - size / 2).tolist()
            score = 1 / (1 + math.exp(-float(logits[row])))
            found.append(Detection((x, y, float(size[0]), float(size[1])), score, roll))
        return found


def tile_views(width: int, height: int, tiles: int) -> list[tuple[int, int, int, int]]:
    """Square tiles ``(left, top, width, height)`` that cover the picture, ``tiles``
    along its shorter side; none for 0 or where a tile would be the whole picture."""
    if tiles < 1:
        return []
    short = min(width, height)
    side = math.ceil(short / (tiles - (tiles - 1) * TILE_OVERLAP))
    if side >= max(width, height):
        return []

    def starts(length: int) -> list[int]:
        if length <= side:
            return [0]
        count = math.ceil((length - side) / (side * (1 - TILE_OVERLAP))) + 1
        return [round(i * (length - side) / (count - 1)) for i in range(count)]

    return [
        (x, y, min(side, width), min(side, height)) for y in starts(height) for x in starts(width)
    ]
