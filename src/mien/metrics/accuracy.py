"""Accuracy: weighted and unweighted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]


def accuracy(truth: Labels, said: Labels) -> float:
    """Share of right answers (WAR): mean of [said = truth].

    Args:
        truth, said: ``(N,)`` class numbers; a face that was missed is said as -1 and
            so counts as wrong.

    Returns:
        0 to 1; NaN for no sample.

    >>> accuracy(np.array([0, 1, 1, 2]), np.array([0, 1, 2, -1]))
    0.5
    """
    return float(np.mean(truth == said)) if len(truth) else float("nan")


def recalls(truth: Labels, said: Labels, classes: int) -> NDArray[np.float64]:
    """Recall of each class, ``(classes,)``; NaN where the truth never has it.

    >>> recalls(np.array([0, 0, 1]), np.array([0, 1, 1]), 2).tolist()
    [0.5, 1.0]
    """
    hits = np.bincount(truth[truth == said], minlength=classes)[:classes]
    size = np.bincount(truth, minlength=classes)[:classes]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(size > 0, hits / size, np.nan)


def unweighted_recall(truth: Labels, said: Labels, classes: int) -> float:
    """UAR: the mean recall of the classes that occur, 0 to 1.

    >>> unweighted_recall(np.array([0, 0, 1]), np.array([0, 1, 1]), 3)
    0.75
    """
    return float(np.nanmean(recalls(truth, said, classes)))
