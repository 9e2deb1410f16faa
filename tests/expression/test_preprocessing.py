"""The crop: where it is cut, how it is turned, how it is made small."""

import cv2
import numpy as np
import pytest

from mien.expression.illumination import histogram_equalised
from mien.expression.preprocessing import (
    FER2013_CUT,
    PLAIN_GREY,
    RAISE_PER_MESH,
    SIDE_PER_MESH,
    FaceCut,
    cut_square,
    face_crop,
    face_landmarks,
    face_picture,
    network_picture,
    normalised,
    square_of_face,
)
from mien.network_input import NetworkInput
from mien.networks.landmark_points import PRIMARY, landmarks_of_mesh
from mien.observations import Face

#: The grid's 1/32 pixel, and a little for single precision.
HALF_A_STEP = 1 / 64 + 1e-4


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
    assert x == pytest.approx(300 + np.sin(angle) * RAISE_PER_MESH * 100, abs=HALF_A_STEP)
    assert y == pytest.approx(200 - np.cos(angle) * RAISE_PER_MESH * 100, abs=HALF_A_STEP)
    assert side == pytest.approx(SIDE_PER_MESH * 100, abs=HALF_A_STEP)
    assert turned == pytest.approx(roll, abs=0.01)


def test_meshes_that_differ_in_their_last_digits_have_the_same_square() -> None:
    face = face_with_mesh(25.0)
    noise = np.random.default_rng(3).uniform(-1e-4, 1e-4, (20, 468, 3)).astype(np.float32)
    squares = {square_of_face(Face(face.box_px, 1.0, face.mesh_px + n)) for n in noise}
    assert len(squares) == 1
    boxes = [(260 + d, 150 - d, 80 + d, 100.1 + d) for d in (0, 1e-4, -1e-4)]
    assert len({square_of_face(Face(box, 1.0)) for box in boxes}) == 1


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


def test_a_hair_of_difference_in_the_square_is_one_in_the_crop() -> None:
    """Rounded to whole levels on the way, a dark face's crop would jump by a level."""
    random = np.random.default_rng(2)
    smooth = cv2.resize(random.integers(0, 50, (12, 16), np.uint8), (320, 240))
    image = np.repeat(smooth[..., None], 3, axis=2)
    first = cut_square(image, (150.0, 110.0, 200.0, 3.0))
    second = cut_square(image, (150.005, 110.005, 200.01, 3.0))
    assert 0 < np.abs(first - second).max() < 0.1 / 255


def test_only_what_the_square_touches_is_looked_at() -> None:
    random = np.random.default_rng(3)
    image = random.integers(0, 255, (200, 300, 3), np.uint8)
    around = np.zeros((600, 700, 3), np.uint8)
    around[150:350, 250:550] = image
    inside = cut_square(image, (140.0, 100.0, 90.0, 45.0))
    np.testing.assert_allclose(cut_square(around, (390.0, 250.0, 90.0, 45.0)), inside, atol=1e-5)


GREY_224 = NetworkInput(224, channels=1, mean=(0.5,), deviation=(0.25,))
RGB_6 = NetworkInput(6, mean=(0.5, 0.25, 0.0), deviation=(0.5, 0.25, 1.0))


def test_a_picture_in_a_networks_size_and_channels() -> None:
    grey = np.random.default_rng(0).integers(0, 255, (48, 48), np.uint8)
    large = network_picture(grey, GREY_224)
    assert large.shape == (1, 224, 224)
    np.testing.assert_allclose(large[0], cv2.resize(grey, (224, 224)) / 255, atol=1e-6)
    colour = np.zeros((12, 12, 3), np.uint8)
    colour[::2] = (255, 0, 128)
    small = network_picture(colour, RGB_6)  # each cell is the mean of 2 x 2 pixels
    assert small.shape == (3, 6, 6)
    np.testing.assert_allclose(small[0], 127.5 / 255, atol=0.5 / 255)
    np.testing.assert_allclose(network_picture(grey, RGB_6)[0], network_picture(grey, RGB_6)[2])
    floats = network_picture(grey.astype(np.float32) / 255, GREY_224)
    np.testing.assert_allclose(floats, large, atol=1 / 255)


def test_normalising_pictures_and_clips() -> None:
    ones = np.ones((3, 6, 6), np.float32)
    np.testing.assert_allclose(normalised(ones, RGB_6)[:, 0, 0], [1, 3, 1])
    clip = NetworkInput(6, frames=4, mean=RGB_6.mean, deviation=RGB_6.deviation)
    batch = normalised(np.ones((2, 3, 4, 6, 6), np.float32), clip)
    np.testing.assert_allclose(batch[1, :, 3, 0, 0], [1, 3, 1])


def test_a_live_face_is_as_soft_as_the_pictures_learned_from() -> None:
    image = np.random.default_rng(1).integers(0, 255, (300, 300, 3), np.uint8)
    face = Face((50, 50, 160, 160), 1.0)
    soft = face_picture(image, face, NetworkInput(224), FER2013_CUT)
    sharp = face_picture(image, face, NetworkInput(224), FaceCut())
    np.testing.assert_array_equal(soft[0], soft[2])
    assert np.abs(sharp[0] - sharp[2]).mean() > 0.01
    assert np.abs(np.diff(soft[0])).mean() < 0.5 * np.abs(np.diff(sharp[0])).mean()
    same = face_picture(image, face, PLAIN_GREY, FER2013_CUT)
    np.testing.assert_array_equal(same[0], face_crop(image, face))


@pytest.mark.parametrize("roll", [0.0, 30.0])
def test_landmarks_lie_in_the_crop_where_they_lie_in_the_picture(roll: float) -> None:
    """A white dot at a landmark appears in the crop at the landmark's place."""
    face = face_with_mesh(roll)
    face.mesh_px[:, 2] = 0
    points = landmarks_of_mesh(face.mesh_px)
    nose = list(PRIMARY).index("left eye, outer")
    image = np.zeros((400, 600, 3), np.uint8)
    cv2.circle(image, tuple(round(v) for v in points[nose]), 3, (255, 255, 255), -1)
    crop = cut_square(image, square_of_face(face), 96)
    rows, columns = np.nonzero(crop > 0.5)
    u, v = face_landmarks(face, FER2013_CUT, 34)[nose]
    assert columns.mean() + 0.5 == pytest.approx(u * 96, abs=1.0)
    assert rows.mean() + 0.5 == pytest.approx(v * 96, abs=1.0)


def test_landmarks_without_a_mesh_are_not_known() -> None:
    assert np.all(face_landmarks(Face((0, 0, 9, 9), 1.0), FER2013_CUT, 34) == -1)
    assert face_landmarks(face_with_mesh(0), FER2013_CUT, 5).tolist() == [[-1, -1]] * 5


def test_light_is_normalised_last() -> None:
    image = np.random.default_rng(1).integers(0, 90, (300, 300, 3), np.uint8)
    face = Face((50, 50, 160, 160), 1.0)
    dark = face_picture(image, face, NetworkInput(64), FaceCut())
    even = face_picture(image, face, NetworkInput(64), FaceCut(), "histogram")
    whole = np.rint(dark * 255).astype(np.uint8)
    np.testing.assert_allclose(even, histogram_equalised(whole) / 255, atol=1e-6)
    assert even.max() > 0.95 > dark.max()
