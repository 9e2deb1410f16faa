from __future__ import annotations

from pathlib import Path


def models_directory() -> Path:
    return Path.home() / ".cache/mien/models"
