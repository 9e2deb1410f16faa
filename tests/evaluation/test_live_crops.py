"""Pasting a face into a picture, and what the live way cuts of it."""

import numpy as np
import pytest

from mien.evaluation.live_crops import (
    HEIGHT,
    SIDES_PX,
    WIDTH,
    LiveCrops,
    contact_sheet,
    cut_again,
    mean_faces,
    pasted,
)


def test_a_pasted_face_is_where_nothing_else_is_white() -> None:
    white = np.full((48, 48), 255, np.uint8)
    for seed in range(5):
        picture = pasted(white, np.random.default_rng(seed))
        assert picture.shape == (HEIGHT, WIDTH, 3)
        rows, columns = np.nonzero((picture == 255).all(2))
        # turned by up to 10 degrees a square's extent grows by cos 10 + sin 10 = 1.16 at most
        for extent in (np.ptp(rows) + 1, np.ptp(columns) + 1):
            assert SIDES_PX[0] - 3 <= extent <= SIDES_PX[1] * 1.16 + 1


def test_pictures_without_a_face_are_missed_and_stay_black() -> None:
    grey = np.full((2, 48, 48), 128, np.uint8)
    live = cut_again(grey)
    assert live.found.tolist() == [False, False]
    assert live.readable.tolist() == [False, False]
    assert live.crops.shape == (2, 48, 48)
    assert live.crops.max() == 0


def test_only_found_faces_enter_the_pictures() -> None:
    images = np.stack([np.full((48, 48), v, np.uint8) for v in (50, 100, 250)])
    crops = np.stack([np.full((48, 48), v, np.float32) for v in (0.2, 0.4, 0.0)])
    live = LiveCrops(crops, np.array([True, True, False]), np.array([True, True, False]))
    sheet = contact_sheet(images, live)
    assert sheet.shape == (192, 192)
    assert sheet[5, 5] == 50
    assert sheet[5, 150] == 100
    assert sheet[150, 5] == pytest.approx(0.2 * 255, abs=1)
    pair = mean_faces(images, live)
    assert pair[0, 0] == 75  # of 50 and 100; the missed 250 does not count
    assert pair[0, -1] == pytest.approx(0.3 * 255, abs=1)
