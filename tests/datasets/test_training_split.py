"""Who was held out is known by name, whatever becomes of the data."""

from __future__ import annotations

import json

import numpy as np

from mien.datasets.sample import Sample, Split
from mien.datasets.training_split import TrainingSplit

PIXELS = np.zeros((4, 4), np.uint8)


def sample(name: str, split: Split = "train") -> Sample:
    return Sample(name, 0, "fer2013", split, PIXELS)


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
