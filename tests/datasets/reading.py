"""A data set read as its reader reads it."""

from __future__ import annotations

from pathlib import Path

from mien.datasets.reader import Problems
from mien.datasets.sample import Sample
from mien.datasets.table import open_dataset
from mien.labels import labels_of


def shown(sample: Sample) -> str:
    return labels_of(sample.label_set)[sample.label] if sample.label >= 0 else "none"


def read(root: Path, name: str | None = None) -> tuple[list[Sample], dict[str, int]]:
    problems = Problems()
    return open_dataset(root, name, problems), problems.counts()
