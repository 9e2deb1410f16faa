"""A file is written whole or not at all."""

from pathlib import Path

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
