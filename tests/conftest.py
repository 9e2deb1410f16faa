"""Fixtures of all tests."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real pictures, clips and data beside the project; absent: skipped, loudly."""
    path = Path(os.environ.get("MIEN_SHARED", ROOT.parent / "shared"))
    if not (path / "data").is_dir():
        pytest.skip(f"REAL DATA ABSENT: no {path}/data; set MIEN_SHARED")
    return path
