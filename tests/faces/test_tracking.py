"""Who is who: hand-made boxes and looks."""

import numpy as np
import pytest

from mien.faces.appearance import WEIGHTS, unlikeness
from mien.faces.tracking import Track, Tracker, TrackingSettings, centre_distance

LENGTH = 24 * 24 + 72 + 2 * 216


def look(seed: int) -> np.ndarray:
    """A random look with unit parts; two seeds are nearly orthogonal in each part."""
    values = np.random.default_rng(seed).normal(size=LENGTH).astype(np.float32)
    parts = np.split(values, (576, 648))
    return np.concatenate([p / np.linalg.norm(p) for p in parts])


ANNA, BEN = look(1), look(2)


def test_unlikeness_is_zero_for_itself_and_one_for_opposites_of_no_overlap() -> None:
    assert unlikeness(ANNA, ANNA) == pytest.approx(0, abs=1e-6)
    assert unlikeness(ANNA, -ANNA) == pytest.approx(2 * sum(WEIGHTS))


def test_centre_distance_is_in_sizes() -> None:
    assert centre_distance((0, 0, 10, 10), (20, 0, 10, 10)) == pytest.approx(2)
    assert centre_distance((0, 0, 10, 10), (3, 4, 10, 10)) == pytest.approx(0.5)


def test_ids_start_at_one_and_follow_motion() -> None:
    tracker = Tracker()
    first = tracker.assign([(0, 0, 10, 10), (50, 0, 10, 10)], [ANNA, BEN], 0.0)
    assert [t.person_id for t in first] == [1, 2]
    # the detector lists them the other way round; both have moved a little
    second = tracker.assign([(52, 0, 10, 10), (3, 0, 10, 10)], [BEN, ANNA], 0.5)
    assert [t.person_id for t in second] == [2, 1]


def test_two_that_swap_places_between_pictures_keep_their_numbers() -> None:
    tracker = Tracker()
    tracker.assign([(0, 0, 10, 10), (9, 0, 10, 10)], [ANNA, BEN], 0.0)
    swapped = tracker.assign([(9, 0, 10, 10), (0, 0, 10, 10)], [ANNA, BEN], 0.5)
    assert [t.person_id for t in swapped] == [1, 2]


def test_a_person_who_returns_elsewhere_is_the_same() -> None:
    tracker = Tracker()
    tracker.assign([(0, 0, 10, 10)], [ANNA], 0.0)
    back = tracker.assign([(300, 200, 14, 14)], [ANNA], 40.0)
    assert back[0].person_id == 1


def test_a_stranger_in_the_same_place_is_new() -> None:
    tracker = Tracker()
    tracker.assign([(0, 0, 10, 10)], [ANNA], 0.0)
    other = tracker.assign([(0, 0, 10, 10)], [BEN], 0.5)
    assert other[0].person_id == 2


def test_no_track_is_given_to_two_faces_of_one_picture() -> None:
    tracker = Tracker()
    tracker.assign([(0, 0, 10, 10)], [ANNA], 0.0)
    both = tracker.assign([(0, 0, 10, 10), (2, 0, 10, 10)], [ANNA, ANNA], 0.1)
    assert len({t.person_id for t in both}) == 2


def test_who_is_forgotten_comes_back_as_new() -> None:
    tracker = Tracker(TrackingSettings(forget_s=60))
    tracker.assign([(0, 0, 10, 10)], [ANNA], 0.0)
    assert tracker.assign([(0, 0, 10, 10)], [ANNA], 61.0)[0].person_id == 2


def test_gallery_is_bounded_and_keeps_the_first_look() -> None:
    track = Track(1, (0, 0, 10, 10), 0.0)
    for seed in range(30):
        track.update((0, 0, 10, 10), float(seed), look(seed), gallery=12)
    assert len(track.looks) == 12
    np.testing.assert_array_equal(track.looks[0], look(0))


def test_recall_restores_number_and_look() -> None:
    tracker = Tracker()
    tracker.recall(7, (0, 0, 10, 10), 5.0, ANNA)
    assert tracker.assign([(200, 0, 10, 10)], [ANNA], 9.0)[0].person_id == 7
    assert tracker.assign([(400, 0, 10, 10)], [BEN], 9.0)[0].person_id == 8
