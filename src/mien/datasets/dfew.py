"""DFEW (Jiang et al. 2020): clips of films, 7 emotions, five folds made by the owners.

Each clip is read once. ``extra["fold"]`` (1 to 5) is the fold whose test set holds it, 0 where
no list says so; :func:`mien.datasets.folds.folds_of` obeys it. ``split`` is that of fold 1.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from mien.datasets.folds import OWNERS_FOLD
from mien.datasets.reader import IMAGE_SUFFIXES, VIDEO_SUFFIXES, Problems, Reader
from mien.datasets.sample import Sample
from mien.errors import DataError
from mien.labels import DFEW

#: Both names of the owners: ``single_testset_1.csv`` and ``test(single-labeled)/set_1.csv``.
_TABLE = re.compile(r"single_(train|test)set_(\d)|(train|test)\(single-labeled\)/set_(\d)")
#: Where the frames lie, best first: all frames cut to faces, 16 of them, whole videos.
_CLIPS = (
    "data",
    "Clip/clip_224x224",
    "clip_224x224",
    "Clip/clip_224x224_16f",
    "clip_224x224_16f",
    "Clip/original",
    "original",
)


def _tables(root: Path) -> Iterator[tuple[str, int, Path]]:
    """``(train or test, fold, file)``."""
    for path in sorted(root.rglob("*set_?.csv")):
        match = _TABLE.fullmatch(f"{path.stem}") or _TABLE.fullmatch(
            f"{path.parent.name}/{path.stem}"
        )
        if match:
            yield match[1] or match[3], int(match[2] or match[4]), path


def _load(root: Path, problems: Problems) -> list[Sample]:
    clips = _clips(root)
    labels: dict[int, int] = {}
    fold_of: dict[int, int] = {}
    in_training: set[int] = set()
    for part, fold, table in _tables(root):
        for number, label in _rows(table, problems):
            if labels.setdefault(number, label) != label:
                problems.add("labels disagree between folds", f"{table.name}: clip {number}")
            if part == "test":
                fold_of[number] = fold
            elif fold == 1:
                in_training.add(number)
    samples = []
    for number in sorted(labels):
        source = _source(clips.get(number))
        if source is None:
            problems.add("clip missing", f"{number:05d}")
            continue
        first = fold_of.get(number) == 1 and number not in in_training
        samples.append(
            Sample(
                name=f"{number:05d}",
                label=labels[number],
                label_set="dfew",
                split="test" if first else "train",
                source=source,
                extra={OWNERS_FOLD: float(fold_of.get(number, 0))},
            )
        )
    return samples


def _rows(table: Path, problems: Problems) -> Iterator[tuple[int, int]]:
    """Clip number and label from 0; the owners count labels from 1."""
    with table.open(newline="", encoding="utf-8-sig") as file:
        for i, row in enumerate(csv.reader(file)):
            try:
                number, label = int(Path(row[0]).stem), int(row[1]) - 1
                if not 0 <= label < len(DFEW):
                    raise ValueError
                yield number, label
            except (ValueError, IndexError):
                if i > 0:  # the first line is a header
                    problems.add("row not understood", f"{table.name} line {i + 1}: {row}")


def _clips(root: Path) -> dict[int, Path]:
    for place in _CLIPS:
        for base in (root / place, root.parent / place):
            if base.is_dir():
                return {int(p.stem): p for p in base.iterdir() if p.stem.isdigit()}
    raise DataError(f"{root} has no clips of DFEW. Expected one of: {', '.join(_CLIPS)}.")


def _source(place: Path | None) -> Path | tuple[Path, ...] | None:
    if place is None or not place.is_dir():
        video = place is not None and place.suffix.lower() in VIDEO_SUFFIXES
        return place if video else None
    frames = sorted(p for p in place.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES)
    return tuple(frames) or None


DFEW_READER = Reader(
    name="dfew",
    title="DFEW (Jiang et al. 2020)",
    label_set="dfew",
    layout=(
        "single_trainset_1.csv, single_testset_1.csv ... (clip, label from 1) or "
        "EmoLabel_DataSplit/train(single-labeled)/set_1.csv; frames data/00001/*.jpg or "
        "Clip/clip_224x224/00001/*.jpg"
    ),
    recognises=lambda root: root.is_dir() and next(_tables(root), None) is not None,
    load=_load,
)
