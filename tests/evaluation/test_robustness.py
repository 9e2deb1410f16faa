"""Each change does what its name says, to a face of known grey values."""

import numpy as np
import pytest

from mien.evaluation.robustness import CHANGES

FACES = np.random.default_rng(0).random((3, 48, 48)).astype(np.float32)


@pytest.mark.parametrize("name", CHANGES)
def test_shape_type_and_range_are_kept(name: str) -> None:
    changed = CHANGES[name](FACES)
    assert changed.shape == FACES.shape
    assert changed.dtype == np.float32
    assert changed.min() >= 0
    assert changed.max() <= 1


@pytest.mark.parametrize("name", [n for n in CHANGES if n != "as it is"])
def test_the_given_faces_stay_as_they_were(name: str) -> None:
    before = FACES.copy()
    assert not np.array_equal(CHANGES[name](FACES), before)
    np.testing.assert_array_equal(FACES, before)


def test_as_it_is_changes_nothing() -> None:
    np.testing.assert_array_equal(CHANGES["as it is"](FACES), FACES)


def test_a_tenth_of_the_light() -> None:
    changed = CHANGES["dark (a tenth of the light, noise)"](np.full((4, 48, 48), 0.8, np.float32))
    assert changed.mean() == pytest.approx(0.08, abs=0.001)
    # the noise has a deviation of 2 of 255, rounding adds 1 / sqrt(12)
    assert changed.std() * 255 == pytest.approx(np.sqrt(4 + 1 / 12), rel=0.05)
    assert np.allclose(changed * 255, np.round(changed * 255), atol=1e-4)


def test_over_exposed_clips() -> None:
    changed = CHANGES["over-exposed (2.2 times the light)"](
        np.array([[[0.1, 0.4, 0.5]]], np.float32)
    )
    np.testing.assert_allclose(changed, [[[0.22, 0.88, 1.0]]], atol=1e-6)


@pytest.mark.parametrize(
    ("name", "covered"),
    [
        ("left half covered", np.s_[:, :, :24]),
        ("upper half covered", np.s_[:, :24, :]),
        ("lower half covered", np.s_[:, 24:, :]),
    ],
)
def test_half_is_covered_and_the_other_half_is_not(name: str, covered: object) -> None:
    changed = CHANGES[name](FACES)
    inside = np.zeros(FACES.shape, bool)
    inside[covered] = True
    assert (changed[inside] == 0.5).all()
    np.testing.assert_array_equal(changed[~inside], FACES[~inside])


def test_rotations_turn_opposite_ways() -> None:
    dot = np.zeros((1, 48, 48), np.float32)
    dot[0, 22:26, 38:42] = 1  # to the right of the centre
    rows = {
        degrees: np.average(
            np.arange(48), weights=CHANGES[f"rotated {degrees}°"](dot)[0].sum(1).clip(1e-9)
        )
        for degrees in ("+30", "-30")
    }
    # 16 px from the centre: sin 30° = half of it up (OpenCV: counter-clockwise) or down
    assert rows["+30"] == pytest.approx(23.5 - 8, abs=0.5)
    assert rows["-30"] == pytest.approx(23.5 + 8, abs=0.5)


def test_small_faces_lose_what_24_pixels_cannot_hold() -> None:
    stripes = np.zeros((1, 48, 48), np.float32)
    stripes[..., ::2] = 1
    np.testing.assert_allclose(CHANGES["small (24 px)"](stripes), 0.5, atol=1e-6)
