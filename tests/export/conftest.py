"""Pictures to export networks with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mien.labels import FER2013


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    """A folder tree with 16 pictures a class to learn from and 4 to be judged on."""
    draws = np.random.default_rng(0)
    for split, count in (("train", 16), ("test", 4)):
        for label, name in enumerate(FER2013):
            for i in range(count):
                file = tmp_path / "faces" / split / name / f"{i}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                pixels = draws.integers(20 * label, 20 * label + 100, (48, 48), np.uint8)
                Image.fromarray(pixels).save(file)
    return tmp_path / "faces"
