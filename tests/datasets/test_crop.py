from __future__ import annotations

import numpy as np
import pytest

from mien.datasets.alignment import TEMPLATE_112, aligned, five_points, similarity
from mien.datasets.crop import fitted, read_crop, unit_of_square
from mien.datasets.sample import Sample
from mien.errors import DataError
from mien.networks.landmark_points import landmarks_of_ibug


def test_middle_square_of_a_wide_picture() -> None:
    wide = np.zeros((2, 6, 3), np.uint8)
    wide[:, 2:4] = 200
    assert (fitted(wide, 2) == 200).all()
    # Pixel 2 is the left edge of the square, pixel 4 its right one.
    corner = unit_of_square(2, 6) @ [[2, 4], [0, 2], [1, 1]]
    assert corner.T.tolist() == [[0, 0], [1, 1]]


def test_shrinking_averages() -> None:
    board = np.array([[0, 100], [100, 200]], np.uint8)[..., None].repeat(3, 2)
    assert fitted(board, 1).ravel().tolist() == [100, 100, 100]


def test_one_channel_is_luma() -> None:
    red = np.full((4, 4, 3), (255, 0, 0), np.uint8)
    assert fitted(red, 4, 1).shape == (4, 4, 1)
    assert int(fitted(red, 4, 1)[0, 0, 0]) == round(0.299 * 255)


def test_similarity_by_hand() -> None:
    """A quarter turn, twice as large, shifted by (5, 7)."""
    points = np.array([[0.0, 0], [1, 0], [0, 1]])
    goal = np.array([[5.0, 7], [5, 9], [3, 7]])
    assert similarity(points, goal) == pytest.approx(np.array([[0, -2, 5], [2, 0, 7]]))


def test_aligned_eyes_lie_on_the_template() -> None:
    """Dots at the turned and scaled places of the template come back to it."""
    turn, scale = np.deg2rad(25), 1.6
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    points = (TEMPLATE_112 @ matrix.T + [120, 40]).astype(np.float32)
    picture = np.zeros((330, 330, 3), np.uint8)
    for x, y in points.round().astype(int):
        picture[y - 1 : y + 2, x - 1 : x + 2] = 255
    crop, to_crop = aligned(picture, points, 112)
    for x, y in TEMPLATE_112.round().astype(int):
        assert crop[y - 1 : y + 2, x - 1 : x + 2].max() > 60
    there = np.c_[points, np.ones(5)] @ to_crop.T
    assert there == pytest.approx(TEMPLATE_112, abs=1e-3)


def test_many_points_are_reduced_to_five() -> None:
    points = np.zeros((68, 2), np.float32)
    points[36:42], points[42:48] = [30, 50], [80, 50]
    points[30], points[48], points[54] = [55, 70], [40, 90], [70, 90]
    assert five_points(points).tolist() == [[30, 50], [80, 50], [55, 70], [40, 90], [70, 90]]
    with pytest.raises(DataError, match="7 landmarks"):
        five_points(np.zeros((7, 2), np.float32))
    with pytest.raises(DataError, match="one point"):
        similarity(np.ones((5, 2)), TEMPLATE_112)


def test_the_landmark_networks_34_points_have_the_five_of_all_68() -> None:
    points = np.random.default_rng(0).normal(size=(68, 2)).astype(np.float32)
    assert five_points(landmarks_of_ibug(points)) == pytest.approx(five_points(points), abs=1e-5)


def test_samples_are_aligned_only_where_they_can_be() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (90, 112, 3), np.uint8)
    plain = Sample("a", 0, "fer2013", "train", pixels)
    laid = Sample("a", 0, "fer2013", "train", pixels, landmarks_px=np.float32(TEMPLATE_112))
    assert (read_crop(plain, 56, align=True)[0] == fitted(pixels, 56)).all()
    crop, to_unit = read_crop(laid, 112, align=True)
    assert to_unit == pytest.approx(np.array([[1, 0, 0], [0, 1, 0]]) / 112, abs=1e-6)
    assert np.abs(crop[:90].astype(int) - pixels[:, :112]).max() <= 1
