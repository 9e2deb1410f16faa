"""Several networks answer as one: at the level of decisions (HAFNet, table I)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mien.evaluation.answers import Answers, aligned

Values = NDArray[np.float64]

#: Steps of the fit of the weights; it converges in far fewer (the problem is convex).
MOST_STEPS = 2000
#: The fit ends when no weight moves by more.
TOLERANCE = 1e-7


def majority(answers: Sequence[Answers], weights: Values) -> Values:
    """Shares of the votes ``(N, K)``; a tie goes to the class with the larger mean
    probability, which is added in a size that no vote can be outweighed by."""
    del weights  # every vote counts the same
    shares = np.stack([a.shares for a in answers])
    classes = shares.shape[2]
    votes = np.zeros(shares.shape[1:])
    for answer in answers:
        votes += np.where(answer.missed[:, None], np.nan, np.eye(classes)[answer.said])
    result: Values = (votes + 1e-6 * shares.mean(0)) / (len(answers) + 1e-6)
    return result


def average(answers: Sequence[Answers], weights: Values) -> Values:
    """Mean of the probabilities ``(N, K)``."""
    del weights
    return np.asarray(np.mean([a.shares for a in answers], axis=0))


def weighted(answers: Sequence[Answers], weights: Values) -> Values:
    """Weighted mean of the probabilities ``(N, K)``; the weights ``(M,)`` sum to 1."""
    return np.asarray(np.tensordot(weights, np.stack([a.shares for a in answers]), axes=1))


#: How to put answers together, by the name that ``--ensemble`` takes.
ENSEMBLES: dict[str, Callable[[Sequence[Answers], Values], Values]] = {
    "majority": majority,
    "average": average,
    "weighted": weighted,
}


def together(answers: Sequence[Answers], how: str, weights: Values | None = None) -> Answers:
    """One set of answers of all networks. A picture that one network could not read was
    read by none of them.

    Args:
        how: a key of :data:`ENSEMBLES`.
        weights: ``(M,)``, of :func:`fit_weights` on another split; None: all equal.
    """
    same = aligned(answers)
    equal = np.full(len(same), 1 / len(same))
    shares = ENSEMBLES[how](same, equal if weights is None else weights)
    # Logarithms stand in for logits: a temperature then works on them as on a network's.
    logits = np.log(np.maximum(shares, 1e-12))
    return replace(same[0], shares=shares, logits=logits, features=None)


def fit_weights(answers: Sequence[Answers]) -> Values:
    """Weights ``(M,)`` of the mean that make the true classes of a *validation* split the
    most probable: the mixture's proportions by expectation and maximisation (Dempster,
    Laird and Rubin 1977). Convex, so the start does not matter.

    Args:
        answers: of the validation split, never of the test split.
    """
    same = aligned(answers)
    seen = ~np.any([a.missed for a in same], axis=0)
    truth = same[0].truth[seen]
    likelihood = np.stack([a.shares[seen][np.arange(len(truth)), truth] for a in same])
    likelihood = np.maximum(likelihood, 1e-12)
    weights = np.full(len(same), 1 / len(same))
    for _ in range(MOST_STEPS):
        parts = weights[:, None] * likelihood
        better = np.asarray((parts / parts.sum(0)).mean(1))
        moved = np.abs(better - weights).max()
        weights = better
        if moved < TOLERANCE:
            break
    return weights
