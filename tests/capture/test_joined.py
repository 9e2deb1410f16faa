"""Files that hold one recording behind another."""

from pathlib import Path

from clips import make_coded
from mien.capture.joined import is_joined


def test_times_that_begin_again(tmp_path: Path) -> None:
    part = make_coded(tmp_path / "part.ts", 50)
    joined = tmp_path / "joined.ts"
    joined.write_bytes(part.read_bytes() * 2)
    assert is_joined(joined, 0, "")
    assert not is_joined(part, 0, "")


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    part = make_coded(tmp_path / "part.ts", 50)
    assert not is_joined(part, 0, "before")
    part.write_bytes(part.read_bytes() * 2)
    assert is_joined(part, 0, "after")
