"""Draws faces on a picture: box, mesh, head pose, and a panel with the reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.observations import Box, Expression, HeadPose, Quality
from mien.report.face_marks import DARK, draw_box, draw_hatching, draw_mesh, draw_pose
from mien.report.palette import colour_of
from mien.report.panel import Panel, bars_of, draw_panel, headline, pose_line
from mien.report.placement import Place, best_place, distance_px

Image = NDArray[np.uint8]
#: A panel and where it stands.
Placed = tuple[Panel, Place]

#: Font and line sizes as a share of the picture's shorter side; the font is never
#: smaller than what can be read at all (10 px: an x of 5 px).
FONT_SHARE, MIN_FONT_PX = 1 / 36, 10
LINE_SHARE: Final = 1 / 360
#: Faces from this many line widths on are wide enough for the mesh's single points.
POINTS_FROM: Final = 140
#: Everything, everything smaller, three bars, words only: what it costs to say less,
#: against the share of a face that is hidden.
DETAILS: Final = ((8, 1.0, 0.0), (8, 0.8, 0.02), (3, 1.0, 0.05), (0, 1.0, 0.12))


@dataclass(frozen=True, eq=False)
class FaceDrawing:
    """What is drawn of one face; the parameters of :func:`draw_face`."""

    box_px: Box
    label_text: str
    pose: HeadPose | None = None
    mesh_px: NDArray[np.float32] | None = None
    expression: Expression | None = None
    quality: Quality | None = None
    state_text: str = ""


def draw_face(
    image_rgb: Image,
    *,
    box_px: Box,
    label_text: str,
    pose: HeadPose | None = None,
    mesh_px: NDArray[np.float32] | None = None,
    expression: Expression | None = None,
    quality: Quality | None = None,
    state_text: str = "",
) -> Image:
    """A copy of the picture with one face drawn on it.

    Args:
        image_rgb: ``(H, W, 3)`` uint8.
        box_px: ``(x, y, width, height)``; may reach over the picture's edge.
        mesh_px: ``(468, 2 or 3)`` in pixels of the picture.
        expression: its colour is the box's; dashed and light where it is unknown.
        state_text: more lines for the panel, one a line.
    """
    face = FaceDrawing(box_px, label_text, pose, mesh_px, expression, quality, state_text)
    return draw_faces(image_rgb, [face])


def draw_faces(
    image_rgb: Image, faces: Sequence[FaceDrawing], panels: Sequence[Placed] | None = None
) -> Image:
    """A copy of the picture with all faces; no panel hides another face or panel
    where that can be avoided.

    Args:
        panels: of :func:`arrange_panels` for a picture of the same size, where several
            pictures show the same; None arranges them.
    """
    image = np.ascontiguousarray(image_rgb).copy()
    for face in faces:
        _draw_marks(image, face)
    placed = arrange_panels(image, faces) if panels is None else panels
    for face, (panel, place) in zip(faces, placed, strict=True):
        _draw_leader(image, face, place)
        draw_panel(image, panel, (round(place.box_px[0]), round(place.box_px[1])))
    return image


def font_px_of(image: Image) -> int:
    """Size of the letters that can be read on a picture of that size."""
    side: int = min(image.shape[:2])
    return max(MIN_FONT_PX, round(side * FONT_SHARE))


def line_px_of(image: Image) -> int:
    """Width of a line that can be seen on a picture of that size."""
    side: int = min(image.shape[:2])
    return max(1, round(side * LINE_SHARE))


def arrange_panels(image: Image, faces: Sequence[FaceDrawing]) -> list[Placed]:
    """Panels of one kind for all faces: the fullest kind that hides little."""
    tried: list[tuple[float, list[Placed]]] = []
    for bars, smaller, loss in DETAILS:
        font_px = max(MIN_FONT_PX, round(font_px_of(image) * smaller))
        placed = _place_all(image, [_panel(face, font_px, bars) for face in faces], faces)
        harm = max((place.covered + 0.1 * place.crossed for _, place in placed), default=0.0)
        height, width = image.shape[:2]
        outside = any(p.size_px[0] > width or p.size_px[1] > height for p, _ in placed)
        tried.append((loss + harm + outside, placed))
        if harm == 0 and not outside:
            break
    return min(tried, key=lambda one: one[0])[1]


def _place_all(image: Image, panels: Sequence[Panel], faces: Sequence[FaceDrawing]) -> list[Placed]:
    height, width = image.shape[:2]
    boxes = [face.box_px for face in faces]
    placed: list[Placed] = []
    for i, panel in enumerate(panels):
        place = best_place(
            panel.size_px,
            (width, height),
            boxes[i],
            boxes[:i] + boxes[i + 1 :],
            [done.box_px for _, done in placed],
            2.0 + line_px_of(image),
        )
        placed.append((panel, place))
    return placed


def _panel(face: FaceDrawing, font_px: int, bars: int) -> Panel:
    said = headline(face.expression, face.quality)
    lines = [face.label_text, said, *face.state_text.splitlines()]
    if bars > 3:
        lines.append(pose_line(face.pose))
    label = face.expression.label if face.expression else ""
    shown = tuple(line for line in lines if line)
    return Panel(shown, bars_of(face.expression, bars), label, font_px)


def _draw_marks(image: Image, face: FaceDrawing) -> None:
    thick = line_px_of(image)
    if face.mesh_px is not None:
        # On a small face 468 points would hide what they are to explain.
        draw_mesh(image, face.mesh_px, thick, points=face.box_px[2] >= POINTS_FROM * thick)
    if face.pose is not None:
        draw_pose(image, face.box_px, face.pose, face.mesh_px, thick)
    said = face.expression
    unknown = said is not None and said.is_unknown
    colour = colour_of(said.label if said else "")
    draw_box(image, face.box_px, colour, 2 * thick, dashed=unknown)
    if unknown:
        draw_hatching(image, face.box_px, colour, thick)


def _draw_leader(image: Image, face: FaceDrawing, place: Place) -> None:
    """A line from the panel to its face, where they stand apart."""
    thick = line_px_of(image)
    if distance_px(place.box_px, face.box_px) < 6 * thick + 4:
        return
    start, end = _nearest(place.box_px, face.box_px), _nearest(face.box_px, place.box_px)
    colour = colour_of(face.expression.label if face.expression else "")
    cv2.line(image, start, end, DARK, thick + 2, cv2.LINE_AA)
    cv2.line(image, start, end, colour, thick, cv2.LINE_AA)


def _nearest(box: Box, other: Box) -> tuple[int, int]:
    """The point of a box that lies nearest to the middle of another."""
    x, y = other[0] + other[2] / 2, other[1] + other[3] / 2
    return (
        round(min(max(x, box[0]), box[0] + box[2])),
        round(min(max(y, box[1]), box[1] + box[3])),
    )
