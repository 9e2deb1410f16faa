"""YuNet (Wu et al. 2023, "YuNet: a tiny millisecond-level face detector"), through
``cv2.FaceDetectorYN``. Its file is not in the package: ``mien models pull yunet``."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.errors import ModelError
from mien.faces.detectors.detection import Detection, keep_best
from mien.weights.download import models_directory

#: OpenCV's own sample uses 0.9; 0.6 finds turned faces too (OpenCV zoo's evaluation).
MIN_SCORE = 0.6
#: Longer pictures are shrunk to this side first: YuNet's cost grows with the area.
MAX_SIDE_PX = 960


class YuNet:
    """Args: ``model``: the .onnx file; None takes the one that was pulled."""

    def __init__(self, model: Path | None = None) -> None:
        path = model or models_directory() / "yunet.onnx"
        if not path.is_file():
            raise ModelError(
                f"The detector 'yunet' needs its model file {path}, which is not there. "
                "Get it with: mien models pull yunet"
            )
        try:
            self._net = cv2.FaceDetectorYN.create(str(path), "", (320, 320), MIN_SCORE)
        except cv2.error as error:
            raise ModelError(
                f"{path} is not a YuNet model. Get it again with: mien models pull yunet"
            ) from error

    def detect(self, image: NDArray[np.uint8]) -> list[Detection]:
        height, width = image.shape[:2]
        scale = min(1.0, MAX_SIDE_PX / max(height, width))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        self._net.setInputSize(size)
        picture = cv2.cvtColor(cv2.resize(image, size), cv2.COLOR_RGB2BGR)
        _, rows = self._net.detect(picture)
        found = []
        for row in rows if rows is not None else []:
            x, y, w, h = (float(v) / scale for v in row[:4])
            eye = row[6:8] - row[4:6]
            roll = math.degrees(math.atan2(float(eye[1]), float(eye[0])))
            if w > 0 and h > 0:
                found.append(Detection((x, y, w, h), min(1.0, float(row[14])), roll))
        return keep_best(found)
