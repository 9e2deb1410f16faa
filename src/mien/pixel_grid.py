"""Where squares are cut, on a grid.

Networks answer in floats that differ in their last digits from machine to machine and from
Python to the browser. Cut exactly where they say, a square holds pixels that differ a little
each time, and a network in 8 bits makes much of it; cut on a grid, it holds the same pixels.
"""

from __future__ import annotations

import math


def on_grid(value: float, step: float) -> float:
    """The nearest multiple of ``step``, halves upwards (as ``Math.round`` has it)."""
    return math.floor(value / step + 0.5) * step
