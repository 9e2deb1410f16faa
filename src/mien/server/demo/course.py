"""Reads the demonstration's course: ``course.yaml``, one file a lesson, drawings as SVG."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import yaml

from mien.server.schemas.exchange import CourseDocument, MediaEntry

FOLDER: Final = Path(__file__).parent / "signals_and_systems"


def load_course() -> CourseDocument:
    """The course as a document, as if it came from a file that was exported."""
    lessons = [_yaml(path) for path in sorted(FOLDER.glob("lesson-*.yaml"))]
    media = [
        MediaEntry(name=name, sha256=hashlib.sha256(content).hexdigest())
        for name, content in load_drawings().items()
    ]
    return CourseDocument.model_validate(
        {"course": _yaml(FOLDER / "course.yaml"), "lessons": lessons, "media": media}
    )


def load_drawings() -> dict[str, bytes]:
    """Name -> content of the drawings."""
    return {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.svg"))}


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
