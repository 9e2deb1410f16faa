"""A file is written whole or not at all."""

from pathlib import Path
from threading import Thread

import pytest

from mien import whole_file
from mien.errors import OutputError


def test_a_full_disk_leaves_the_older_file(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "states.csv"
    whole_file.write_whole(path, b"older")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_file.os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device"):
        whole_file.write_whole(path, b"newer")
    assert path.read_bytes() == b"older"
    assert [p.name for p in tmp_path.iterdir()] == ["states.csv"]


def test_two_writers_of_one_file_do_not_disturb_each_other(tmp_path: Path, monkeypatch) -> None:
    # The second begins and ends while the first flushes, as those of one training may.
    path = tmp_path / "recipe.yaml"
    flush = whole_file.os.fsync

    def beside(number: int) -> None:
        monkeypatch.setattr(whole_file.os, "fsync", flush)
        second = Thread(target=whole_file.write_whole, args=(path, b"second"))
        second.start()
        second.join()
        flush(number)

    monkeypatch.setattr(whole_file.os, "fsync", beside)
    whole_file.write_whole(path, b"first")
    assert path.read_bytes() == b"first"
    assert [p.name for p in tmp_path.iterdir()] == ["recipe.yaml"]


def test_what_a_killed_writer_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a[1].mp4"  # brackets mean something in patterns
    left = whole_file.part_of(path)
    others = [path, tmp_path / ".b.mp4.1-1.part", tmp_path / "a[1].mp4.1-1.part"]
    for file in (left, *others):
        file.touch()
    whole_file.remove_parts(path)
    assert set(tmp_path.iterdir()) == set(others)
    whole_file.remove_parts(tmp_path / "no folder" / "a.mp4")


@pytest.mark.parametrize("name", ["new.onnx", "a/new/folder/new.onnx", "old.onnx"])
def test_what_can_be_written_is_not_refused_and_nothing_is_left(tmp_path: Path, name: str) -> None:
    (tmp_path / "old.onnx").write_bytes(b"older")
    whole_file.refuse_unwritable(tmp_path / name)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("old.onnx", b"older")]


@pytest.mark.parametrize("name", ["folder", "file/new.onnx", f"{300 * 'x'}.onnx"])
def test_what_cannot_be_written_is_told_before_the_work(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    before = set(tmp_path.rglob("*"))
    with pytest.raises(OutputError, match=f"Cannot write {tmp_path / name}: "):
        whole_file.refuse_unwritable(tmp_path / name)
    assert set(tmp_path.rglob("*")) == before
