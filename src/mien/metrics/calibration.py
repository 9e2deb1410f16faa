"""Do probabilities mean what they say?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Bins of equal width (Guo et al. 2017, section 2, use 15).
BINS = 15


def expected_calibration_error(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], bins: int = BINS
) -> float:
    """ECE = sum over bins of (n_b / N) |accuracy_b - confidence_b| (Guo et al. 2017, eq. 3).

    Args:
        confidence: ``(N,)`` probability of the answer given, in (0, 1].
        right: ``(N,)``.

    Returns:
        0 (calibrated) to 1.

    >>> expected_calibration_error(np.array([0.9, 0.9]), np.array([True, False]))
    0.4
    """
    index = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    error = 0.0
    for number in range(bins):
        inside = index == number
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return round(float(error), 12)


@dataclass(frozen=True)
class Reliability:
    """The bins of the calibration error that hold anything, each array ``(bins,)``:
    lower and upper edge, mean confidence, share of right answers, answers in it."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    count: NDArray[np.int64]


def reliability(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], bins: int = BINS
) -> Reliability:
    """The reliability diagram (Guo et al. 2017, figure 1).

    >>> reliability(np.array([0.9, 0.9]), np.array([True, False])).accuracy.tolist()
    [0.5]
    """
    index = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    there = np.unique(index)
    return Reliability(
        there / bins,
        (there + 1) / bins,
        np.array([confidence[index == k].mean() for k in there]),
        np.array([right[index == k].mean() for k in there]),
        np.array([(index == k).sum() for k in there], np.int64),
    )


def risk_coverage(
    confidence: NDArray[np.float64], right: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How wrong the surest answers are (El-Yaniv and Wiener 2010).

    Returns:
        coverage ``(N,)`` rising to 1, and the share of wrong answers among that
        surest part.

    >>> risk_coverage(np.array([0.9, 0.5]), np.array([True, False]))[1].tolist()
    [0.0, 0.5]
    """
    order = np.argsort(-confidence, kind="stable")
    count = np.arange(1, len(order) + 1)
    return count / len(order), np.cumsum(~right[order]) / count
