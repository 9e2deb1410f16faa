from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.datasets.balance import class_counts, class_weights, sampling_chances
from mien.datasets.folds import OWNERS_FOLD, folds_of, with_fold, with_validation
from mien.datasets.sample import Sample, Split
from mien.errors import DataError

PIXEL = np.zeros((1, 1), np.uint8)


def sample(label: int, subject: str | None = None, split: Split = "train", n: int = 0) -> Sample:
    return Sample(f"{subject}-{label}-{n}", label, "fer2013", split, PIXEL, subject=subject)


@given(
    people=st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=8), min_size=3, max_size=20),
    folds=st.integers(2, 3),
    seed=st.integers(0, 5),
)
def test_nobody_is_in_two_folds(people: list[list[int]], folds: int, seed: int) -> None:
    samples = [sample(label, f"S{i}") for i, labels in enumerate(people) for label in labels]
    fold_of = folds_of(samples, folds, seed)
    seen: dict[str | None, set[int]] = {}
    for one, fold in zip(samples, fold_of, strict=True):
        seen.setdefault(one.subject, set()).add(int(fold))
    assert all(len(folds_seen) == 1 for folds_seen in seen.values())
    assert (fold_of == folds_of(samples, folds, seed)).all()


@pytest.mark.parametrize("folds", [5, 8, 10])
def test_folds_of_ck_size_are_even(folds: int) -> None:
    """118 people with 1 to 6 sequences of 4 frames: sizes and classes nearly alike."""
    random = np.random.default_rng(0)
    samples = [
        sample(int(label), f"S{i:03d}")
        for i in range(118)
        for label in np.repeat(random.integers(0, 7, random.integers(1, 7)), 4)
    ]
    fold_of = folds_of(samples, folds)
    sizes = np.bincount(fold_of, minlength=folds)
    assert sizes.max() - sizes.min() < 0.25 * len(samples) / folds
    for fold in range(folds):
        assert {samples[i].label for i in np.flatnonzero(fold_of == fold)} == set(range(7))


def test_without_subjects_folds_are_stratified() -> None:
    samples = [sample(0, n=i) for i in range(50)] + [sample(1, n=i) for i in range(10)]
    fold_of = folds_of(samples, 5)
    for fold in range(5):
        assert Counter(s.label for s, f in zip(samples, fold_of, strict=True) if f == fold) == {
            0: 10,
            1: 2,
        }


def test_seed_changes_the_folds() -> None:
    samples = [sample(i % 7, n=i) for i in range(70)]
    assert (folds_of(samples, 5, 0) != folds_of(samples, 5, 1)).any()


def test_too_many_folds() -> None:
    samples = [sample(0, "S1"), sample(1, "S1"), sample(1, "S2")]
    with pytest.raises(DataError, match="choose 2 to 2"):
        folds_of(samples, 3)
    with pytest.raises(DataError, match="0 to 1"):
        with_fold(samples, 2, 2)


def owned(*folds: float) -> list[Sample]:
    return [replace(sample(0, n=i), extra={OWNERS_FOLD: fold}) for i, fold in enumerate(folds)]


def test_the_owners_folds_or_none() -> None:
    assert folds_of(owned(2, 1, 3, 1), 3).tolist() == [1, 0, 2, 0]
    with pytest.raises(DataError, match=r"made the folds 1, 2, 3; .* 2 folds. Set data.folds=3"):
        folds_of(owned(1, 2, 3), 2)
    with pytest.raises(DataError, match=r"2 of 4 samples are in no fold .*there: 1, 4\)"):
        folds_of(owned(1, 0, 4, 0), 2)


def test_with_fold_and_validation() -> None:
    samples = [sample(i % 2, f"S{i % 10}", n=i) for i in range(40)]
    turned = with_fold(samples, 5, 2)
    assert Counter(s.split for s in turned) == {"train": 32, "test": 8}
    cut = with_validation(turned, parts=4)
    people = {
        split: {s.subject for s in cut if s.split == split}
        for split in ("train", "validation", "test")
    }
    assert Counter(s.split for s in cut) == {"train": 24, "validation": 8, "test": 8}
    assert not people["train"] & people["validation"]
    assert with_validation(cut) == cut


def test_balance_by_hand() -> None:
    """Classes of 1 and 4: each half of the draws; weights 2.5 and 0.625."""
    samples = [sample(0), *(sample(3, n=i) for i in range(4))]
    assert sampling_chances(samples) == pytest.approx([1 / 2] + [1 / 8] * 4)
    weights = class_weights(samples)
    assert weights == pytest.approx([2.5, 0, 0, 0.625, 0, 0, 0])
    assert sum(weights[s.label] for s in samples) == pytest.approx(len(samples))
    assert sampling_chances(samples, 0) == pytest.approx([0.2] * 5)
    # Exponent 1/2: 1 and 4 x 1/2, so thirds and sixths.
    assert sampling_chances(samples, 0.5) == pytest.approx([1 / 3] + [1 / 6] * 4)


def test_without_a_label() -> None:
    samples = [sample(0), *(sample(3, n=i) for i in range(4)), sample(-1)]
    assert class_counts(samples).tolist() == [1, 0, 0, 4, 0, 0, 0]
    chances = sampling_chances(samples)
    assert chances.sum() == pytest.approx(1)
    assert chances[5] == pytest.approx(chances[:5].mean())
