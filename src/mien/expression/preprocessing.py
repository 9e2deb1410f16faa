"""From a face in a picture to what the expression network sees: the only resize and
normalise of mien, for training, evaluation and live use alike.

The network learned on FER2013's 48-px squares, so the live way cuts the same
square. How a mesh lies in FER2013's squares was measured on 649 of its
validation pictures: the mesh's height is 0.878 of the square's side (median;
deviation 6 %), the square's centre lies 0.039 mesh heights above the mesh's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.expression.illumination import ILLUMINATION
from mien.network_input import NetworkInput
from mien.networks.landmark_points import COUNT, UNKNOWN, landmarks_of_mesh
from mien.observations import Face
from mien.pixel_grid import on_grid

#: Side of the network's input, FER2013's own size.
INPUT_PX: Final = 48
#: Side of the square over the longer extent of the levelled mesh (1 / 0.878).
SIDE_PER_MESH: Final = 1.139
#: Centre of the square above the centre of the mesh, in mesh heights.
RAISE_PER_MESH: Final = 0.039
#: A detector's box without a mesh spans brows to chin; its square is larger.
SIDE_PER_BOX: Final = 1.2
#: Grid of the squares (:mod:`mien.pixel_grid`): OpenCV's own fraction of a pixel (INTER_BITS),
#: and the turn that moves the corner of a square of 140 pixels by about as much.
STEP_PX: Final = 1 / 32
STEP_DEG: Final = 1 / 64
#: Outer corners of the eyes in the mesh.
_EYES: Final = (33, 263)
#: Oversampling of large faces before they are averaged down to 48 px.
_MOST_OVERSAMPLING: Final = 4

Square = tuple[float, float, float, float]


@dataclass(frozen=True)
class FaceCut:
    """How a face is cut from a picture so that it looks like the pictures that a network
    learned from; an exported file carries it.

    Attributes:
        side_per_mesh, raise_per_mesh, side_per_box: see the constants above.
        picture_px: side of the pictures that the network learned from where they all
            had one size, smaller than its input: the live face is made as small, so that
            both are equally sharp. None: it is cut at the size of the input.
        grey: those pictures had no colour.
    """

    side_per_mesh: float = SIDE_PER_MESH
    raise_per_mesh: float = RAISE_PER_MESH
    side_per_box: float = SIDE_PER_BOX
    picture_px: int | None = None
    grey: bool = False


#: FER2013's own square, on which the measures were taken.
FER2013_CUT: Final = FaceCut(picture_px=INPUT_PX, grey=True)
#: What a network that never heard of mean and deviation is given: pixels in [0, 1].
PLAIN_GREY: Final = NetworkInput(INPUT_PX, channels=1, mean=(0.0,), deviation=(1.0,))


def square_of_face(face: Face, cut: FaceCut = FER2013_CUT) -> Square:
    """``(centre x, centre y, side, roll)`` in pixels and degrees of the square to cut."""
    if face.mesh_px is None:
        x, y, width, height = face.box_px
        side = cut.side_per_box * max(width, height)
        return _on_grid(x + width / 2, y + height / 2, side, 0.0)
    points = face.mesh_px[:, :2].astype(np.float64)
    step = points[_EYES[1]] - points[_EYES[0]]
    roll = math.atan2(step[1], step[0])
    cos, sin = math.cos(roll), math.sin(roll)
    # Column by column: NumPy is several times slower along the first axis.
    across = cos * points[:, 0] + sin * points[:, 1]
    down = cos * points[:, 1] - sin * points[:, 0]
    left, right = float(across.min()), float(across.max())
    top, bottom = float(down.min()), float(down.max())
    extent = max(right - left, bottom - top)
    level_x, level_y = (left + right) / 2, (top + bottom) / 2 - cut.raise_per_mesh * extent
    x, y = cos * level_x - sin * level_y, sin * level_x + cos * level_y
    return _on_grid(x, y, cut.side_per_mesh * extent, math.degrees(roll))


def _on_grid(x: float, y: float, side: float, roll_deg: float) -> Square:
    x, y, side = (on_grid(value, STEP_PX) for value in (x, y, side))
    return x, y, side, on_grid(roll_deg, STEP_DEG)


def cut_square(
    image: NDArray[np.uint8], square: Square, side_px: int = INPUT_PX, *, grey: bool = True
) -> NDArray[np.float32]:
    """The square as ``(side_px, side_px)`` grey (Rec. 601 luma), or ``(…, 3)`` RGB,
    float32 in [0, 1].

    Nothing is rounded to whole levels on the way: in a picture at a quarter of the light,
    0.005 pixels of difference in the mesh moved a probability by up to 0.035 with rounding,
    0.002 without.

    Args:
        image: ``(H, W, 3)`` uint8 RGB; parts outside repeat its border.
    """
    x, y, side, roll_deg = square
    side = max(side, 1.0)
    times = int(min(max(side // side_px, 1), _MOST_OVERSAMPLING))
    size = side_px * times
    angle, scale = math.radians(roll_deg), size / side
    a, b = scale * math.cos(angle), scale * math.sin(angle)
    middle = (size - 1) / 2
    part: NDArray[Any]
    part, left, top = _surroundings(image, square)
    x, y = x - left, y - top
    forward = np.array([[a, b, middle - a * x - b * y], [-b, a, middle + b * x - a * y]])
    if grey:
        part = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    part = cv2.warpAffine(
        part, forward, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    if times > 1:
        part = cv2.resize(part, (side_px, side_px), interpolation=cv2.INTER_AREA)
    return np.divide(part, 255, dtype=np.float32)


def _surroundings(image: NDArray[np.uint8], square: Square) -> tuple[NDArray[np.float32], int, int]:
    """The part of the picture that a square touches, in floats, and its left and top; at
    least one pixel, where the square lies outside."""
    x, y, side, _ = square
    # A turned square reaches 1 / sqrt(2) of its side; one pixel more for interpolation.
    reach = max(side, 1.0) / math.sqrt(2) + 2
    height, width = image.shape[:2]
    left, right = (int(min(max(v, 0), width)) for v in (x - reach, x + reach + 1))
    top, bottom = (int(min(max(v, 0), height)) for v in (y - reach, y + reach + 1))
    left, top = min(left, width - 1), min(top, height - 1)
    part = image[top : max(bottom, top + 1), left : max(right, left + 1)]
    return part.astype(np.float32), left, top


def network_picture(pixels: NDArray[Any], shape: NetworkInput) -> NDArray[np.float32]:
    """A picture of a face in a network's size and channels: ``(C, side, side)`` float32
    in [0, 1], before mean and deviation.

    Larger pictures are averaged down (area), smaller ones drawn out (bilinear); the
    proportions are not kept, as in the papers, whose pictures are square.

    Args:
        pixels: ``(H, W)`` or ``(H, W, 3)`` RGB; uint8, or float in [0, 1].
    """
    picture = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    if shape.channels == 3 and pixels.ndim == 3:
        picture = pixels
    side = (shape.side_px, shape.side_px)
    if picture.shape[:2] != side:
        shrinks = min(picture.shape[:2]) >= shape.side_px
        how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        picture = cv2.resize(picture, side, interpolation=how)
    most = 255 if pixels.dtype == np.uint8 else 1
    scaled: NDArray[np.float32] = np.divide(picture, most, dtype=np.float32)
    if scaled.ndim == 2:
        return np.repeat(scaled[None], shape.channels, axis=0)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1))


def normalised(pictures: NDArray[np.float32], shape: NetworkInput) -> NDArray[np.float32]:
    """``(… C, H, W)`` in [0, 1] less the mean, over the deviation, a channel; a clip's
    ``(C, T, H, W)`` too."""
    places = (-1, *(1 for _ in shape.shape[1:]))
    mean = np.asarray(shape.mean, np.float32).reshape(places)
    deviation = np.asarray(shape.deviation, np.float32).reshape(places)
    result: NDArray[np.float32] = (pictures - mean) / deviation
    return result


def face_crop(image: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
    """What the bundled network sees of one face: ``(48, 48)`` float32 in [0, 1]."""
    return cut_square(image, square_of_face(face))


def face_picture(
    image: NDArray[np.uint8],
    face: Face,
    shape: NetworkInput,
    cut: FaceCut,
    illumination: str = "none",
) -> NDArray[np.float32]:
    """What a network sees of one face: ``(C, side, side)`` float32 in [0, 1].

    Args:
        illumination: a key of :data:`mien.expression.illumination.ILLUMINATION`.
    """
    grey = cut.grey or shape.channels == 1
    side_px = min(cut.picture_px or shape.side_px, shape.side_px)
    part = cut_square(image, square_of_face(face, cut), side_px, grey=grey)
    picture = network_picture(part, shape)
    if illumination == "none":
        return picture
    whole = np.rint(picture * 255).astype(np.uint8)
    return np.divide(ILLUMINATION[illumination](whole), 255, dtype=np.float32)


def face_landmarks(face: Face, cut: FaceCut, count: int) -> NDArray[np.float32]:
    """Landmarks ``(count, 2)`` in [0, 1] of the square that is cut; all -1, which is
    *not known*, without a mesh or for another number than the mesh gives."""
    if face.mesh_px is None or count != COUNT:
        return np.full((count, 2), UNKNOWN, np.float32)
    x, y, side, roll_deg = square_of_face(face, cut)
    angle = math.radians(roll_deg)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    points = landmarks_of_mesh(face.mesh_px) - (x, y)
    return np.asarray(points @ turn.T / max(side, 1.0) + 0.5, np.float32)
