"""Everything that is measured on one face once its mesh is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.faces.openness import openness
from mien.faces.pose import head_pose
from mien.faces.quality import QualityLimits, face_quality
from mien.observations import Box, Face


def read_face(
    image: NDArray[np.uint8],
    mesh: NDArray[np.float32],
    box: Box,
    presence: float,
    limits: QualityLimits | None = None,
) -> Face:
    """The :class:`Face` of a mesh ``(468, 3)`` and its box in ``image`` ``(H, W, 3)`` RGB."""
    height, width = image.shape[:2]
    pose = head_pose(mesh, width, height)
    eyes, mouth = openness(mesh)
    return Face(
        box_px=box,
        score=presence,
        mesh_px=mesh,
        pose=pose,
        eye_openness=eyes,
        mouth_openness=mouth,
        quality=face_quality(image, box, presence, pose, limits),
    )
