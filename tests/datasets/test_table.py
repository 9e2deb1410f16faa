"""The contract of every reader, and finding the right one."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from dataset_trees import TREES
from mien.datasets.pixels import read_pixels
from mien.datasets.reader import Problems
from mien.datasets.table import READERS, open_dataset, reader_for
from mien.errors import DataError, SettingsError
from mien.labels import labels_of

#: These share their owners' layout with the first of them, which is taken unless named.
FIRST = {"ferplus": "fer2013", "affectnet8": "affectnet7", "kdef-angles": "kdef"}


@pytest.mark.parametrize("name", READERS)
def test_every_reader_keeps_the_contract(name: str, tmp_path: Path) -> None:
    root = TREES[name](tmp_path / "data")
    problems = Problems()
    samples = open_dataset(root, name, problems)
    assert samples
    assert READERS[name].name == name
    assert len({sample.name for sample in samples}) == len(samples)
    assert len(problems) > 0, "the tree holds a fault, which must be reported"
    for sample in samples:
        classes = labels_of(sample.label_set)
        assert -1 <= sample.label < len(classes)
        assert sample.split in ("train", "validation", "test")
        assert 0 <= sample.weight <= 1
        pixels = read_pixels(sample, frames=4)
        assert pixels.dtype == np.uint8
        assert pixels.shape[-1] == 3
        if sample.votes is not None:
            assert sample.votes.shape == (len(classes),)
    again = open_dataset(root, name, Problems())
    assert [s.name for s in again] == [s.name for s in samples]


@pytest.mark.parametrize("name", READERS)
def test_the_layout_tells_the_data_set(name: str, tmp_path: Path) -> None:
    root = TREES[name](tmp_path / "data")
    assert reader_for(root).name == FIRST.get(name, name)


@pytest.mark.parametrize("name", READERS)
def test_an_empty_folder_is_refused_by_every_reader(name: str, tmp_path: Path) -> None:
    assert not READERS[name].recognises(tmp_path)
    with pytest.raises(DataError):
        open_dataset(tmp_path, name)


def test_unknown_layout_lists_the_names(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"fer2013, ferplus, rafdb.*folder"):
        open_dataset(tmp_path)


def test_unknown_name_suggests_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Did you mean 'rafdb'"):
        open_dataset(tmp_path, "raf-db")


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no data"):
        open_dataset(tmp_path / "nowhere")


def test_what_is_left_out_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        open_dataset(TREES["rafdb"](tmp_path))
    assert "2 entries" in caplog.text
