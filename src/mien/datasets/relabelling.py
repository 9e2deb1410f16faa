"""Samples of one data set in the classes of another, to learn or judge across data sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mien.datasets.sample import Sample
from mien.labels import labels_of, mapping


def relabelled(samples: Sequence[Sample], label_set: str) -> list[Sample]:
    """The samples with labels and votes of ``label_set``; those whose class it has not are
    left out, and votes for such classes are taken from the weight.

    Raises:
        SettingsError: a class has no counterpart and no rule of
            :data:`mien.labels.MAPPINGS` leaves it out.
    """
    out = []
    for sample in samples:
        if sample.label_set == label_set:
            out.append(sample)
            continue
        goals = np.array(mapping(sample.label_set, label_set))
        label = int(goals[sample.label]) if sample.label >= 0 else -1
        if sample.label >= 0 and label < 0:
            continue
        votes, weight = sample.votes, sample.weight
        if votes is not None:
            moved = np.zeros(len(labels_of(label_set)), np.float32)
            np.add.at(moved, goals[goals >= 0], votes[goals >= 0])
            kept = float(moved.sum())
            votes, weight = moved / max(kept, 1e-9), weight * kept
        out.append(replace(sample, label=label, label_set=label_set, votes=votes, weight=weight))
    return out
