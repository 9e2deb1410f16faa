"""Is a face good enough to read? If not, why not.

Thresholds are set so that a face is called unreadable only where the bundled
model's accuracy has clearly fallen (robustness table of its card); between, its
calibrated confidence decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.observations import Box, HeadPose, Quality

#: Side to which the face is brought before sharpness is measured, pixels.
_PATCH_PX = 64


@dataclass(frozen=True)
class QualityLimits:
    """Below or above these a face is not read.

    Attributes:
        size_px: geometric mean side; the model was trained on 48-px faces and on
            ones shrunk to 20 px.
        sharpness: see :func:`sharpness_of`.
        dark, bright: mean luma; contrast: its standard deviation, 0 to 0.5.
        yaw_deg, pitch_deg: beyond these half of the face is hidden, and training
            pictures hold almost no such faces.
        visible: share of the face in the frame, times the mesh's presence.
    """

    size_px: float = 20.0
    sharpness: float = 0.02
    dark: float = 0.06
    bright: float = 0.94
    contrast: float = 0.02
    yaw_deg: float = 50.0
    pitch_deg: float = 40.0
    visible: float = 0.5


def sharpness_of(patch: NDArray[Any]) -> float:
    """v / (v + 100) of the variance v of the Laplacian of a ``(64, 64)`` grey face:
    0.5 for a just focused webcam face, towards 0 when blurred."""
    variance = float(cv2.meanStdDev(cv2.Laplacian(patch, cv2.CV_32F))[1][0, 0]) ** 2
    return variance / (variance + 100.0)


def face_quality(
    image: NDArray[np.uint8],
    box: Box,
    presence: float,
    pose: HeadPose | None,
    limits: QualityLimits | None = None,
) -> Quality:
    """Quality of the face in ``box`` of ``image`` ``(H, W, 3)`` RGB.

    Args:
        presence: the mesh's (or detector's) confidence in a face, 0 to 1; it falls
            where a hand, a mask or another head covers the face.
    """
    limits = limits or QualityLimits()
    height, width = image.shape[:2]
    x, y, w, h = box
    left, top = max(0, int(x)), max(0, int(y))
    right, bottom = min(width, int(x + w) + 1), min(height, int(y + h) + 1)
    size = float(np.sqrt(w * h))
    if right - left < 2 or bottom - top < 2:
        return Quality(size, 0.0, 0.0, 0.0, 0.0, "cut off")
    inside = min(1.0, (right - left) * (bottom - top) / max(w * h, 1e-6))
    patch = cv2.cvtColor(
        cv2.resize(image[top:bottom, left:right], (_PATCH_PX, _PATCH_PX)), cv2.COLOR_RGB2GRAY
    )
    mean, deviation = (float(v[0, 0]) / 255 for v in cv2.meanStdDev(patch))
    sharpness = sharpness_of(patch)
    visible = min(1.0, max(0.0, inside * presence))
    measured = Quality(size, sharpness, mean, min(deviation, 0.5), visible)
    return replace(measured, reason=_reason(measured, inside, pose, limits))


def _reason(quality: Quality, inside: float, pose: HeadPose | None, limits: QualityLimits) -> str:
    flat = quality.contrast < limits.contrast  # nothing is left to see
    checks = {
        "small": quality.size_px < limits.size_px,
        "cut off": inside < limits.visible,
        "dark": quality.brightness < limits.dark or (flat and quality.brightness < 0.5),
        "overexposed": quality.brightness > limits.bright or flat,
        "turned": pose is not None
        and (abs(pose.yaw_deg) > limits.yaw_deg or abs(pose.pitch_deg) > limits.pitch_deg),
        "covered": quality.visible < limits.visible,
        "blurred": quality.sharpness < limits.sharpness,
    }
    return next((reason for reason, holds in checks.items() if holds), "")
