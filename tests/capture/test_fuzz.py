"""Mutated pictures and videos: every one is read or refused, none crashes.

In a process of its own: a crash inside a decoder would end the test run
otherwise, and ends the child with a signal here.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from clips import make_video

CHILD = """
import pathlib, sys
import numpy as np
from mien.capture import open_source
from mien.errors import SourceError

folder, count, seed = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
bases = sorted(folder.glob("base*"))
random = np.random.default_rng(seed)
read = refused = 0
for number in range(count):
    base = bases[number % len(bases)]
    data = bytearray(base.read_bytes())
    for _ in range(int(random.integers(1, 12))):
        at = int(random.integers(0, len(data)))
        kind = int(random.integers(0, 4))
        if kind == 0:
            data[at] = int(random.integers(0, 256))
        elif kind == 1:
            data[at] ^= 1 << int(random.integers(0, 8))
        elif kind == 2:
            data[at:at] = random.integers(0, 256, int(random.integers(1, 9)), np.uint8).tobytes()
        elif len(data) > 64:
            del data[at : at + int(random.integers(1, 33))]
    if random.random() < 0.15:
        del data[int(random.integers(1, len(data))) :]
    path = folder / ("mutant" + base.suffix)
    path.write_bytes(data)
    try:
        with open_source(path, every_s=None) as source:
            frames = list(source)
        assert all(f.image.ndim == 3 for f in frames)
        read += 1
    except SourceError as error:
        assert "\\n" not in str(error), error
        refused += 1
print(read, refused)
"""


@pytest.mark.parametrize(
    ("kind", "count"), [("pictures", 1700), ("videos", 500)], ids=["pictures", "videos"]
)
def test_mutants_are_read_or_refused(tmp_path: Path, kind: str, count: int) -> None:
    if kind == "pictures":
        image = Image.effect_noise((24, 16), 80).convert("RGB")
        for suffix in ("png", "jpg", "webp", "avif", "bmp", "gif", "tif", "ppm"):
            image.save(tmp_path / f"base.{suffix}")
        image.convert("I;16").save(tmp_path / "base16.png")
    else:
        for suffix in ("mp4", "mkv", "avi", "mov"):
            make_video(tmp_path / f"base.{suffix}", [0, 40, 80, 120], (32, 32))
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path), str(count), "11"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    read, refused = (int(v) for v in done.stdout.split()[-2:])
    assert read + refused == count
    assert read > 0
    assert refused > 0
