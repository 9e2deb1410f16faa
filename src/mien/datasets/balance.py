"""Against classes of unlike size: how often a sample is drawn, or how much it weighs.

Both follow (1 / size of the class)^exponent: 0 leaves the data as they are, 1 gives every
class the same part (HAFNet's balanced sampling), between them a compromise.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mien.datasets.sample import Sample
from mien.labels import labels_of


def class_counts(samples: Sequence[Sample]) -> NDArray[np.int64]:
    """``(K,)`` samples of each class; those without a label are not counted."""
    classes = len(labels_of(samples[0].label_set)) if samples else 0
    labels = np.array([s.label for s in samples if s.label >= 0], np.int64)
    return np.bincount(labels, minlength=classes)


def sampling_chances(samples: Sequence[Sample], exponent: float = 1.0) -> NDArray[np.float64]:
    """``(N,)`` chance of each sample in one draw, summing to 1.

    A sample without a label, which only votes describe, is drawn as the mean labelled one.
    Hand-worked: classes of 1 and 4 samples and exponent 1 give 1/2, and 1/8 four times.
    """
    counts = class_counts(samples)
    of_class = np.zeros(len(counts))
    of_class[counts > 0] = counts[counts > 0] ** -exponent
    labels = np.array([s.label for s in samples], np.int64)
    labelled = labels >= 0
    weights = np.where(labelled, of_class[labels], 0.0)
    weights[~labelled] = weights[labelled].mean() if labelled.any() else 1.0
    return np.asarray(weights / weights.sum(), np.float64)


def class_weights(samples: Sequence[Sample], exponent: float = 1.0) -> NDArray[np.float32]:
    """``(K,)`` weights in the loss, their mean over the samples 1; 0 for a class without.

    Hand-worked: classes of 1 and 4 samples and exponent 1 give 2.5 and 0.625.
    """
    counts = class_counts(samples)
    weights = np.zeros(len(counts))
    weights[counts > 0] = counts[counts > 0] ** -exponent
    total = (weights * counts).sum()
    return np.asarray(weights * (counts.sum() / total if total else 0), np.float32)
