"""A sample's pixels brought to a network's size, and where its landmarks come to lie."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.datasets.alignment import aligned, can_align
from mien.datasets.pixels import read_pixels
from mien.datasets.sample import Sample


def read_crop(
    sample: Sample, side_px: int, channels: int = 3, frames: int | None = None, align: bool = False
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """``(side, side, C)`` or ``(T, side, side, C)`` uint8, and ``(2, 3)`` from pixels of the
    picture to [0, 1] of the crop.

    Args:
        sample: whose pixels are wanted.
        side_px: of the square.
        channels: 3 for RGB, 1 for Rec. 601 luma.
        frames: of a clip; all where None.
        align: lay the crop by the landmarks, where the sample has such; else, and without
            it, the largest middle square.

    Raises:
        DataError: the pixels cannot be read.
    """
    pixels = read_pixels(sample, frames)
    points = sample.landmarks_px
    if align and pixels.ndim == 3 and points is not None and can_align(points):
        out, matrix = aligned(pixels, points, side_px)
        return fitted(out, side_px, channels), matrix / side_px
    return fitted(pixels, side_px, channels), unit_of_square(*pixels.shape[-3:-1])


def fitted(pixels: NDArray[np.uint8], side_px: int, channels: int = 3) -> NDArray[np.uint8]:
    """The largest middle square at one size: ``(side, side, C)`` or ``(T, side, side, C)``.

    Shrinking averages, enlarging interpolates linearly; one channel is Rec. 601 luma.
    """
    if pixels.ndim == 4:
        return np.stack([fitted(frame, side_px, channels) for frame in pixels])
    top, left, side = middle_square(*pixels.shape[:2])
    square = np.ascontiguousarray(pixels[top : top + side, left : left + side])
    if channels == 1:
        square = np.asarray(cv2.cvtColor(square, cv2.COLOR_RGB2GRAY), np.uint8)
    if side != side_px:
        how = cv2.INTER_AREA if side > side_px else cv2.INTER_LINEAR
        square = np.asarray(cv2.resize(square, (side_px, side_px), interpolation=how), np.uint8)
    return square.reshape(side_px, side_px, channels)


def middle_square(height: int, width: int) -> tuple[int, int, int]:
    """``(top, left, side)`` in pixels of the largest square in the middle."""
    side = min(height, width)
    return (height - side) // 2, (width - side) // 2, side


def unit_of_square(height: int, width: int) -> NDArray[np.float64]:
    """``(2, 3)`` from pixels of a picture to [0, 1] of its middle square."""
    top, left, side = middle_square(height, width)
    return np.array([[1, 0, -left], [0, 1, -top]]) / side


def grey_only(pixels: Sequence[NDArray[np.uint8]]) -> bool:
    """Whether all channels are equal in every picture."""
    return all(
        bool((p[..., 0] == p[..., 1]).all() and (p[..., 1] == p[..., 2]).all()) for p in pixels
    )
