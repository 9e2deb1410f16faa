"""Head pose from the mesh by solvePnP against rigid points of the canonical face."""

from __future__ import annotations

import math
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.observations import HeadPose

#: Mesh index -> centimetres (x to the person's left, y up, z out of the face): the
#: canonical face of MediaPipe's ``geometry_pipeline_metadata_landmarks.binarypb``
#: (Apache-2.0), points that no expression moves: bridge and sides of the nose,
#: forehead, corners of the eyes, temples.
CANONICAL_CM: Final = {
    6: (0.0, 2.473, 5.789),
    168: (0.0, 3.271, 5.236),
    197: (0.0, 1.728, 6.317),
    5: (0.0, 0.366, 7.243),
    4: (0.0, -0.463, 7.587),
    10: (0.0, 8.262, 4.482),
    33: (-4.446, 2.664, 3.173),
    133: (-1.856, 2.585, 3.758),
    362: (1.856, 2.585, 3.758),
    263: (4.446, 2.664, 3.173),
    127: (-7.743, 2.365, -2.005),
    356: (7.743, 2.365, -2.005),
}
_INDICES: Final = np.array(list(CANONICAL_CM))
#: OpenCV's camera looks along +z with y down; the canonical face has y up, z out.
_MODEL: Final = np.array(list(CANONICAL_CM.values())) * np.array([1.0, -1.0, -1.0])


def head_pose(mesh: NDArray[np.float32], width_px: int, height_px: int) -> HeadPose | None:
    """Yaw, pitch and roll of a mesh ``(468, 3)`` in a picture of that size.

    The camera is taken to have a focal length of the picture's longer side (53
    degrees across, a usual webcam). R = Ry Rx Rz. None where no pose fits.
    """
    focal = float(max(width_px, height_px))
    camera = np.array([[focal, 0, width_px / 2], [0, focal, height_px / 2], [0, 0, 1]])
    points = mesh[_INDICES, :2].astype(np.float64)
    fits, rotation, _ = cv2.solvePnP(_MODEL, points, camera, None, flags=cv2.SOLVEPNP_SQPNP)
    if not fits or not np.isfinite(rotation).all():
        return None
    matrix, _ = cv2.Rodrigues(rotation)
    return pose_of_rotation(matrix)


def pose_of_rotation(matrix: NDArray[Any]) -> HeadPose:
    """The angles of R = Ry Rx Rz, signed as :class:`HeadPose` says."""
    down = math.asin(min(max(-float(matrix[1, 2]), -1.0), 1.0))
    right = math.atan2(matrix[0, 2], matrix[2, 2])
    roll = math.atan2(matrix[1, 0], matrix[1, 1])
    return HeadPose(-math.degrees(right), -math.degrees(down), math.degrees(roll))
