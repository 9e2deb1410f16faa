"""What every reader of a data set offers, and the account of what it could not use."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mien.datasets.sample import Sample, Split
from mien.errors import DataError

#: Names that owners give to their splits, in lower case.
SPLIT_NAMES: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "publictest": "validation",
    "test": "test",
    "privatetest": "test",
}

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})
VIDEO_SUFFIXES = frozenset({".avi", ".mp4", ".mov", ".mkv", ".webm"})


@dataclass
class Problems:
    """Rows and files that a reader had to leave out, by kind; nothing vanishes silently.

    Attributes:
        found: ``(kind, which)``: ``("picture missing", "train_00007_aligned.jpg")``.
    """

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, kind: str, which: str) -> None:
        """Notes one."""
        self.found.append((kind, which))

    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        return dict(Counter(kind for kind, _ in self.found))

    def __len__(self) -> int:
        return len(self.found)


@dataclass(frozen=True)
class Reader:
    """One data set in its owners' layout.

    Attributes:
        name: in commands and recipes.
        title: for people, with authors and year.
        label_set: of its samples; a folder tree of classes of its own says another.
        layout: the files expected below the root, for documents and errors.
        recognises: whether a root looks like this data set; cheap, opens few files.
        load: all samples; what cannot be used is added to the problems.
    """

    name: str
    title: str
    label_set: str
    layout: str
    recognises: Callable[[Path], bool]
    load: Callable[[Path, Problems], list[Sample]]

    def read(self, root: Path, problems: Problems | None = None) -> list[Sample]:
        """All samples, in a stable order.

        Raises:
            DataError: nothing at the root can be read as this data set, or a table there
                is none.
        """
        try:
            return self.load(root, Problems() if problems is None else problems)
        except (csv.Error, UnicodeDecodeError) as error:
            raise DataError(
                f"A table below {root} cannot be read as {self.title} ({error}). Copy it anew "
                f"from the data set. Expected: {self.layout}"
            ) from error


def split_folders(root: Path, problems: Problems | None = None) -> list[tuple[Split, Path]]:
    """Folders below a root that are named as a split, in alphabetical order.

    Args:
        problems: takes those that hold pictures or videos under another name.
    """
    found: list[tuple[Split, Path]] = []
    for place in sorted(root.iterdir()) if root.is_dir() else ():
        if not place.is_dir() or place.name.startswith("."):
            continue
        split = SPLIT_NAMES.get(place.name.lower())
        if split is not None:
            found.append((split, place))
        elif problems is not None and (count := _media_below(place)):
            *names, last = SPLIT_NAMES
            told = f"a split is named {', '.join(names)} or {last}"
            problems.add("folder of no split", f"{place.name} ({count:,} files; {told})")
    return found


def _media_below(folder: Path) -> int:
    """How many pictures and videos."""
    media = IMAGE_SUFFIXES | VIDEO_SUFFIXES
    return sum(path.suffix.lower() in media for path in folder.rglob("*"))
