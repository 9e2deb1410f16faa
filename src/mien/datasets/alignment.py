"""Face crops laid by landmarks: eyes and mouth at the same places in every crop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError

#: Left eye, right eye, tip of the nose, corners of the mouth (left and right as seen in the
#: picture) in a square of 112 px: the places that ArcFace's networks, and so IR-50, are
#: trained on (Deng et al. 2019; InsightFace's ``arcface_dst``).
TEMPLATE_112: Final = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ]
)
_TEMPLATE_PX: Final = 112

#: For each number of points, those whose means are the five above: five points themselves,
#: the 34 that guide the landmark network, iBUG's 68 (Sagonas et al. 2013), MediaPipe's 468,
#: and 478 with the irises.
_FIVE_OF: Final[Mapping[int, tuple[tuple[int, ...], ...]]] = {
    5: ((0,), (1,), (2,), (3,), (4,)),
    34: ((11,), (12,), (8,), (9,), (10,)),
    68: (tuple(range(36, 42)), tuple(range(42, 48)), (30,), (48,), (54,)),
    468: ((33, 133), (362, 263), (1,), (61,), (291,)),
    478: ((33, 133), (362, 263), (1,), (61,), (291,)),
}


def can_align(landmarks_px: NDArray[np.float32] | None) -> bool:
    """Whether these landmarks tell where eyes, nose and mouth are."""
    return landmarks_px is not None and len(landmarks_px) in _FIVE_OF


def five_points(landmarks_px: NDArray[np.float32]) -> NDArray[np.float64]:
    """Eyes, nose and mouth, ``(5, 2)`` pixels.

    Raises:
        DataError: another number of points than those that mien knows.
    """
    if len(landmarks_px) not in _FIVE_OF:
        raise DataError(
            f"{len(landmarks_px)} landmarks cannot be aligned; "
            f"expected {', '.join(map(str, _FIVE_OF))}."
        )
    return np.stack([landmarks_px[list(part), :2].mean(0) for part in _FIVE_OF[len(landmarks_px)]])


def similarity(points: NDArray[np.float64], goal: NDArray[np.float64]) -> NDArray[np.float64]:
    """``(2, 3)``: the turn, scale and shift that bring points nearest to their goal.

    Least squares without reflection (Umeyama 1991): as complex numbers, the slope of goal
    over points.

    Raises:
        DataError: the points are all one.
    """
    p, g = points @ [1, 1j], goal @ [1, 1j]
    spread = p - p.mean()
    size = float((np.abs(spread) ** 2).sum())
    if not size > 0:
        raise DataError("The landmarks are all one point; leave them out, or cut the face anew.")
    slope = (np.conj(spread) * (g - g.mean())).sum() / size
    shift = g.mean() - slope * p.mean()
    return np.array([[slope.real, -slope.imag, shift.real], [slope.imag, slope.real, shift.imag]])


def aligned(
    pixels: NDArray[np.uint8], landmarks_px: NDArray[np.float32], side_px: int
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The crop ``(side, side, 3)``, and ``(2, 3)`` from pixels of the picture to those of
    the crop. Places outside the picture repeat its border.

    Large pictures are averaged down: linear interpolation alone would skip pixels.

    Raises:
        DataError: as :func:`five_points`.
    """
    matrix = similarity(five_points(landmarks_px), TEMPLATE_112 * (side_px / _TEMPLATE_PX))
    scale = float(np.hypot(*matrix[:, 0]))
    times = max(1, min(int(1 / max(scale, 1e-6)), 8))
    finer = matrix * times
    # Centres of pixels lie at whole numbers: a crop `times` as fine starts half a pixel later.
    finer[:, 2] += (times - 1) / 2
    size = (side_px * times, side_px * times)
    out = cv2.warpAffine(
        pixels, finer, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    if times > 1:
        out = cv2.resize(out, (side_px, side_px), interpolation=cv2.INTER_AREA)
    return np.asarray(out, np.uint8), matrix
