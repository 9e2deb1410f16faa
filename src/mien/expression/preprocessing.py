"""From a face in a picture to what the expression network sees: the only resize and
normalise of mien, for training, evaluation and live use alike.

The network learned on FER2013's 48-px squares, so the live way cuts the same
square. How a mesh lies in FER2013's squares was measured on 649 of its
validation pictures: the mesh's height is 0.878 of the square's side (median;
deviation 6 %), the square's centre lies 0.039 mesh heights above the mesh's.
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.observations import Face

#: Side of the network's input, FER2013's own size.
INPUT_PX: Final = 48
#: Side of the square over the longer extent of the levelled mesh (1 / 0.878).
SIDE_PER_MESH: Final = 1.139
#: Centre of the square above the centre of the mesh, in mesh heights.
RAISE_PER_MESH: Final = 0.039
#: A detector's box without a mesh spans brows to chin; its square is larger.
SIDE_PER_BOX: Final = 1.2
#: Outer corners of the eyes in the mesh.
_EYES: Final = (33, 263)
#: Oversampling of large faces before they are averaged down to 48 px.
_MOST_OVERSAMPLING: Final = 4

Square = tuple[float, float, float, float]


def square_of_face(face: Face) -> Square:
    """``(centre x, centre y, side, roll)`` in pixels and degrees of the square to cut."""
    if face.mesh_px is None:
        x, y, width, height = face.box_px
        return x + width / 2, y + height / 2, SIDE_PER_BOX * max(width, height), 0.0
    points = face.mesh_px[:, :2].astype(np.float64)
    step = points[_EYES[1]] - points[_EYES[0]]
    roll = math.atan2(step[1], step[0])
    level = np.array([[math.cos(roll), math.sin(roll)], [-math.sin(roll), math.cos(roll)]])
    turned = points @ level.T
    low, high = turned.min(0), turned.max(0)
    extent = float((high - low).max())
    centre = (low + high) / 2 - [0.0, RAISE_PER_MESH * extent]
    x, y = (centre @ level).tolist()
    return x, y, SIDE_PER_MESH * extent, math.degrees(roll)


def cut_square(image: NDArray[np.uint8], square: Square) -> NDArray[np.float32]:
    """The square as grey ``(48, 48)`` float32 in [0, 1] (Rec. 601 luma).

    Args:
        image: ``(H, W, 3)`` uint8 RGB; parts outside repeat its border.
    """
    x, y, side, roll_deg = square
    side = max(side, 1.0)
    times = int(min(max(side // INPUT_PX, 1), _MOST_OVERSAMPLING))
    size = INPUT_PX * times
    angle, scale = math.radians(roll_deg), size / side
    a, b = scale * math.cos(angle), scale * math.sin(angle)
    middle = (size - 1) / 2
    forward = np.array([[a, b, middle - a * x - b * y], [-b, a, middle + b * x - a * y]])
    part = cv2.warpAffine(
        image, forward, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    if times > 1:
        grey = cv2.resize(grey, (INPUT_PX, INPUT_PX), interpolation=cv2.INTER_AREA)
    return np.divide(grey, 255, dtype=np.float32)


def face_crop(image: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
    """What the network sees of one face: ``(48, 48)`` float32 in [0, 1]."""
    return cut_square(image, square_of_face(face))
