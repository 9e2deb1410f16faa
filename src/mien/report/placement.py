"""Where a panel goes in a picture: beside its face, on no face and no other panel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.observations import Box

Boxes = NDArray[np.float64]

#: Places tried across the picture when there is no room beside the face.
GRID: Final = 12
#: Costs against a distance of one picture's diagonal, which is 1 (tried on groups of
#: five): to hide a whole face, to hide a whole panel, to lead the line over a face.
FACE, PANEL, CROSSING = 12.0, 20.0, 0.5
#: Points along the line from panel to face that are looked at for crossings.
STEPS: Final = np.linspace(0.0, 1.0, 12)


@dataclass(frozen=True)
class Place:
    """Attributes:
    box_px: of the panel, wholly inside the picture where it fits at all.
    covered: the largest share of any face or earlier panel that it hides, 0 to 1.
    crossed: the line from panel to face runs over another face or panel.
    """

    box_px: Box
    covered: float
    crossed: bool


def best_place(
    size_px: tuple[float, float],
    picture_px: tuple[int, int],
    own: Box,
    faces: Sequence[Box] = (),
    panels: Sequence[Box] = (),
    gap_px: float = 4.0,
) -> Place:
    """The best place for a panel of that ``(width, height)`` in a picture of that
    ``(width, height)``.

    Args:
        own: the face that the panel belongs to.
        faces: the other faces.
        panels: panels that already stand.
        gap_px: distance between face and panel.
    """
    tried = _candidates(size_px, picture_px, own, gap_px)
    others = np.array([*faces, *panels], np.float64).reshape(-1, 4)
    hidden = shares_hidden(np.vstack([np.array([own]), others]), tried)
    weight = np.array([FACE] * (1 + len(faces)) + [PANEL] * len(panels))
    crossed = crossings(tried, np.array(own, np.float64), others)
    away = np.array([distance_px((b[0], b[1], b[2], b[3]), own) for b in tried.tolist()])
    away = np.maximum(away - gap_px, 0.0)  # closer than the gap is no better
    cost = hidden @ weight + away / math.hypot(*picture_px) + CROSSING * crossed
    # argmin() takes the first of equals: beside the face before anywhere.
    best = int(np.argmin(np.round(cost, 9)))
    x, y, width, height = tried[best].tolist()
    return Place((x, y, width, height), float(hidden[best].max()), bool(crossed[best]))


def _candidates(
    size_px: tuple[float, float], picture_px: tuple[int, int], own: Box, gap_px: float
) -> Boxes:
    """Beside the face first, then anywhere; all moved into the picture, ``(N, 4)``."""
    (width, height), (x, y, w, h) = size_px, own
    room = max(0.0, picture_px[0] - width), max(0.0, picture_px[1] - height)
    right, left = x + w + gap_px, x - width - gap_px
    below, above = y + h + gap_px, y - height - gap_px
    corners = [(right, y), (left, y), (x, below), (x, above)]
    corners += [(right, y + h - height), (left, y + h - height)]
    corners += [(x + w - width, below), (x + w - width, above)]
    steps = np.linspace(0.0, 1.0, GRID)
    corners += [(room[0] * i, room[1] * j) for j in steps for i in steps]
    inside = np.clip(np.array(corners, np.float64), 0.0, room)
    return np.hstack([inside, np.tile(np.array([width, height], np.float64), (len(inside), 1))])


def shares_hidden(hidden: Boxes, by: Boxes) -> Boxes:
    """Share of each of the ``(M, 4)`` boxes that each of ``(N, 4)`` hides, ``(N, M)``."""
    low = np.maximum(hidden[None, :, :2], by[:, None, :2])
    high = np.minimum(hidden[None, :, :2] + hidden[None, :, 2:], by[:, None, :2] + by[:, None, 2:])
    both = np.clip(high - low, 0.0, None).prod(-1)
    shares: Boxes = both / hidden[:, 2:].prod(-1)
    return shares


def crossings(tried: Boxes, own: Boxes, others: Boxes) -> NDArray[np.bool_]:
    """Whether the line from each ``(N, 4)`` to a face runs over any other box."""
    start = np.clip(own[:2] + own[2:] / 2, tried[:, :2], tried[:, :2] + tried[:, 2:])
    end = np.clip(tried[:, :2] + tried[:, 2:] / 2, own[:2], own[:2] + own[2:])
    points = start[:, None] + STEPS[:, None] * (end - start)[:, None]
    within = (points[:, :, None] > others[:, :2]) & (
        points[:, :, None] < others[:, :2] + others[:, 2:]
    )
    crossed: NDArray[np.bool_] = np.any(np.all(within, axis=-1), axis=(1, 2))
    return crossed


def distance_px(a: Box, b: Box) -> float:
    """Gap between two boxes, 0 where they touch."""
    across = max(b[0] - (a[0] + a[2]), a[0] - (b[0] + b[2]), 0.0)
    down = max(b[1] - (a[1] + a[3]), a[1] - (b[1] + b[3]), 0.0)
    return math.hypot(across, down)
