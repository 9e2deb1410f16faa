"""YuNet (Wu et al. 2023, "YuNet: a tiny millisecond-level face detector"), its authors'
file for any picture size. It is not in the package: ``mien models pull yunet``.

``cv2.FaceDetectorYN`` refuses that file ("dynamic shapes are not supported", OpenCV
4.14), so ONNX Runtime runs it. For a cell of stride s in column c and row r the file
answers: score ``sqrt(cls · obj)``; box centre ``((c + x)·s, (r + y)·s)`` and size
``(exp(w)·s, exp(h)·s)``; five points ``((c + x)·s, (r + y)·s)``, right eye first, then
left eye, nose and corners of the mouth.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.errors import ModelError
from mien.faces.detectors.detection import Detection, keep_best
from mien.weights.download import models_directory
from mien.weights.session import open_session

Array = NDArray[np.float32]

#: OpenCV's own sample uses 0.9; 0.6 finds turned faces too (OpenCV zoo's evaluation).
MIN_SCORE: Final = 0.6
#: Longer pictures are shrunk to this side first: YuNet's cost grows with the area.
MAX_SIDE_PX: Final = 960
#: Cell sizes of the three output layers, pixels; the last is what sides must divide by.
STRIDES_PX: Final = (8, 16, 32)
OUTPUTS: Final = ("cls", "obj", "bbox", "kps")


class YuNet:
    """Args: ``model``: the .onnx file; None takes the one that was pulled."""

    def __init__(self, model: Path | None = None, threads: int = 1) -> None:
        path = model or models_directory() / "yunet.onnx"
        if not path.is_file():
            raise ModelError(
                f"The detector 'yunet' needs its model file {path}, which is not there. "
                "Get it with: mien models pull yunet"
            )
        self._session = open_session(path, threads)
        self._outputs = [f"{kind}_{stride}" for stride in STRIDES_PX for kind in OUTPUTS]
        known = {output.name for output in self._session.get_outputs()}
        if not known.issuperset(self._outputs):
            raise ModelError(
                f"{path} is not a YuNet model. Get it again with: mien models pull yunet"
            )
        self._input = self._session.get_inputs()[0].name

    def detect(self, image: NDArray[np.uint8]) -> list[Detection]:
        height, width = image.shape[:2]
        scale = min(1.0, MAX_SIDE_PX / max(height, width))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        # Sides are filled up with black to whole cells of the coarsest layer.
        whole = [math.ceil(side / STRIDES_PX[-1]) * STRIDES_PX[-1] for side in size]
        canvas = np.zeros((whole[1], whole[0], 3), np.uint8)
        canvas[: size[1], : size[0]] = cv2.resize(image, size)
        # The network was trained on BGR, 0 to 255.
        blob = canvas[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32)
        raw = self._session.run(self._outputs, {self._input: blob})
        found: list[Detection] = []
        for layer, stride in enumerate(STRIDES_PX):
            cls, obj, boxes, points = (values[0] for values in raw[4 * layer : 4 * layer + 4])
            score = np.sqrt(np.clip(cls[:, 0], 0, 1) * np.clip(obj[:, 0], 0, 1))
            for cell in np.flatnonzero(score > MIN_SCORE):
                corner = np.array(divmod(int(cell), whole[0] // stride)[::-1], np.float32)
                face = _decode(corner, stride / scale, boxes[cell], points[cell])
                found.append(Detection(face[0], float(score[cell]), face[1]))
        return keep_best(found)


def _decode(
    corner: Array, stride_px: float, box: Array, points: Array
) -> tuple[tuple[float, float, float, float], float]:
    """Box in pixels and roll in degrees of one cell; ``corner`` is (column, row)."""
    centre = (corner + box[:2]) * stride_px
    size = np.exp(box[2:]) * stride_px
    step = points[2:4] - points[:2]
    x, y = (centre - size / 2).tolist()
    roll_deg = math.degrees(math.atan2(float(step[1]), float(step[0])))
    return (x, y, float(size[0]), float(size[1])), roll_deg
