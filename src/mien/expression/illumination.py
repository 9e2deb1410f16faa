"""Normalisation of light, for networks that learned from pictures normalised so. The
browser and the base install have no torch, so this is numpy; training's form of it
(:mod:`mien.training.illumination`) gives the same values, which a test holds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn, idctn

from mien.network_input import LUMA

Picture = NDArray[np.uint8]

#: Coefficients removed, of the 18 to 25 that Chen et al. (2006, section III) found best.
DISCARDED: Final = 20
#: Where the mean of the log picture is put: the middle of 0 to 255.
MIDDLE_GREY: Final = 128.0


def luma_of(image: Picture) -> Picture:
    """``(C, H, W)``, C = 1 or 3, to ``(H, W)``: Rec. 601, rounded."""
    if image.shape[0] == 1:
        return np.asarray(image[0], np.uint8)
    red, green, blue = (plane * share for plane, share in zip(image, LUMA, strict=True))
    return np.asarray(np.rint(red + green + blue), np.uint8)


def histogram_equalised(image: Picture) -> Picture:
    """Every grey level about equally often; hues stay: the change of luma is added to all
    channels. ``(C, H, W)`` uint8, C = 1 or 3."""
    luma = luma_of(image)
    change = _equalised(luma).astype(np.int16) - luma
    return np.asarray(np.clip(image + change, 0, 255), np.uint8)


def _equalised(luma: Picture) -> Picture:
    """By the table that Pillow's ``ImageOps.equalize`` makes."""
    counts = np.bincount(luma.ravel(), minlength=256)
    step = (counts.sum() - counts[np.flatnonzero(counts)[-1]]) // 255
    if not step:
        return luma
    table = np.concatenate([[0], (np.cumsum(counts) + step // 2)[:-1] // step])
    return np.asarray(np.clip(table, 0, 255), np.uint8)[luma]


def dct_normalised(image: Picture) -> Picture:
    """Slow changes of light over the picture removed (Chen, Er and Wu 2006, IEEE Trans.
    SMC-B 36): the lowest coefficients of the log picture become 0, its mean a middle grey.
    ``(C, H, W)`` uint8, C = 1 or 3."""
    luma = luma_of(image)
    height, width = luma.shape
    spectrum = dctn(np.log1p(luma.astype(np.float64)), norm="ortho")
    spectrum[_lowest(height, width)] = 0
    spectrum[0, 0] = np.log1p(MIDDLE_GREY) * np.sqrt(height * width)
    gain = np.exp(idctn(spectrum, norm="ortho")) / (luma + 1.0)
    return np.asarray(np.clip(np.rint((image + 1.0) * gain - 1), 0, 255), np.uint8)


@lru_cache(maxsize=8)
def _lowest(height: int, width: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of the first coefficients after the mean, in zig-zag order."""
    reach = min(DISCARDED + 1, height), min(DISCARDED + 1, width)
    places = [(r, c) for r in range(reach[0]) for c in range(reach[1])]
    places.sort(key=lambda rc: (sum(rc), rc[0] if sum(rc) % 2 else rc[1]))
    rows, columns = np.array(places[1 : DISCARDED + 1], np.int64).reshape(-1, 2).T
    return rows, columns


#: By the name that recipes and exported files use.
ILLUMINATION: Final[dict[str, Callable[[Picture], Picture]]] = {
    "none": lambda image: image,
    "histogram": histogram_equalised,
    "dct": dct_normalised,
}
