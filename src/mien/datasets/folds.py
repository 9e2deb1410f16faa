"""Folds for cross-validation in which nobody is seen in two."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mien.datasets.sample import Sample
from mien.errors import DataError

#: ``Sample.extra`` of a data set whose owners made the folds, numbered from 1; 0: not told.
OWNERS_FOLD = "fold"


def folds_of(samples: Sequence[Sample], folds: int, seed: int = 0) -> NDArray[np.int64]:
    """``(N,)`` the fold of each sample, 0 to folds - 1.

    The owners' folds are taken where there are such. Else all samples of a subject go
    into one fold, the largest subjects first, each where its classes are scarcest; a sample
    without a subject is a subject of its own, which makes the folds stratified by class.
    The same samples and seed always give the same folds.

    Raises:
        DataError: fewer than 2 folds, or more folds than subjects; other folds than the
            owners', or theirs are told of some samples only.
    """
    if any(OWNERS_FOLD in sample.extra for sample in samples):
        return _owners_folds(samples, folds)
    groups: dict[str, list[int]] = defaultdict(list)
    for i, sample in enumerate(samples):
        groups[f"subject {sample.subject}" if sample.subject else f"sample {i}"].append(i)
    if not 2 <= folds <= len(groups):
        raise DataError(
            f"{folds} folds cannot be made of {len(groups)} subjects; "
            f"choose 2 to {len(groups)} folds."
        )
    return _spread(samples, list(groups.values()), folds, seed)


def _owners_folds(samples: Sequence[Sample], folds: int) -> NDArray[np.int64]:
    """Figures on other folds than the owners' could be compared with no published one."""
    told = [int(sample.extra.get(OWNERS_FOLD, 0)) for sample in samples]
    there = sorted(set(told) - {0})
    if 0 in told:
        raise DataError(
            f"{told.count(0)} of {len(told)} samples are in no fold of the owners (there: "
            f"{', '.join(map(str, there)) or 'none'}). Add the owners' lists of the other "
            "folds, or set data.folds=0 to train on their first split."
        )
    if there != list(range(1, folds + 1)):
        raise DataError(
            f"The owners of this data made the folds {', '.join(map(str, there))}; the recipe "
            f"asks for {folds} folds. Set data.folds={len(there)}, or 0 for their first split."
        )
    return np.array(told, np.int64) - 1


def _spread(
    samples: Sequence[Sample], groups: list[list[int]], folds: int, seed: int
) -> NDArray[np.int64]:
    """Greedy: each group where it leaves the classes most even, then the sizes."""
    shuffled = np.random.default_rng(seed).permutation(len(groups))
    order = sorted((groups[i] for i in shuffled), key=len, reverse=True)
    labels = sorted({sample.label for sample in samples})
    column = {label: i for i, label in enumerate(labels)}
    held = np.zeros((folds, len(labels)))
    totals = np.array([sum(s.label == label for s in samples) for label in labels])
    fold_of = np.zeros(len(samples), np.int64)
    for group in order:
        own = np.zeros(len(labels))
        for label, count in Counter(samples[i].label for i in group).items():
            own[column[label]] = count
        # Sum over classes of the share that the fold holds of what this group brings.
        crowding = (held / totals * own).sum(1)
        chosen = int(np.lexsort((held.sum(1), crowding))[0])
        held[chosen] += own
        fold_of[group] = chosen
    return fold_of


def with_fold(samples: Sequence[Sample], folds: int, fold: int, seed: int = 0) -> list[Sample]:
    """All samples, those of one fold as ``test`` and the others as ``train``.

    Raises:
        DataError: as :func:`folds_of`, or there is no such fold.
    """
    if not 0 <= fold < folds:
        raise DataError(f"There is no fold {fold} of {folds}; valid: 0 to {folds - 1}.")
    chosen = folds_of(samples, folds, seed) == fold
    return [
        replace(sample, split="test" if test else "train")
        for sample, test in zip(samples, chosen, strict=True)
    ]


def with_validation(samples: Sequence[Sample], parts: int = 10, seed: int = 0) -> list[Sample]:
    """The samples, one in ``parts`` of ``train`` moved to ``validation`` by subjects, for data
    sets whose owners made none; unchanged where there is a validation split.

    Raises:
        DataError: as :func:`folds_of`.
    """
    if any(sample.split == "validation" for sample in samples):
        return list(samples)
    train = [i for i, sample in enumerate(samples) if sample.split == "train"]
    # The owners' test folds play no part inside the training split.
    inner = [replace(samples[i], extra={}) for i in train]
    out = list(samples)
    for i, fold in zip(train, folds_of(inner, parts, seed), strict=True):
        if fold == 0:
            out[i] = replace(samples[i], split="validation")
    return out
