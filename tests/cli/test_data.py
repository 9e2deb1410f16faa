"""``mien data`` as its user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

import dataset_trees as trees
from mien.cli.data import data
from mien.errors import DataError, SettingsError

RUN = CliRunner()


def test_check_tells_counts_faults_and_duplicates(tmp_path: Path) -> None:
    root = trees.rafdb(tmp_path / "raf")
    aligned = root / "basic/Image/aligned"
    (aligned / "test_0001_aligned.jpg").write_bytes(
        (aligned / "train_00001_aligned.jpg").read_bytes()
    )
    (aligned / "train_00002_aligned.jpg").write_bytes(b"broken")
    done = RUN.invoke(data, ["check", str(root), "--sheet", str(tmp_path / "sheet.png")])
    assert done.exit_code == 0, done.output
    assert "RAF-DB, basic" in done.output
    assert "Unreadable: 1: train_00002.jpg" in done.output
    assert "Left out, picture missing: 1: test_0003_aligned.jpg" in done.output
    assert "2 of them have one with another label" in done.output
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width > 1000


def test_a_sheet_of_another_kind_is_refused_before_the_work(tmp_path: Path) -> None:
    command = ["check", str(tmp_path / "none"), "--sheet", str(tmp_path / "sheet.txt")]
    with pytest.raises(SettingsError, match=r"--sheet must name a \.png file"):
        RUN.invoke(data, command, catch_exceptions=False)


def test_json_holds_everything(tmp_path: Path) -> None:
    done = RUN.invoke(data, ["check", str(trees.fer2013_zip(tmp_path)), "--json"])
    told = json.loads(done.stdout)
    assert told["dataset"] == "fer2013"
    assert told["samples"] == 5
    assert told["counts"]["anger"] == {"train": 1, "validation": 0, "test": 0}
    assert len(told["left_out"]) == 2
    assert told["exact_duplicates"]["pairs"] == []
    assert told["sizes_px"] == [{"height": 48, "width": 48, "count": 5}]


def test_list_names_every_data_set() -> None:
    done = RUN.invoke(data, ["list"])
    for name in trees.TREES:
        assert name in done.output


def test_unknown_layout_and_name_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no layout that mien knows"):
        RUN.invoke(data, ["check", str(tmp_path)], catch_exceptions=False)
