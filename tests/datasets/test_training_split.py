"""Who was held out is known by name, whatever becomes of the data."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.datasets.sample import Sample, Split
from mien.datasets.training_split import TrainingSplit

PIXELS = np.zeros((4, 4), np.uint8)


def sample(name: str, split: Split = "train", pixels: NDArray[np.uint8] = PIXELS) -> Sample:
    return Sample(name, 0, "fer2013", split, pixels)


def splits(samples: list[Sample]) -> dict[str, str]:
    return {sample.name: sample.split for sample in samples}


FOLD = [sample("a", "test"), sample("b", "validation"), sample("c")]


def test_folds_are_those_of_the_training() -> None:
    kept = TrainingSplit.of(FOLD, folds=True)
    later = [sample("c", "test"), sample("new", "test"), sample("b", "test"), sample("a")]
    assert splits(kept.applied(later)) == {
        "c": "train",
        "new": "train",
        "b": "validation",
        "a": "test",
    }


def test_of_the_owners_train_alone_validation_was_made() -> None:
    kept = TrainingSplit.of([sample("a", "test"), *FOLD[1:]], folds=False)
    later = [sample("a", "test"), sample("b"), sample("c"), sample("new", "test")]
    assert splits(kept.applied(later)) == {
        "a": "test",
        "b": "validation",
        "c": "train",
        "new": "test",
    }


def test_a_file_holds_it_without_a_name() -> None:
    names = [f"learner-{i}" for i in range(40)]
    parts: list[Split] = ["test", "validation", "train", "train"]
    samples = [sample(name, parts[i % 4]) for i, name in enumerate(names)]
    for folds in (True, False):
        kept = TrainingSplit.of(samples, folds=folds)
        text = json.dumps(kept.to_facts())
        assert "learner" not in text
        assert TrainingSplit.from_facts(json.loads(text)) == kept
    assert len(kept.validation) == 10
    assert TrainingSplit.from_facts({"validation": "", "test": ""}).test == frozenset()


def rows(pictures: list[NDArray[np.uint8]]) -> list[Sample]:
    """As a table without names is read: each is named by its row."""
    return [sample(f"row-{i}", "train", one) for i, one in enumerate(pictures)]


def test_a_row_less_makes_nobody_unseen_who_was_seen() -> None:
    pictures = [np.full((4, 4), grey, np.uint8) for grey in range(6)]
    held = [
        replace(one, split="test" if i in (2, 4) else "train")
        for i, one in enumerate(rows(pictures))
    ]
    kept = TrainingSplit.of(held, folds=True)
    assert kept.gone(rows(pictures)) == 0
    less = rows(pictures[:1] + pictures[2:])  # the second row is gone, all behind it move up
    judged = [one for one in kept.applied(less) if one.split == "test"]
    assert [int(one.source[0, 0]) for one in judged] == []  # row 3 was held out as row 4
    assert kept.gone(less) == 2
    last = rows(pictures[:5])
    assert [one.name for one in kept.applied(last) if one.split == "test"] == ["row-2", "row-4"]


@pytest.mark.parametrize(
    "facts",
    [
        None, [], "validation", {}, {"test": ""}, {"validation": None}, {"validation": 3},
        {"validation": "0123"}, {"validation": "x" * 16}, {"validation": "", "test": ["0" * 16]},
        {"validation": "", "tests": ""},
    ],
)  # fmt: skip
def test_a_damaged_record_is_none(facts: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        TrainingSplit.from_facts(facts)
