"""ONNX Runtime reports nothing to its maker and leaves no identifier of the device."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

#: The models are read once; then the process ends in the ordinary way.
READ = "from mien.weights import model_path, session as s; s.open_session(model_path('expression'))"


def left_by(script: str, home: Path, **more: str) -> list[str]:
    """Files that a process of its own leaves in an empty home. Its environment is bare: the
    library holds its tongue by itself where a variable says that the machine is for tests."""
    home.mkdir()
    bare = {"PATH": os.environ["PATH"], "HOME": str(home)}
    subprocess.run([sys.executable, "-c", script], env={**bare, **more}, check=True)
    return [str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()]


def test_nothing_is_left_in_the_home_of_whoever_uses_it(tmp_path: Path) -> None:
    assert left_by(READ, tmp_path / "plain") == []


def test_the_environment_cannot_switch_it_on(tmp_path: Path) -> None:
    assert left_by(READ, tmp_path / "asked", ORT_DISABLE_TELEMETRY="0") == []


def test_the_library_alone_would_have_left_something(tmp_path: Path) -> None:
    """Else the two tests above prove nothing: look again at what they look for."""
    assert left_by("import onnxruntime", tmp_path / "bare") != []


def test_the_tools_of_quantisation_are_as_silent(tmp_path: Path) -> None:
    assert left_by("import mien.export.quantisation", tmp_path / "tools") == []
