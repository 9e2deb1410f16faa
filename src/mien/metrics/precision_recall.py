"""Precision over recall as the threshold of one class falls."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def precision_recall(positive: NDArray[np.bool_], score: Values) -> tuple[Values, Values]:
    """The curve, a point a distinct score from the highest down.

    Args:
        positive: ``(N,)`` the sample is of the class.
        score: ``(N,)`` its probability of the class; NaN for a face that was missed,
            which no threshold finds.

    Returns:
        precision and recall, each ``(points,)``; recall rises. Empty without positives.

    >>> [v.tolist() for v in precision_recall(np.array([True, False, True]),
    ...                                       np.array([0.9, 0.8, 0.7]))]
    [[1.0, 0.5, 0.6666666666666666], [0.5, 0.5, 1.0]]
    """
    total = int(positive.sum())
    seen = ~np.isnan(score)
    positive, score = positive[seen], score[seen]
    if not total or not len(score):
        return np.empty(0), np.empty(0)
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(positive[order])
    last_of_its_score = np.append(np.diff(score[order]) != 0, True)
    found, said = hits[last_of_its_score], np.flatnonzero(last_of_its_score) + 1
    return found / said, found / total


def average_precision(positive: NDArray[np.bool_], score: Values) -> float:
    """Sum of precision times the gain of recall (no interpolation), 0 to 1; NaN without
    positives. A random score gives the class's share."""
    precision, recall = precision_recall(positive, score)
    if not len(recall):
        return float("nan")
    return float(np.sum(precision * np.diff(recall, prepend=0.0)))
