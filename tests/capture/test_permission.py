"""No permission: one line that names cause and remedy. Run as root, the tests put the
root's power aside for the call."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from mien.capture import open_source
from mien.errors import OutputError, SourceError
from mien.whole_file import write_whole

#: The user "nobody" of POSIX systems.
NOBODY = 65534


@contextmanager
def ordinary_user() -> Iterator[None]:
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everyone may enter; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in folder.iterdir():
            path.chmod(0o700)


def read(path: Path) -> None:
    with open_source(str(path), every_s=None) as source:
        list(source)


@pytest.mark.parametrize("name", ["face.png", "lesson.mp4"])
def test_a_file_that_may_not_be_read(place: Path, name: str) -> None:
    path = place / name
    Image.new("RGB", (64, 64)).save(path, format="PNG")
    path.chmod(0)
    with ordinary_user(), pytest.raises(SourceError, match="No permission to read"):
        read(path)


def test_a_folder_that_may_not_be_entered(place: Path) -> None:
    folder = place / "faces"
    folder.mkdir()
    Image.new("RGB", (64, 64)).save(folder / "a.png")
    folder.chmod(0)
    with ordinary_user(), pytest.raises(SourceError, match="ermission"):
        read(folder)


def test_a_picture_of_a_folder_that_may_not_be_read_is_counted(place: Path) -> None:
    folder = place / "faces"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        Image.new("RGB", (64, 64)).save(folder / name)
    folder.chmod(0o755)
    (folder / "a.png").chmod(0)
    with ordinary_user(), open_source(str(folder), every_s=None) as source:
        frames = list(source)
        assert len(frames) == 1
        assert source.undecodable == 1


def test_a_folder_that_may_not_be_written(place: Path) -> None:
    closed = place / "out"
    closed.mkdir()
    closed.chmod(0o555)
    with ordinary_user(), pytest.raises(OutputError, match="Permission denied"):
        write_whole(closed / "states.csv", b"x")
    assert list(closed.iterdir()) == []
