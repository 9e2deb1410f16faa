"""AffectNet (Mollahosseini et al. 2017): 287,651 training and 3,999 validation faces with
eight expressions, valence and arousal; without contempt 283,901 and 3,500.

The owners' test split is not given out: published figures are on ``validation``.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.datasets.reader import IMAGE_SUFFIXES, Problems, Reader
from mien.datasets.sample import Sample, Split
from mien.errors import DataError
from mien.labels import labels_of

#: Folders of the distribution.
_SPLITS: tuple[tuple[str, Split], ...] = (
    ("train_set", "train"),
    ("train", "train"),
    ("val_set", "validation"),
    ("val", "validation"),
    ("validation", "validation"),
)
#: Written where the annotators gave no valence and arousal.
_NO_VALUE = -2.0


def _parts(root: Path) -> Iterator[tuple[Split, Path]]:
    found = [(split, root / name) for name, split in _SPLITS if (root / name).is_dir()]
    for split, part in found or [("train", root)]:
        if (part / "annotations").is_dir() and (part / "images").is_dir():
            yield split, part


def _loader(label_set: str) -> Callable[[Path, Problems], list[Sample]]:
    def load(root: Path, problems: Problems) -> list[Sample]:
        parts = list(_parts(root))
        if not parts:
            raise DataError(f"{root} has no annotations/ beside images/ of AffectNet.")
        return [s for split, part in parts for s in _read(part, split, label_set, problems)]

    return load


def _read(part: Path, split: Split, label_set: str, problems: Problems) -> Iterator[Sample]:
    classes = len(labels_of(label_set))
    annotations = {path.name for path in (part / "annotations").iterdir()}
    pictures = [p for p in (part / "images").iterdir() if p.suffix.lower() in IMAGE_SUFFIXES]
    stems = {picture.stem for picture in pictures}
    for name in sorted(annotations):
        if name.endswith("_exp.npy") and name.removesuffix("_exp.npy") not in stems:
            problems.add("picture missing", f"{part.name}/{name}")
    for picture in sorted(pictures, key=_number):
        if f"{picture.stem}_exp.npy" not in annotations:
            problems.add("annotation missing", f"{part.name}/{picture.name}")
            continue
        try:
            label = int(_value(part, picture.stem, "exp"))
            if not 0 <= label <= 7:
                raise ValueError(f"expression {label}; expected 0 to 7")
            if label < classes:  # contempt is no class of the set of seven
                yield _sample(part, picture, split, label, label_set, annotations)
        except (OSError, EOFError, ValueError, IndexError) as error:
            problems.add("annotation not understood", f"{part.name}/{picture.stem}: {error}")


def _sample(
    part: Path, picture: Path, split: Split, label: int, label_set: str, there: set[str]
) -> Sample:
    extra = {}
    for short, name in (("val", "valence"), ("aro", "arousal")):
        if f"{picture.stem}_{short}.npy" in there:
            value = _value(part, picture.stem, short)
            if value != _NO_VALUE:
                extra[name] = value
    landmarks = None
    if f"{picture.stem}_lnd.npy" in there:
        landmarks = _array(part, picture.stem, "lnd").reshape(-1, 2).astype(np.float32)
    return Sample(
        name=f"{part.name}/{picture.name}",
        label=label,
        label_set=label_set,
        split=split,
        source=picture,
        landmarks_px=landmarks,
        extra=extra,
    )


def _array(part: Path, stem: str, short: str) -> NDArray[np.float64]:
    """Most files hold numbers, some their text."""
    content = (part / "annotations" / f"{stem}_{short}.npy").read_bytes()
    return np.asarray(np.load(io.BytesIO(content), allow_pickle=False), np.float64)


def _value(part: Path, stem: str, short: str) -> float:
    return float(_array(part, stem, short).reshape(-1)[0])


def _number(path: Path) -> tuple[int, str]:
    return int(path.stem) if path.stem.isdigit() else 0, path.stem


def _reader(name: str, title: str) -> Reader:
    return Reader(
        name=name,
        title=title,
        label_set=name,
        layout=(
            "train_set|val_set/images/7.jpg and annotations/7_exp.npy, 7_val.npy, 7_aro.npy, "
            "7_lnd.npy (68 points)"
        ),
        recognises=lambda root: any(
            next((p / "annotations").glob("*_exp.npy"), None) for _, p in _parts(root)
        ),
        load=_loader(name),
    )


AFFECTNET7_READER = _reader("affectnet7", "AffectNet, 7 classes (Mollahosseini et al. 2017)")
AFFECTNET8_READER = _reader("affectnet8", "AffectNet, 8 classes (Mollahosseini et al. 2017)")
