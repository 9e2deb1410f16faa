"""What a data set holds and what is wrong with it: counts, unreadable files, duplicates."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mien.datasets.duplicates import near_pairs, perceptual_hash, pixel_digest
from mien.datasets.pixels import read_pixels
from mien.datasets.sample import Sample
from mien.errors import DataError
from mien.labels import labels_of

SPLITS: tuple[str, ...] = ("train", "validation", "test")
#: Row of the counts for samples that the owners gave no label.
NO_LABEL = "(no label)"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Twins:
    """Samples that occur twice, pixel for pixel or nearly.

    Attributes:
        pairs: ``(M, 2)`` places of two such samples; of a group of equal ones, each with
            the first.
        shared: for each split, how many of its samples have a twin in each split.
        conflicts: samples with a twin of another label.
    """

    pairs: NDArray[np.int64]
    shared: dict[str, dict[str, int]]
    conflicts: int


@dataclass(frozen=True)
class DataCheck:
    """Attributes:
    counts: samples by class (:data:`NO_LABEL` too) and split.
    subjects: how many people, where the owners say.
    subjects_across: people who are in several splits.
    sizes: how many samples have each ``(height, width)``, pixels.
    unreadable: ``(name, why)``.
    exact: same pixels (of a clip: of its middle frame).
    near: by perceptual hash, exact ones included.
    """

    counts: dict[str, dict[str, int]]
    subjects: int
    subjects_across: int
    sizes: dict[tuple[int, int], int]
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    exact: Twins | None = None
    near: Twins | None = None


@dataclass(frozen=True)
class _Seen:
    size: tuple[int, int] = (0, 0)
    digest: bytes = b""
    hash: int = 0
    fault: str = ""


def check(samples: Sequence[Sample], progress: Progress | None = None) -> DataCheck:
    """Reads every picture, and of every clip the middle frame, once.

    Args:
        samples: of one label set.
        progress: called with the number of samples read and of all.
    """
    seen = _look(samples, progress)
    readable = [i for i, one in enumerate(seen) if not one.fault]
    splits_of: dict[str, set[str]] = defaultdict(set)
    for sample in samples:
        if sample.subject is not None:
            splits_of[sample.subject].add(sample.split)
    return DataCheck(
        counts=counts_of(samples),
        subjects=len(splits_of),
        subjects_across=sum(len(splits) > 1 for splits in splits_of.values()),
        sizes=dict(Counter(seen[i].size for i in readable).most_common()),
        unreadable=[(s.name, one.fault) for s, one in zip(samples, seen, strict=True) if one.fault],
        exact=_twins(samples, readable, [seen[i].digest for i in readable]),
        near=_near_twins(samples, readable, [seen[i].hash for i in readable]),
    )


def counts_of(samples: Sequence[Sample]) -> dict[str, dict[str, int]]:
    """Samples by class and split; every class of the label set has a row."""
    classes = labels_of(samples[0].label_set)
    tally: Counter[tuple[int, str]] = Counter((s.label, s.split) for s in samples)
    rows = {name: {split: tally[i, split] for split in SPLITS} for i, name in enumerate(classes)}
    if any(label < 0 for label, _ in tally):
        rows[NO_LABEL] = {split: tally[-1, split] for split in SPLITS}
    return rows


def _look(samples: Sequence[Sample], progress: Progress | None) -> list[_Seen]:
    seen = []
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for done, one in enumerate(threads.map(_see, samples), 1):
            seen.append(one)
            if progress is not None:
                progress(done, len(samples))
    return seen


def _see(sample: Sample) -> _Seen:
    try:
        pixels = read_pixels(sample, frames=1)
    except DataError as error:
        return _Seen(fault=str(error))
    frame = pixels[0] if pixels.ndim == 4 else pixels
    height, width = frame.shape[:2]
    return _Seen((height, width), pixel_digest(frame), perceptual_hash(frame))


def _twins(samples: Sequence[Sample], places: list[int], keys: Sequence[bytes]) -> Twins:
    """Twins of samples with equal keys."""
    names, group = np.unique(np.array(keys, dtype="S16"), return_inverse=True)
    alone = np.empty((0, 2), np.int64)
    return _shared(samples, places, group, alone, len(names))


def _near_twins(samples: Sequence[Sample], places: list[int], hashes: Sequence[int]) -> Twins:
    """Twins of samples with hashes that are close; each hash is compared once."""
    unique, group = np.unique(np.array(hashes, np.uint64), return_inverse=True)
    return _shared(samples, places, group, near_pairs(unique), len(unique))


def _shared(
    samples: Sequence[Sample],
    places: list[int],
    group: NDArray[np.int64],
    close: NDArray[np.int64],
    groups: int,
) -> Twins:
    """``group`` (N,): of each sample; ``close`` (M, 2): groups that are twins too."""
    labels = sorted({sample.label for sample in samples})
    kinds = [(split, label) for split in SPLITS for label in labels]
    kind = np.array([kinds.index((samples[i].split, samples[i].label)) for i in places], np.int64)
    held = np.zeros((groups, len(kinds)), np.int64)
    np.add.at(held, (group, kind), 1)
    reach = held.copy()
    np.add.at(reach, close[:, 0], held[close[:, 1]])
    np.add.at(reach, close[:, 1], held[close[:, 0]])
    others = reach[group]
    others[np.arange(len(places)), kind] -= 1  # not itself
    by_split = others.reshape(len(places), len(SPLITS), len(labels))
    split, label = np.divmod(kind, len(labels))
    shared = {
        one: {
            other: int((by_split[split == i, j].sum(1) > 0).sum()) for j, other in enumerate(SPLITS)
        }
        for i, one in enumerate(SPLITS)
    }
    any_split = by_split.sum(1)
    unlike = any_split.sum(1) - any_split[np.arange(len(places)), label]
    return Twins(_pairs(np.array(places, np.int64), group, close), shared, int((unlike > 0).sum()))


def _pairs(
    places: NDArray[np.int64], group: NDArray[np.int64], close: NDArray[np.int64]
) -> NDArray[np.int64]:
    if not len(places):
        return np.empty((0, 2), np.int64)
    _, first = np.unique(group, return_index=True)
    later = np.flatnonzero(first[group] != np.arange(len(group)))
    same = np.stack([places[first[group[later]]], places[later]], axis=1)
    return np.concatenate([same, places[first[close]]])
