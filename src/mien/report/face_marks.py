"""Marks on the face itself: box, mesh and the head's axes."""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.observations import Box, HeadPose
from mien.report.face_contours import CONTOURS
from mien.report.palette import Colour

Image = NDArray[np.uint8]

DARK: Final[Colour] = (16, 18, 22)
MESH: Final[Colour] = (235, 245, 255)
#: The tip of the nose in the mesh: where the axes start.
NOSE_TIP: Final = 4
#: The head's right, up and forward (Okabe and Ito's light blue, green and yellow);
#: forward alone carries a tip, so that they differ by more than colour.
RIGHT, UP, FORWARD = (86, 180, 233), (0, 158, 115), (240, 228, 66)
#: How much of the picture the mesh lets through.
MESH_SHARE: Final = 0.55
#: Fractions of a pixel that OpenCV draws with: 2 ** 4.
_SHIFT: Final = 4


def draw_box(image: Image, box: Box, colour: Colour, thick_px: int, dashed: bool) -> None:
    """The box, with dark edges that show it on a light picture; dashed for unknown."""
    x, y, w, h = box
    corners = np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)])
    cv2.polylines(image, [_fixed(corners)], True, DARK, thick_px + 2, cv2.LINE_AA, _SHIFT)
    if not dashed:
        cv2.polylines(image, [_fixed(corners)], True, colour, thick_px, cv2.LINE_AA, _SHIFT)
        return
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        for piece in dashes(start, end, 6.0 * thick_px):
            cv2.polylines(image, [_fixed(piece)], False, colour, thick_px, cv2.LINE_AA, _SHIFT)


def dashes(
    start: NDArray[np.float64], end: NDArray[np.float64], dash_px: float
) -> list[NDArray[np.float64]]:
    """Pieces ``(2, 2)`` of a dashed line that begins and ends with a whole dash."""
    length = float(np.linalg.norm(end - start))
    count = max(1, round((length / dash_px + 1) / 2))
    stops = np.linspace(0.0, 1.0, 2 * count)
    line = start + stops[:, None] * (end - start)
    return [line[i : i + 2] for i in range(0, 2 * count, 2)]


def draw_hatching(image: Image, box: Box, colour: Colour, thick_px: int) -> None:
    """Short strokes along the lower edge of the box: the sign of unknown."""
    x, y, w, h = box
    strip = max(4.0, 6.0 * thick_px)
    for left in np.arange(x + thick_px, x + w - strip, 2 * strip):
        foot, top = (left, y + h - thick_px), (left + strip, y + h - strip)
        line = _fixed(np.array([foot, top]))
        cv2.polylines(image, [line], False, DARK, thick_px + 2, cv2.LINE_AA, _SHIFT)
        cv2.polylines(image, [line], False, colour, thick_px, cv2.LINE_AA, _SHIFT)


def draw_mesh(image: Image, mesh: NDArray[np.float32], thick_px: int, points: bool = True) -> None:
    """The mesh's outlines and, if wished, its points, half transparent."""
    places = mesh[:, :2].astype(np.float64)
    lower = np.floor(places.min(0)).astype(int) - 4 * thick_px
    upper = np.ceil(places.max(0)).astype(int) + 4 * thick_px
    (x0, y0), (x1, y1) = np.maximum(lower, 0), np.minimum(upper, image.shape[1::-1])
    if x1 <= x0 or y1 <= y0:
        return
    under = image[y0:y1, x0:x1]
    drawn = under.copy()
    local = places - (x0, y0)
    radius = max(1, round(0.6 * thick_px * 2**_SHIFT / 2))
    for x, y in _fixed(local)[:, 0] if points else ():
        cv2.circle(drawn, (int(x), int(y)), radius, MESH, -1, cv2.LINE_AA, _SHIFT)
    for chain in CONTOURS.values():
        if max(chain) < len(local):
            line = _fixed(local[list(chain)])
            cv2.polylines(drawn, [line], False, MESH, thick_px, cv2.LINE_AA, _SHIFT)
    under[:] = cv2.addWeighted(drawn, MESH_SHARE, under, 1 - MESH_SHARE, 0)


def axes_of_pose(pose: HeadPose) -> NDArray[np.float64]:
    """The head's right, up and forward as rows ``(3, 2)``: unit vectors seen from
    the camera, x to the right and y down in the picture; "right" is the picture's
    right of a head that looks into the camera. R = Ry Rx Rz as in :class:`HeadPose`."""
    yaw, pitch, roll = (math.radians(a) for a in (-pose.yaw_deg, -pose.pitch_deg, pose.roll_deg))
    turn = np.array(
        [[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]]
    )
    nod = np.array(
        [[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]]
    )
    tilt = np.array(
        [[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]]
    )
    right, down, inward = (turn @ nod @ tilt).T
    seen: NDArray[np.float64] = np.stack([right, -down, -inward])[:, :2]
    return seen


def draw_pose(
    image: Image, box: Box, pose: HeadPose, mesh: NDArray[np.float32] | None, thick_px: int
) -> None:
    """The head's axes from the tip of the nose (without a mesh: the box's middle)."""
    x, y, w, h = box
    start = np.array([x + w / 2, y + h / 2])
    if mesh is not None and len(mesh) > NOSE_TIP:
        start = mesh[NOSE_TIP, :2].astype(np.float64)
    length = 0.45 * math.sqrt(w * h)
    ends = start + axes_of_pose(pose) * length
    for width, dark in ((thick_px + 2, True), (thick_px, False)):
        for end, colour in zip(ends, (RIGHT, UP, FORWARD), strict=True):
            line = _fixed(np.array([start, end]))
            ink = DARK if dark else colour
            cv2.polylines(image, [line], False, ink, width, cv2.LINE_AA, _SHIFT)
        tip = (int(v) for v in _fixed(ends[2:])[0, 0])
        size = round(2.0 * thick_px * 2**_SHIFT) + (16 if dark else 0)
        ink = DARK if dark else FORWARD
        cv2.circle(image, tuple(tip), size, ink, -1, cv2.LINE_AA, _SHIFT)


def _fixed(points: NDArray[np.float64]) -> NDArray[np.int32]:
    """Points ``(N, 2)`` as OpenCV's fixed-point ``(N, 1, 2)``."""
    limited = np.clip(np.asarray(points, np.float64), -1e6, 1e6)
    return np.rint(limited * 2**_SHIFT).astype(np.int32)[:, None]
