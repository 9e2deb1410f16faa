"""DAiSEE (Gupta et al. 2016): 9,068 clips of 10 s of 112 learners at a screen; engagement,
boredom, confusion and frustration, each 0 (very low) to 3 (very high).

The class is engagement, by far the largest of them high and very high; the others are in
``extra``. Frames are whole: cut the faces first (docs/datasets.md).
"""

from __future__ import annotations

import csv
from pathlib import Path

from mien.datasets.reader import VIDEO_SUFFIXES, Problems, Reader
from mien.datasets.sample import Sample, Split
from mien.errors import DataError
from mien.labels import ENGAGEMENT_LEVELS

_SPLITS: tuple[tuple[str, Split], ...] = (
    ("Train", "train"),
    ("Validation", "validation"),
    ("Test", "test"),
)
_OTHERS = ("Boredom", "Confusion", "Frustration")


def _load(root: Path, problems: Problems) -> list[Sample]:
    if not (root / "DataSet").is_dir():
        raise DataError(f"{root} has no DataSet/ of DAiSEE.")
    samples = []
    for folder, split in _SPLITS:
        clips = {
            path.stem: path
            for path in sorted((root / "DataSet" / folder).glob("*/*/*"))
            if path.suffix.lower() in VIDEO_SUFFIXES
        }
        levels = _levels(root / "Labels" / f"{folder}Labels.csv", problems)
        for name in sorted(clips.keys() | levels.keys()):
            if name not in levels:
                problems.add("clip without a label", f"{folder}/{name}")
            elif name not in clips:
                problems.add("clip missing", f"{folder}/{name}")
            else:
                samples.append(_sample(root, clips[name], split, levels[name]))
    return samples


def _sample(root: Path, path: Path, split: Split, levels: dict[str, int]) -> Sample:
    return Sample(
        name=path.relative_to(root / "DataSet").as_posix(),
        label=levels["Engagement"],
        label_set="daisee",
        split=split,
        source=path,
        subject=path.parent.parent.name,
        extra={name.lower(): float(levels[name]) for name in _OTHERS if name in levels},
    )


def _levels(file: Path, problems: Problems) -> dict[str, dict[str, int]]:
    """Levels by the clip's name without its ending, which differs between table and file;
    the header of the owners ends with a space."""
    if not file.is_file():
        problems.add("table missing", file.name)
        return {}
    found = {}
    with file.open(newline="", encoding="utf-8-sig", errors="replace") as stream:
        for number, row in enumerate(csv.DictReader(stream), 2):
            cells = {(key or "").strip(): value for key, value in row.items()}
            try:
                levels = {n: int(cells[n]) for n in ("Engagement", *_OTHERS) if n in cells}
                if not 0 <= levels["Engagement"] < len(ENGAGEMENT_LEVELS):
                    raise ValueError
                found[Path(cells["ClipID"].strip()).stem] = levels
            except (KeyError, ValueError, TypeError, AttributeError):
                problems.add("row not understood", f"{file.name} line {number}")
    return found


DAISEE_READER = Reader(
    name="daisee",
    title="DAiSEE (Gupta et al. 2016)",
    label_set="daisee",
    layout="DataSet/Train|Validation|Test/<user>/<clip>/<clip>.avi and Labels/TrainLabels.csv ...",
    recognises=lambda root: (root / "DataSet").is_dir() and (root / "Labels").is_dir(),
    load=_load,
)
