"""95 % intervals."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

#: The 97.5 % point of the normal distribution.
Z95 = 1.959963984540054


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Wilson's score interval of a share (Wilson 1927), 95 %.

    >>> tuple(round(v, 4) for v in wilson(8, 10))
    (0.4902, 0.9433)
    """
    if count == 0:
        return 0.0, 1.0
    share, z2 = hits / count, Z95**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = Z95 * math.sqrt(share * (1 - share) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def bootstrap(
    figure: Callable[[NDArray[np.int64]], float], count: int, *, seed: int = 0, rounds: int = 1000
) -> tuple[float, float]:
    """Percentile bootstrap (Efron 1979), 95 %, seeded.

    Args:
        figure: gets row numbers ``(count,)`` drawn with replacement.
    """
    random = np.random.default_rng(seed)
    values = [figure(random.integers(0, count, count)) for _ in range(rounds)]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
