"""Head pose: rotations made by hand, and the canonical face seen by a made camera."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from mien.faces.pose import CANONICAL_CM, head_pose, pose_of_rotation


@pytest.mark.parametrize(
    ("axis", "degrees", "expected"),
    [
        # OpenCV: y points down, so a positive turn about y moves the nose (-z) to -x,
        # the left of the picture: the person's right, which is negative yaw.
        ("y", 30, (-30, 0, 0)),
        # about x: the nose moves to +y, down: negative pitch
        ("x", 20, (0, -20, 0)),
        # about z: the picture's x axis moves towards y, clockwise
        ("z", 15, (0, 0, 15)),
    ],
)
def test_signs(axis: str, degrees: float, expected: tuple[float, ...]) -> None:
    matrix = Rotation.from_euler(axis, degrees, degrees=True).as_matrix()
    pose = pose_of_rotation(matrix)
    assert (pose.yaw_deg, pose.pitch_deg, pose.roll_deg) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("yaw", [-40.0, 0.0, 25.0])
@pytest.mark.parametrize("pitch", [-30.0, 0.0, 20.0])
@pytest.mark.parametrize("roll", [-20.0, 0.0, 35.0])
def test_recovers_the_pose_of_a_projected_face(yaw: float, pitch: float, roll: float) -> None:
    width, height = 640, 360
    matrix = Rotation.from_euler("YXZ", [-yaw, -pitch, roll], degrees=True).as_matrix()
    points = np.array(list(CANONICAL_CM.values())) * [1, -1, -1]
    seen = points @ matrix.T + [3.0, -2.0, 70.0]
    mesh = np.zeros((468, 3), np.float32)
    mesh[list(CANONICAL_CM), 0] = 640 * seen[:, 0] / seen[:, 2] + width / 2
    mesh[list(CANONICAL_CM), 1] = 640 * seen[:, 1] / seen[:, 2] + height / 2
    pose = head_pose(mesh, width, height)
    assert pose is not None
    assert (pose.yaw_deg, pose.pitch_deg, pose.roll_deg) == pytest.approx(
        (yaw, pitch, roll), abs=0.2
    )
