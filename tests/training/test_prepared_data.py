"""Data that nothing can be learned from are refused before a training begins."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

from dataset_trees import picture
from mien.errors import DataError
from mien.training.prepared_data import prepare
from mien.training.recipe_file import recipe_of


def test_one_class_is_nothing_to_learn(tmp_path: Path) -> None:
    for split in ("train", "val"):
        for i in range(3):
            picture(tmp_path / split / "happy" / f"{i}.png", i, (24, 24))
    recipe = recipe_of({"system": "hafnet", "data": {"dataset": "folder", "cache": False}})
    with pytest.raises(DataError, match="are of one class"):
        prepare(recipe, tmp_path)
    for split in ("train", "val"):
        picture(tmp_path / split / "sad" / "9.png", 9, (24, 24))
    assert prepare(recipe, tmp_path).labels == ("happy", "sad")
