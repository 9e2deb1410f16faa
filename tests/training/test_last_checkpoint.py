"""The checkpoint to go on from is there whole, or it is told what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
resource = pytest.importorskip("resource")

from mien.errors import ModelError, OutputError  # noqa: E402
from mien.training.last_checkpoint import WholeCheckpoints, epochs_done  # noqa: E402


def saved(path: Path, epoch: int, numbers: int = 10) -> bytes:
    WholeCheckpoints().save_checkpoint({"epoch": epoch, "weights": torch.ones(numbers)}, path)
    return path.read_bytes()


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "run" / "last.ckpt"
    saved(path, 2)
    saved(path, 4)
    assert epochs_done(path) == 5  # epochs count from 0
    read = WholeCheckpoints().load_checkpoint(path)
    assert torch.equal(read["weights"], torch.ones(10))
    assert [p.name for p in path.parent.iterdir()] == ["last.ckpt"]


def test_a_disk_that_takes_no_more_leaves_the_older_one(tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    older = saved(path, 2)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))  # bytes; 400 kB are asked
    try:
        with pytest.raises(OutputError, match=r"Cannot write .*last\.ckpt") as caught:
            saved(path, 3, numbers=100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == older
    assert [p.name for p in tmp_path.iterdir()] == ["last.ckpt"]


@pytest.mark.parametrize("left", [0, 100, -20])
def test_one_that_was_cut_short_is_told_with_what_to_do(tmp_path: Path, left: int) -> None:
    path = tmp_path / "last.ckpt"
    path.write_bytes(saved(path, 2)[:left])
    for read in (epochs_done, WholeCheckpoints().load_checkpoint):
        with pytest.raises(ModelError, match=r"last\.ckpt cannot be read.*Remove that file"):
            read(path)


def test_a_damaged_one_is_told(tmp_path: Path) -> None:
    """A pickle whose last number is cut off."""
    path = tmp_path / "last.ckpt"
    path.write_bytes(b"\x80\x02J\x01")
    for read in (epochs_done, WholeCheckpoints().load_checkpoint):
        with pytest.raises(ModelError, match=r"last\.ckpt cannot be read.*Remove that file"):
            read(path)


def test_a_file_of_something_else_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    for content in ({"weights": 1}, [1]):
        torch.save(content, path)
        with pytest.raises(ModelError, match="Remove that file"):
            epochs_done(path)
