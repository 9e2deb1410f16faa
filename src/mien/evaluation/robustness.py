"""Faces made worse on purpose, each in one stated way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

Crops = NDArray[Any]


def _each(change: Callable[[Crops], Crops]) -> Callable[[Crops], Crops]:
    return lambda crops: np.stack([change(c) for c in crops]).astype(np.float32)


def _rotated(degrees: float) -> Callable[[Crops], Crops]:
    matrix = cv2.getRotationMatrix2D((23.5, 23.5), degrees, 1.0)
    return _each(lambda c: cv2.warpAffine(c, matrix, (48, 48), borderMode=cv2.BORDER_REPLICATE))


def _small(crop: Crops) -> Crops:
    tiny = cv2.resize(crop, (24, 24), interpolation=cv2.INTER_AREA)
    return cv2.resize(tiny, (48, 48), interpolation=cv2.INTER_LINEAR)


def _covered(rows: slice, columns: slice) -> Callable[[Crops], Crops]:
    def cover(crops: Crops) -> Crops:
        changed = crops.copy()
        changed[:, rows, columns] = 0.5
        return changed

    return cover


def _dark(crops: Crops) -> Crops:
    """A tenth of the light, in 8 bits, with the noise that a sensor then has."""
    noise = np.random.default_rng(0).normal(0, 2 / 255, crops.shape)
    return (np.round((crops * 0.1 + noise).clip(0, 1) * 255) / 255).astype(np.float32)


#: Name -> change of crops ``(N, 48, 48)`` in [0, 1].
CHANGES: Final[dict[str, Callable[[Crops], Crops]]] = {
    "as it is": lambda crops: crops,
    "dark (a tenth of the light, noise)": _dark,
    "over-exposed (2.2 times the light)": lambda crops: (crops * 2.2).clip(0, 1),
    "blurred (Gaussian, 2 px of 48)": _each(lambda c: cv2.GaussianBlur(c, (0, 0), 2)),
    "small (24 px)": _each(_small),
    "rotated +30°": _rotated(30),
    "rotated -30°": _rotated(-30),
    "left half covered": _covered(slice(None), slice(0, 24)),
    "right half covered": _covered(slice(None), slice(24, 48)),
    "upper half covered": _covered(slice(0, 24), slice(None)),
    "lower half covered": _covered(slice(24, 48), slice(None)),
}
