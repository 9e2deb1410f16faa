"""Viola and Jones 2001 with OpenCV's frontal cascade: a baseline that needs no
model file (opencv-python-headless 4.x holds the cascades)."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.errors import ModelError
from mien.faces.detectors.detection import Detection, keep_best

#: OpenCV's documented example values.
SCALE_FACTOR, MIN_NEIGHBOURS = 1.1, 5
#: The cascade was trained on 24-px faces; smaller ones cannot be found.
MIN_FACE_PX = 24
#: A cascade's level weight of this much counts as certain (ours; used for ranking only).
SURE_WEIGHT = 8.0


class Haar:
    """Finds upright frontal faces."""

    def __init__(self) -> None:
        data = getattr(cv2, "data", None)
        path = Path(data.haarcascades if data else "") / "haarcascade_frontalface_default.xml"
        if not path.is_file():
            raise ModelError(
                "The detector 'haar' needs OpenCV's cascades, which this OpenCV has not. "
                'Install them with: pip install "opencv-python-headless<5"'
            )
        self._cascade = cv2.CascadeClassifier(str(path))
        # A cascade keeps what it computed last inside: threads must take turns.
        self._one_at_a_time = threading.Lock()

    def detect(self, image: NDArray[np.uint8]) -> list[Detection]:
        if min(image.shape[:2]) < MIN_FACE_PX:
            return []
        grey = cv2.equalizeHist(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
        with self._one_at_a_time:
            boxes, _, weights = self._cascade.detectMultiScale3(
                grey,
                SCALE_FACTOR,
                MIN_NEIGHBOURS,
                minSize=(MIN_FACE_PX,) * 2,
                outputRejectLevels=True,
            )
        found = []
        for (x, y, w, h), weight in zip(boxes, np.ravel(weights), strict=True):
            score = float(np.clip(weight / SURE_WEIGHT, 0.05, 1.0))
            found.append(Detection((float(x), float(y), float(w), float(h)), score))
        return keep_best(found)
