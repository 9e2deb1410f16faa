"""The squares in which the mesh looks."""

import numpy as np
import pytest

from mien.faces.mesh import MARGIN, Region, region_of_box, region_of_mesh


def test_the_square_of_a_box_is_half_again_as_large_around_the_same_centre() -> None:
    assert region_of_box((100, 50, 80, 60), 12.5) == Region(140, 80, 120, 12.5)


def test_boxes_that_differ_in_their_last_digits_have_the_same_square() -> None:
    boxes = [(100 + d, 50 - d, 80.03 + d, 60 + d) for d in (0.0, 1e-3, -1e-3)]
    assert len({region_of_box(box, 12.51 + box[0] - 100) for box in boxes}) == 1


@pytest.mark.parametrize("roll_deg", [0.0, 20.0, -35.0])
def test_the_square_of_a_mesh_is_turned_as_its_eyes(roll_deg: float) -> None:
    angle = np.deg2rad(roll_deg)
    points = np.zeros((468, 3), np.float32)
    points[33, :2] = -20 * np.array([np.cos(angle), np.sin(angle)])
    points[263, :2] = -points[33, :2]
    points[0, :2], points[1, :2] = (-50, -60), (50, 60)
    region = region_of_mesh(points + np.float32([200, 100, 0]))
    assert region == Region(200, 100, MARGIN * 120, roll_deg)


def test_a_face_of_no_size_has_a_square_of_one_pixel() -> None:
    assert region_of_box((10, 10, 0, 0)).side_px == 1
