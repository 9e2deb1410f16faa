"""The 468-point face mesh (Kartynnik et al. 2019, arXiv:1907.06724), MediaPipe's
``face_landmark`` model without attention.

The network sees a 192-px square, turned so that the eyes are level and 1.5 times
as large as the face, and answers points in that square and the logit of a face
being there.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.observations import Box
from mien.pixel_grid import on_grid
from mien.weights import model_path
from mien.weights.session import open_session

Array = NDArray[np.float32]

#: Side of the network's input, pixels.
INPUT_PX: Final = 192
#: The square's side over the face's (MediaPipe's face_landmark graph: 1.5).
MARGIN: Final = 1.5
#: A mesh is a face from this presence on (MediaPipe's face_landmark graph: 0.5).
MIN_PRESENCE: Final = 0.5
#: Grid of the squares, pixels and degrees. Looked at twice in squares a step apart, a point of
#: the mesh lies some hundredths of a pixel elsewhere; detectors' boxes differ between Python and
#: browser by some ten-thousandths, so that hardly one in a hundred falls to another step.
STEP_PX: Final = 1 / 8
STEP_DEG: Final = 1 / 8
#: Outer corners of the person's right and left eye in the mesh.
EYE_CORNERS: Final = (33, 263)


@dataclass(frozen=True)
class Region:
    """A square of a picture: centre and side in pixels, clockwise turn in degrees."""

    x_px: float
    y_px: float
    side_px: float
    roll_deg: float = 0.0

    def to_input(self) -> NDArray[np.float64]:
        """The affine map ``(2, 3)`` from picture pixels to input pixels."""
        scale = INPUT_PX / self.side_px
        angle = math.radians(self.roll_deg)
        a, b = scale * math.cos(angle), scale * math.sin(angle)
        half = INPUT_PX / 2
        return np.array(
            [
                [a, b, half - a * self.x_px - b * self.y_px],
                [-b, a, half + b * self.x_px - a * self.y_px],
            ]
        )


def region_of_box(box: Box, roll_deg: float = 0.0) -> Region:
    """The square that the mesh wants for a detected face."""
    x, y, width, height = box
    return _on_grid(x + width / 2, y + height / 2, MARGIN * max(width, height), roll_deg)


def region_of_mesh(mesh: Array, box: Box | None = None) -> Region:
    """The square for the next picture, from the mesh of the last one, and its box where that
    is known already."""
    right, left = mesh[EYE_CORNERS[0], :2], mesh[EYE_CORNERS[1], :2]
    x, y, width, height = box or box_of_mesh(mesh)
    roll = math.degrees(math.atan2(float(left[1] - right[1]), float(left[0] - right[0])))
    return _on_grid(x + width / 2, y + height / 2, MARGIN * max(width, height), roll)


def _on_grid(x_px: float, y_px: float, side_px: float, roll_deg: float) -> Region:
    x_px, y_px, side_px = (on_grid(v, STEP_PX) for v in (x_px, y_px, max(side_px, 1.0)))
    return Region(x_px, y_px, side_px, on_grid(roll_deg, STEP_DEG))


def box_of_mesh(mesh: Array) -> Box:
    """The upright box ``(x, y, width, height)`` around all points."""
    # Column by column: NumPy is several times slower along the first axis.
    across, down = mesh[:, 0], mesh[:, 1]
    x, y = float(across.min()), float(down.min())
    return x, y, max(float(across.max()) - x, 1e-3), max(float(down.max()) - y, 1e-3)


class FaceMesh:
    """Reads meshes in given regions of a picture.

    Args:
        pool: threads that read several regions side by side; None reads them in turn.
    """

    def __init__(self, pool: Executor | None = None) -> None:
        self._session = open_session(model_path("face_mesh"))
        self._pool = pool

    def read(
        self, image: NDArray[np.uint8], regions: Sequence[Region]
    ) -> list[tuple[Array, float]]:
        """For each region the mesh ``(468, 3)`` in pixels of ``image`` (z in the same
        scale, negative towards the camera) and the presence of a face, 0 to 1."""
        if self._pool is None or len(regions) < 2:
            return [self._read_one(image, region) for region in regions]
        return list(self._pool.map(self._read_one, itertools.repeat(image), regions))

    def settle(
        self, image: NDArray[np.uint8], regions: Sequence[Region]
    ) -> list[tuple[Array, float]]:
        """As :meth:`read`, but twice: the second time in the square that the first
        suggests, because a detector's box is cut differently from a mesh's."""
        found = self.read(image, regions)
        better = {
            index: region_of_mesh(mesh)
            for index, (mesh, presence) in enumerate(found)
            if presence >= MIN_PRESENCE / 2
        }
        for index, region in list(better.items()):
            if not 0.5 < region.side_px / regions[index].side_px < MARGIN:
                del better[index]
        again = self.read(image, list(better.values()))
        for index, (mesh, presence) in zip(better, again, strict=True):
            if presence >= found[index][1]:
                found[index] = mesh, presence
        return found

    def _read_one(self, image: NDArray[np.uint8], region: Region) -> tuple[Array, float]:
        forward = region.to_input()
        crop = cv2.warpAffine(
            image,
            forward,
            (INPUT_PX, INPUT_PX),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
        )
        feed = {"image": _planes(crop)}
        points, logit = self._session.run(["landmarks", "presence"], feed)
        mesh = points.reshape(468, 3).astype(np.float32)
        back = cv2.invertAffineTransform(forward).astype(np.float32)
        mesh[:, :2] = mesh[:, :2] @ back[:, :2].T + back[:, 2]
        mesh[:, 2] *= region.side_px / INPUT_PX
        # Clipped so that exp cannot overflow; sigmoid(+-30) is 1 or 0 in float32.
        presence = 1 / (1 + math.exp(-max(-30.0, min(30.0, float(np.ravel(logit)[0])))))
        return mesh, presence


def _planes(crop: NDArray[Any]) -> Array:
    """``(H, W, 3)`` as ``(1, 3, H, W)`` in [0, 1]; half the time of ``blobFromImage``."""
    planes = np.empty((1, 3, *crop.shape[:2]), np.float32)
    for plane, channel in zip(planes[0], cv2.split(crop), strict=True):
        np.divide(channel, 255, out=plane, dtype=np.float32)
    return planes
