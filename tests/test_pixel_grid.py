"""Where squares are cut."""

import pytest

from mien.pixel_grid import on_grid


@pytest.mark.parametrize(
    ("value", "step", "expected"),
    [
        (10.0, 0.125, 10.0),
        (10.06, 0.125, 10.0),
        (10.07, 0.125, 10.125),
        (10.0625, 0.125, 10.125),  # halves upwards
        (-10.0625, 0.125, -10.0),
        (-0.02, 0.125, 0.0),
        (33.3, 0.03125, 33.3125),
    ],
)
def test_the_nearest_multiple(value: float, step: float, expected: float) -> None:
    assert on_grid(value, step) == expected
