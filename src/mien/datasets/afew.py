"""AFEW and SFEW (Dhall et al. 2011, 2012): clips from films (773 / 383) and still frames of
them, ``Train|Val/<Class>/``. The test labels are not given out: figures are on
``validation``. Frames of AFEW are whole: cut the faces first (docs/datasets.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from mien.datasets.reader import IMAGE_SUFFIXES, SPLIT_NAMES, VIDEO_SUFFIXES, Problems, Reader
from mien.datasets.sample import Sample, Split
from mien.errors import DataError
from mien.labels import AFEW, ALIASES

#: ``Train``, ``Val_AFEW``, ``Train_Aligned_Faces``: the owners' names over the years.
_SPLIT = re.compile(r"(Train|Val|Test)(_AFEW|_Aligned_Faces)?")
_CLASSES = ("Angry", "Disgust", "Fear", "Happy", "Neutral", "Sad", "Surprise")


def _parts(root: Path) -> dict[Split, Path]:
    """One folder a split: faces that the owners aligned rather than whole pictures."""
    chosen: dict[Split, Path] = {}
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        match = _SPLIT.fullmatch(folder.name)
        if match and any((folder / name).is_dir() for name in _CLASSES):
            chosen[SPLIT_NAMES[match[1].lower()]] = folder
    return chosen


def _loader(label_set: str, suffixes: frozenset[str]) -> Callable[[Path, Problems], list[Sample]]:
    def load(root: Path, problems: Problems) -> list[Sample]:
        parts = _parts(root)
        if not parts:
            raise DataError(f"{root} has no Train/<Class>/; classes: {', '.join(_CLASSES)}.")
        samples = []
        for split, path in ((s, p) for s, part in parts.items() for p in sorted(part.glob("*/*"))):
            name, expression = path.relative_to(root).as_posix(), path.parent.name.lower()
            if ALIASES.get(expression) not in AFEW:
                problems.add("class not understood", name)
            elif path.suffix.lower() not in suffixes:
                problems.add("file of another kind", name)
            else:
                label = AFEW.index(ALIASES[expression])
                samples.append(
                    Sample(name=name, label=label, label_set=label_set, split=split, source=path)
                )
        return samples

    return load


def _reader(name: str, title: str, suffixes: frozenset[str], example: str) -> Reader:
    return Reader(
        name=name,
        title=title,
        label_set=name,
        layout=f"Train|Val/<Class>/{example}; classes: {', '.join(_CLASSES)}",
        recognises=lambda root: any(
            path.suffix.lower() in suffixes
            for part in _parts(root).values()
            for folder in sorted(part.iterdir())[:1]
            if folder.is_dir()
            for path in folder.iterdir()
        ),
        load=_loader(name, suffixes),
    )


SFEW_READER = _reader("sfew", "SFEW 2.0 (Dhall et al. 2011)", IMAGE_SUFFIXES, "*.png")
AFEW_READER = _reader("afew", "AFEW (Dhall et al. 2012)", VIDEO_SUFFIXES, "*.avi")
