"""Eye and mouth aspect ratios and PERCLOS by hand."""

import numpy as np
import pytest

from mien.faces.openness import (
    EYES,
    MOUTH_CORNERS,
    MOUTH_PAIRS,
    openness,
    perclos,
)


def mesh_with_eyes(lid_gap: float) -> np.ndarray:
    mesh = np.zeros((468, 3), np.float32)
    for p1, p2, p3, p4, p5, p6 in EYES:
        mesh[p1], mesh[p4] = (0, 0, 0), (10, 0, 0)
        mesh[p2], mesh[p6] = (3, -lid_gap / 2, 0), (3, lid_gap / 2, 0)
        mesh[p3], mesh[p5] = (7, -lid_gap / 2, 0), (7, lid_gap / 2, 0)
    return mesh


def test_eye_aspect_ratio_is_lid_gap_over_width() -> None:
    assert openness(mesh_with_eyes(3.0))[0] == pytest.approx(0.3)
    assert openness(mesh_with_eyes(0.0))[0] == 0


def test_mouth_aspect_ratio() -> None:
    mesh = np.zeros((468, 3), np.float32)
    mesh[MOUTH_CORNERS[1]] = (10, 0, 0)
    for (upper, lower), gap in zip(MOUTH_PAIRS, (4, 6, 5), strict=True):
        mesh[upper], mesh[lower] = (5, 0, 0), (5, gap, 0)
    assert openness(mesh)[1] == pytest.approx(0.5)


def test_perclos_counts_known_readings_only() -> None:
    assert perclos([0.1, 0.3, None, 0.15, 0.3]) == pytest.approx(0.5)
    assert perclos([None, None]) is None
    assert perclos([]) is None
    assert perclos([0.2]) == 0  # exactly at the limit is open
