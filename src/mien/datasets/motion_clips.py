"""Clips whose class only time tells, made of still faces: does a video network learn time?

A path is T pictures of one head bowing a little further each time, while its expression
blends into another face's, it sways, and the light changes. The four classes show exactly
these pictures, each in an order of its own, so no single frame and no set of frames tells
them apart: whoever looks at frames one by one and averages is at chance, 25 %.

======== ============================================= ===========================
class    order of the pictures                         T = 8
======== ============================================= ===========================
bow      downwards                                     0 1 2 3 4 5 6 7
rise     upwards: the same motion backwards            7 6 5 4 3 2 1 0
nod      down at double speed, and up again            0 2 4 6 7 5 3 1
tremble  to and fro at every frame                     0 4 1 5 2 6 3 7
======== ============================================= ===========================
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError

Pictures = NDArray[np.uint8]

#: Name -> the places of the T pictures of a path, T even.
ORDERS: Final[dict[str, Callable[[int], list[int]]]] = {
    "bow": lambda frames: list(range(frames)),
    "rise": lambda frames: list(range(frames))[::-1],
    "nod": lambda frames: [*range(0, frames, 2), *range(frames - 1, 0, -2)],
    "tremble": lambda frames: [i + j for i in range(frames // 2) for j in (0, frames // 2)],
}
#: How far the head bows and sways, in sides of the picture, and how it shrinks in height;
#: drawn evenly from these spans, large enough to show at 32 px.
BOW: Final = (0.15, 0.30)
SWAY: Final = (-0.08, 0.08)
SHORTER: Final = (0.0, 0.2)
#: Change of light over the path, as a factor.
LIGHT: Final = (0.8, 1.25)


def path_of(face: Pictures, other: Pictures, frames: int, side_px: int, seed: int) -> Pictures:
    """T pictures ``(T, side_px, side_px)`` grey from two faces ``(H, W)``.

    The place along the path is the only thing that orders the pictures; how far, how fast
    and how bright differ from path to path by the seed.
    """
    draws = np.random.default_rng(seed)
    bow, sway, shorter = (draws.uniform(*span) for span in (BOW, SWAY, SHORTER))
    start = draws.uniform(-BOW[1] / 2, 0)
    # The logarithm makes brighter and darker equally likely.
    light = np.exp(draws.uniform(*np.log(LIGHT)))
    # Ends eased or hurried: the steps between pictures are not the same in all paths.
    pace = draws.uniform(0.7, 1.4)
    pictures = []
    for place in np.linspace(0, 1, frames) ** pace:
        blend = (1 - place) * face.astype(np.float32) + place * other.astype(np.float32)
        moved = _moved(
            blend, sway * place, start + bow * place, 1 - shorter * place, side_px / len(face)
        )
        pictures.append(np.clip(moved * light**place, 0, 255).round().astype(np.uint8))
    return np.stack(pictures)


def _moved(
    face: NDArray[np.float32], right: float, down: float, height: float, scale: float
) -> NDArray[np.float32]:
    """The face moved by shares of its side, of another height, at another size."""
    side = len(face)
    middle = side / 2
    matrix = np.array(
        [
            [scale, 0, scale * right * side],
            [0, scale * height, scale * (middle - height * middle + down * side)],
        ]
    )
    target = round(side * scale)
    moved = cv2.warpAffine(
        face, matrix, (target, target), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(moved, np.float32)


def motion_clips(
    faces: Pictures, paths: int, frames: int, side_px: int, seed: int
) -> tuple[Pictures, NDArray[np.int64]]:
    """Every path in every order: clips ``(4 paths, T, side_px, side_px)`` grey and labels
    ``(4 paths,)``, indices into :data:`ORDERS`; a path's four clips stand together.

    Args:
        faces: ``(N, H, H)`` grey; each path takes two different ones.
        paths: how many.
        frames: T, even, 4 or more.

    Raises:
        DataError: an odd or too small T, or fewer than two faces.
    """
    if frames < 4 or frames % 2:
        raise DataError(f"Clips need an even number of frames, 4 or more; got {frames}.")
    if len(faces) < 2:
        raise DataError(f"Paths blend two faces; got {len(faces)}.")
    draws = np.random.default_rng(seed)
    orders = [order(frames) for order in ORDERS.values()]
    clips = []
    for _ in range(paths):
        one, two = draws.choice(len(faces), 2, replace=False)
        path = path_of(faces[one], faces[two], frames, side_px, int(draws.integers(2**32)))
        clips += [path[order] for order in orders]
    return np.stack(clips), np.tile(np.arange(len(orders)), paths)
