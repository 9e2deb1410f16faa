"""Two sets of answers on the same samples: is one better?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.evaluation.answers import Answers
from mien.evaluation.judgement import Estimate, sampled
from mien.metrics.accuracy import unweighted_recall
from mien.metrics.comparison import McNemar, PairedFolds, mcnemar, paired_folds

#: Parts of the split for the paired test, as in ten-fold protocols.
FOLDS = 10
#: The fewest that a paired test is done over.
LEAST_FOLDS = 3
#: A fold of fewer samples than this says nothing.
LEAST_IN_FOLD = 5


@dataclass(frozen=True)
class Comparison:
    """Attributes:
    first, second: titles; every difference is second less first.
    accuracy_difference, uar_difference: with the paired bootstrap's interval.
    mcnemar: on single samples.
    folds: over the folds of a cross-validation, else over disjoint parts of the split
        (people kept apart where they are known); None where these are too few or small.
        Over parts the networks stay the same: that says how sure the difference is on
        faces like these, not over trainings.
    cross_validated: ``folds`` is over folds, each with a training of its own. Their
        training data overlap, so the test is somewhat too sure (Dietterich 1998).
    """

    first: str
    second: str
    accuracy_difference: Estimate
    uar_difference: Estimate
    mcnemar: McNemar
    folds: PairedFolds | None
    cross_validated: bool = False


def compare(first: Answers, second: Answers, titles: tuple[str, str]) -> Comparison:
    """Args: both aligned (:func:`mien.evaluation.answers.aligned`)."""
    gain = second.right.astype(np.float64) - first.right
    truth, classes, count = first.truth, len(first.labels), len(first.truth)
    said = first.said, second.said  # worked out once, not in every round of the bootstrap

    def uar_gain(rows: NDArray[np.int64]) -> float:
        before, after = (unweighted_recall(truth[rows], s[rows], classes) for s in said)
        return after - before

    return Comparison(
        *titles,
        accuracy_difference=sampled(lambda rows: float(gain[rows].mean()), count),
        uar_difference=sampled(uar_gain, count),
        mcnemar=mcnemar(first.right, second.right),
        folds=_over_folds(first, second),
        cross_validated=_same_folds(first, second),
    )


def _over_folds(first: Answers, second: Answers) -> PairedFolds | None:
    if first.folds is not None and _same_folds(first, second):
        fold = first.folds
    else:
        fold = parts_of(first.truth, first.subjects)
    numbers, sizes = np.unique(fold, return_counts=True)
    if len(numbers) < LEAST_FOLDS or sizes.min() < LEAST_IN_FOLD:
        return None
    means = [[float(a.right[fold == k].mean()) for k in numbers] for a in (first, second)]
    return paired_folds(*means)


def _same_folds(first: Answers, second: Answers) -> bool:
    """Both are of cross-validations that cut the data alike."""
    if first.folds is None or second.folds is None:
        return False
    return bool(np.array_equal(first.folds, second.folds))


def parts_of(
    truth: NDArray[np.int64], subjects: tuple[str | None, ...] = (), folds: int = FOLDS
) -> NDArray[np.int64]:
    """The part ``(N,)`` of each sample: every class spread evenly, seeded; where all
    people are known, each is in one part only."""
    order = np.random.default_rng(0).permutation(len(truth))
    fold = np.empty(len(truth), np.int64)
    if subjects and all(subjects):
        people = list(dict.fromkeys(subjects[i] for i in order))
        place = {person: i % folds for i, person in enumerate(people)}
        return np.array([place[subject] for subject in subjects], np.int64)
    by_class = order[np.argsort(truth[order], kind="stable")]
    fold[by_class] = np.arange(len(truth)) % folds
    return fold
