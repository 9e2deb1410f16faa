"""The crop: where it is cut, how it is turned, how it is made small."""

import cv2
import numpy as np
import pytest

from mien.expression.preprocessing import (
    RAISE_PER_MESH,
    SIDE_PER_MESH,
    cut_square,
    square_of_face,
)
from mien.observations import Face


def face_with_mesh(roll_deg: float) -> Face:
    """Corners of an 80x100 face around (300, 200), eyes level before the turn."""
    points = np.zeros((468, 3), np.float32)
    points[:, :2] = (0, 0)
    points[0, :2], points[1, :2] = (-40, -50), (40, 50)
    points[33, :2], points[263, :2] = (-20, -10), (20, -10)
    angle = np.deg2rad(roll_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points[:, :2] = points[:, :2] @ turn.T + [300, 200]
    return Face((260, 150, 80, 100), 1.0, points)


@pytest.mark.parametrize("roll", [0.0, 25.0, -40.0])
def test_square_follows_the_levelled_mesh(roll: float) -> None:
    x, y, side, turned = square_of_face(face_with_mesh(roll))
    angle = np.deg2rad(roll)
    # the centre is raised along the face's own upward direction
    assert x == pytest.approx(300 + np.sin(angle) * RAISE_PER_MESH * 100, abs=0.01)
    assert y == pytest.approx(200 - np.cos(angle) * RAISE_PER_MESH * 100, abs=0.01)
    assert side == pytest.approx(SIDE_PER_MESH * 100, abs=0.01)
    assert turned == pytest.approx(roll, abs=0.01)


def test_cutting_48_pixels_from_48_pixels_changes_nothing() -> None:
    grey = np.random.default_rng(0).integers(0, 255, (48, 48), np.uint8)
    image = np.repeat(grey[..., None], 3, axis=2)
    crop = cut_square(image, (23.5, 23.5, 48, 0.0))
    np.testing.assert_allclose(crop, grey / 255, atol=1.01 / 255)


def test_luma_is_rec_601() -> None:
    image = np.zeros((96, 96, 3), np.uint8)
    image[..., 1] = 255
    assert cut_square(image, (48, 48, 48, 0)).mean() == pytest.approx(0.587, abs=0.003)


def test_a_turned_picture_gives_the_same_crop() -> None:
    random = np.random.default_rng(1)
    smooth = cv2.resize(random.integers(0, 255, (12, 12), np.uint8), (240, 240))
    image = np.repeat(smooth[..., None], 3, axis=2)
    matrix = cv2.getRotationMatrix2D((119.5, 119.5), -30, 1)  # clockwise, in OpenCV's sense
    turned = cv2.warpAffine(image, matrix, (240, 240))
    upright = cut_square(image, (119.5, 119.5, 96, 0.0))
    level = cut_square(turned, (119.5, 119.5, 96, 30.0))
    assert np.abs(upright - level).mean() < 0.02


def test_large_faces_are_averaged_not_picked() -> None:
    # one-pixel stripes: averaged they are grey; picked pixels would be black or white
    image = np.zeros((384, 384, 3), np.uint8)
    image[:, ::2] = 255
    crop = cut_square(image, (191.5, 191.5, 192, 0.0))
    assert crop.std() < 0.1
    assert crop.mean() == pytest.approx(0.5, abs=0.05)


def test_outside_the_picture_its_border_is_repeated() -> None:
    image = np.full((20, 20, 3), 100, np.uint8)
    np.testing.assert_allclose(cut_square(image, (-30, 10, 40, 0)), 100 / 255, atol=1 / 255)
