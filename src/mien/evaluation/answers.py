"""What a network (or several together) said of the samples of a split. No torch here:
everything that judges answers works on these arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mien.datasets.sample import Sample
from mien.errors import DataError, ModelError
from mien.expression.calibration import softmax
from mien.labels import labels_of

Values = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Answers:
    """Attributes:
    labels: names of the K classes.
    names: of the N samples, unique.
    truth: ``(N,)`` class numbers, all known.
    shares: ``(N, K)`` probabilities; a row of NaN is a face that was missed: its
        picture could not be read.
    features: ``(N, D)`` pooled vectors, NaN where missed; None where not kept.
    logits: ``(N, K)`` behind the shares, NaN where missed; None where there are none.
    subjects: who is seen, None where unknown.
    left_out: samples that were not judged, by reason.
    folds: ``(N,)`` the fold that held each sample out, in a cross-validation; else None.
    """

    labels: tuple[str, ...]
    names: tuple[str, ...]
    truth: Labels
    shares: Values
    features: Values | None = None
    logits: Values | None = None
    subjects: tuple[str | None, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    folds: Labels | None = None

    @property
    def missed(self) -> NDArray[np.bool_]:
        """``(N,)`` the picture could not be read."""
        return np.asarray(np.isnan(self.shares).any(1), np.bool_)

    @property
    def said(self) -> Labels:
        """``(N,)`` the likeliest class, -1 for a missed face."""
        best = np.nan_to_num(self.shares, nan=-1.0).argmax(1)
        return np.where(self.missed, -1, best).astype(np.int64)

    @property
    def confidence(self) -> Values:
        """``(N,)`` probability of the likeliest class, NaN for a missed face."""
        result: Values = self.shares.max(1)
        return result

    @property
    def right(self) -> NDArray[np.bool_]:
        """``(N,)``; a missed face is wrong."""
        return np.asarray(self.said == self.truth, np.bool_)

    def tempered(self, temperature: float) -> Answers:
        """The same answers, less (or more) sure."""
        if self.logits is None:
            return self
        return replace(self, shares=softmax(self.logits / temperature))

    def rows(self, which: NDArray[np.bool_] | Labels) -> Answers:
        """Some of the samples."""
        index = np.arange(len(self.truth))[which]
        return replace(
            self,
            names=tuple(self.names[i] for i in index),
            truth=self.truth[index],
            shares=self.shares[index],
            features=None if self.features is None else self.features[index],
            logits=None if self.logits is None else self.logits[index],
            subjects=tuple(self.subjects[i] for i in index) if self.subjects else (),
            folds=None if self.folds is None else self.folds[index],
        )


@dataclass(frozen=True)
class Judged:
    """The samples of a split that a network can be judged on, and what was left out."""

    samples: tuple[Sample, ...]
    truth: Labels
    left_out: Mapping[str, int]


def judged_samples(samples: Sequence[Sample], split: str, labels: Sequence[str]) -> Judged:
    """Samples whose class the network knows by name; all others are counted.

    Raises:
        DataError: the split has none.
    """
    kept: list[Sample] = []
    truth: list[int] = []
    left_out: Counter[str] = Counter()
    there = [sample for sample in samples if sample.split == split]
    for sample in there:
        name = labels_of(sample.label_set)[sample.label] if sample.label >= 0 else None
        if name is not None and name in labels:
            kept.append(sample)
            truth.append(list(labels).index(name))
        else:
            left_out["without a label" if name is None else f"{name}: no class of the network"] += 1
    if not kept:
        splits = Counter(sample.split for sample in samples)
        raise DataError(
            f"No sample of the split {split!r} can be judged: it has {len(there)}, and the "
            f"network knows {', '.join(labels)}. Splits there: "
            f"{', '.join(f'{k} {v}' for k, v in splits.items()) or 'none'}."
        )
    return Judged(tuple(kept), np.array(truth, np.int64), dict(left_out))


def aligned(answers: Sequence[Answers]) -> list[Answers]:
    """The answers of several networks on the same samples in the class order of the first.

    Raises:
        ModelError: the networks know different classes.
        DataError: they judged different samples.
    """
    first = answers[0]
    result = []
    for other in answers:
        if set(other.labels) != set(first.labels):
            raise ModelError(
                f"The networks know different classes: {', '.join(first.labels)} and "
                f"{', '.join(other.labels)}. Only networks of one label set can be put together."
            )
        if other.names != first.names:
            raise DataError("The networks judged different samples; evaluate them on one split.")
        order = [other.labels.index(name) for name in first.labels]
        result.append(
            replace(
                other,
                labels=first.labels,
                truth=first.truth,
                shares=other.shares[:, order],
                logits=None if other.logits is None else other.logits[:, order],
            )
        )
    return result
