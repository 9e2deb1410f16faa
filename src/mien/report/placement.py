"""Where a panel goes in a picture: beside its face, on no face and no other panel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mien.observations import Box

#: Places tried across the picture when there is no room beside the face.
GRID: Final = 9
#: Weight of covering the face that the panel belongs to, another face, a panel;
#: against a distance of one picture's diagonal, which costs 1 (tried on groups of five).
OWN_FACE, OTHER_FACE, OTHER_PANEL = 12.0, 12.0, 20.0


@dataclass(frozen=True)
class Place:
    """Attributes:
    box_px: of the panel, wholly inside the picture where it fits at all.
    covered: the largest share of any face or earlier panel that it hides, 0 to 1.
    cost: lower is better.
    """

    box_px: Box
    covered: float
    cost: float


def overlap_px2(a: Box, b: Box) -> float:
    """Area that two boxes share."""
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return max(0.0, width) * max(0.0, height)


def share_hidden(hidden: Box, by: Box) -> float:
    """Share of a box that another one hides, 0 to 1."""
    return overlap_px2(hidden, by) / (hidden[2] * hidden[3])


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
    width, height = size_px
    room = max(0.0, picture_px[0] - width), max(0.0, picture_px[1] - height)
    diagonal = math.hypot(*picture_px)

    def judged(x: float, y: float) -> Place:
        box = (min(max(0.0, x), room[0]), min(max(0.0, y), room[1]), width, height)
        hidden = share_hidden(own, box)
        others = [share_hidden(face, box) for face in faces]
        walls = [share_hidden(panel, box) for panel in panels]
        cost = OWN_FACE * hidden + OTHER_FACE * sum(others) + OTHER_PANEL * sum(walls)
        cost += distance_px(box, own) / diagonal
        return Place(box, max([hidden, *others, *walls]), cost)

    x, y, w, h = own
    beside = [(x + w + gap_px, y), (x - width - gap_px, y), (x, y + h + gap_px)]
    beside += [(x, y - height - gap_px), (x + w + gap_px, y + h - height)]
    beside += [(x - width - gap_px, y + h - height)]
    steps = [i / (GRID - 1) for i in range(GRID)]
    anywhere = [(room[0] * i, room[1] * j) for j in steps for i in steps]
    # min() keeps the first of equals: beside the face before anywhere.
    return min((judged(*corner) for corner in [*beside, *anywhere]), key=lambda p: p.cost)


def distance_px(a: Box, b: Box) -> float:
    """Gap between two boxes, 0 where they touch."""
    across = max(b[0] - (a[0] + a[2]), a[0] - (b[0] + b[2]), 0.0)
    down = max(b[1] - (a[1] + a[3]), a[1] - (b[1] + b[3]), 0.0)
    return math.hypot(across, down)
