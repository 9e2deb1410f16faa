"""Covered, or burnt out by light."""

from __future__ import annotations

import numpy as np
import pytest

from mien.expression.glare import hidden_by


@pytest.mark.parametrize(
    ("white_rows", "reason"),
    [(0, "covered"), (12, "covered"), (13, "overexposed"), (48, "overexposed")],
)
def test_a_quarter_of_white_is_still_a_cover(white_rows: int, reason: str) -> None:
    crop = np.full((1, 48, 48), 0.97, np.float32)
    crop[:, :white_rows] = 0.98
    assert hidden_by(crop) == reason
