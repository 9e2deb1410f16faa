"""Folders of pictures."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mien.capture import open_source
from mien.errors import SourceError


def put(folder: Path, name: str, value: int) -> None:
    Image.fromarray(np.full((4, 4, 3), value, np.uint8)).save(folder / name)


def test_natural_order_and_times(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        put(tmp_path, f"frame{number}.png", number)
    with open_source(tmp_path, every_s=2.0) as source:
        seen = [(f.name, f.time_s, int(f.image[0, 0, 0])) for f in source]
    assert seen == [("frame1.png", 0.0, 1), ("frame2.png", 2.0, 2), ("frame10.png", 4.0, 10)]


def test_unreadable_pictures_are_counted_and_leave_their_time_empty(tmp_path: Path) -> None:
    put(tmp_path, "1.png", 1)
    (tmp_path / "2.png").write_bytes(b"broken")
    put(tmp_path, "3.png", 3)
    with open_source(tmp_path, every_s=1.0) as source:
        assert [f.time_s for f in source] == [0.0, 2.0]
        assert source.undecodable == 1


def test_a_link_back_to_the_folder_is_no_trap(tmp_path: Path) -> None:
    put(tmp_path, "1.png", 1)
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "2.png").symlink_to(tmp_path / "2.png")
    with open_source(tmp_path) as source:
        assert len(list(source)) == 1


def test_empty_folder_and_nothing_but_damage(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no pictures"):
        open_source(tmp_path)
    (tmp_path / "1.png").write_bytes(b"broken")
    with pytest.raises(SourceError, match="None of the 1 pictures"), open_source(tmp_path) as s:
        list(s)


def test_no_path_at_all_is_not_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "1.png", 1)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match="The source is empty"):
        open_source("")
    with open_source(".") as source:
        assert len(list(source)) == 1


def test_names_that_are_not_utf8_are_shown_with_their_bytes(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"\xe9t\xe9")
    folder.mkdir()
    put(folder, os.fsdecode(b"le\xe7on.png"), 1)
    with open_source(folder) as source:
        assert source.name == r"\udce9t\udce9"
        assert [frame.name for frame in source] == [r"le\udce7on.png"]
    with open_source(folder / os.fsdecode(b"le\xe7on.png")) as source:
        assert source.name == r"le\udce7on.png"
