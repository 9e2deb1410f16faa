"""Clips that only time tells apart: the same pictures in every class, to the last bit."""

from collections import Counter

import numpy as np
import pytest

from mien.datasets.motion_clips import ORDERS, motion_clips, path_of
from mien.errors import DataError


def _faces(count: int = 6, side: int = 24) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, side, side), dtype=np.uint8)


@pytest.mark.parametrize("frames", [4, 8, 16])
def test_all_classes_show_exactly_the_same_pictures(frames: int) -> None:
    clips, labels = motion_clips(_faces(), 5, frames, 16, seed=1)
    assert clips.shape == (20, frames, 16, 16)
    assert labels.tolist() == [0, 1, 2, 3] * 5
    for path in range(5):
        sets = [Counter(picture.tobytes() for picture in clip) for clip in clips[4 * path :][:4]]
        assert all(one == sets[0] for one in sets)
        assert len(sets[0]) == frames  # and no two pictures of a path are alike


def test_orders_by_hand() -> None:
    assert {name: order(8) for name, order in ORDERS.items()} == {
        "bow": [0, 1, 2, 3, 4, 5, 6, 7],
        "rise": [7, 6, 5, 4, 3, 2, 1, 0],
        "nod": [0, 2, 4, 6, 7, 5, 3, 1],
        "tremble": [0, 4, 1, 5, 2, 6, 3, 7],
    }


def test_a_head_goes_down_along_its_path() -> None:
    face = np.zeros((48, 48), np.uint8)
    face[22:26, 20:28] = 255
    for seed in range(20):
        path = path_of(face, face, 8, 32, seed).astype(float)
        heights = (path.sum(2) * np.arange(32)).sum(1) / path.sum((1, 2))
        assert (np.diff(heights) > 0).all()


def test_a_path_begins_as_one_face_and_ends_as_the_other() -> None:
    dark, bright = np.full((8, 8), 40, np.uint8), np.full((8, 8), 120, np.uint8)
    path = path_of(dark, bright, 4, 8, seed=0)
    assert np.unique(path[0]).tolist() == [40]
    # The last picture is the other face, its light changed by 0.8 to 1.25.
    assert 120 * 0.8 <= path[-1].mean() <= 120 * 1.25


def test_the_same_seed_makes_the_same_clips() -> None:
    one, two, other = (motion_clips(_faces(), 2, 4, 16, seed)[0] for seed in (3, 3, 4))
    assert (one == two).all()
    assert (one != other).any()


def test_what_cannot_be_made_is_told() -> None:
    with pytest.raises(DataError, match="even number"):
        motion_clips(_faces(), 1, 7, 16, 0)
    with pytest.raises(DataError, match="two faces; got 1"):
        motion_clips(_faces(1), 1, 8, 16, 0)
