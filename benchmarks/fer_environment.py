"""The environment of ``fer``, apart from ours: it needs an older OpenCV build,
setuptools that still holds ``pkg_resources``, moviepy 1 and TensorFlow."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

#: Without its declared dependencies: ``tensorflow`` is replaced by the same library
#: built for processors, and facenet-pytorch serves a detector that is not measured.
FER = ("fer==25.10.3",)
BESIDE = (
    "setuptools<81",
    "moviepy==1.0.3",
    "opencv-contrib-python>=4,<5",
    "tensorflow-cpu",
    "pandas",
    "matplotlib",
    "requests",
    "tqdm",
    "ffmpeg-python",
    "Pillow",
)
SHOWN = ("fer", "tensorflow-cpu", "opencv-contrib-python", "moviepy", "setuptools", "numpy")


def fer_python(folder: Path) -> Path:
    """The environment's Python; the environment is made where it is missing."""
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.is_file():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    works = subprocess.run([str(python), "-c", "import fer.fer"], capture_output=True)
    if works.returncode:
        install = [str(python), "-m", "pip", "install", "-q"]
        subprocess.run([*install, "--no-deps", *FER], check=True)
        subprocess.run([*install, *BESIDE], check=True)
    return python


def fer_versions(python: Path) -> dict[str, str]:
    """Versions of what decides the speed of ``fer``."""
    code = (
        "import importlib.metadata as m, json, sys; "
        "print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
    )
    done = subprocess.run([str(python), "-c", code, *SHOWN], capture_output=True, check=True)
    told: dict[str, str] = json.loads(done.stdout)
    return told
