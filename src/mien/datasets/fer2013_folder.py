"""FER2013 as a folder of pictures for every split and class.

In the form that goes round, ``train/`` holds Training and ``test/`` both PublicTest and
PrivateTest, told apart by the pictures' names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mien.datasets.reader import IMAGE_SUFFIXES, SPLIT_NAMES, Problems, split_folders
from mien.datasets.sample import Sample, Split
from mien.errors import DataError
from mien.labels import ALIASES, FER2013

#: How the challenge named its splits (Goodfellow et al. 2013), in lower case.
_OWNERS: Final = ("training", "publictest", "privatetest")


def recognises_folders(root: Path) -> bool:
    """Whether a picture is named as the owners' splits are and lies in a class of theirs."""
    named = (file for file in _files(root) if file.owners_split is not None)
    first = next(named, None)
    return first is not None and first.emotion is not None


def folder_samples(root: Path, problems: Problems) -> list[Sample]:
    """All pictures of class folders in folders that are named as a split.

    Raises:
        DataError: pictures lie in another split than their names tell.
    """
    samples, strangers = [], []
    for file in _files(root, problems):
        name = file.path.relative_to(root).as_posix()
        if file.path.suffix.lower() not in IMAGE_SUFFIXES:
            problems.add("no picture", name)
            continue
        if file.emotion not in FER2013:
            problems.add("class not of FER2013", name)
            continue
        split = file.owners_split or file.split
        if split != file.split and (split, file.split) != ("validation", "test"):
            strangers.append(name)
        samples.append(Sample(name, FER2013.index(file.emotion), "fer2013", split, file.path))
    if strangers:
        raise DataError(
            f"{len(strangers):,} pictures of {root} lie in another split than their names tell, "
            f"such as {strangers[0]}. Expected Training_* in train, PublicTest_* in val or test, "
            "PrivateTest_* in test. Move them, or split by the folders alone: --dataset folder."
        )
    return samples


@dataclass(frozen=True)
class _File:
    """Attributes:
    split: of the folder.
    emotion: of the folder in mien's words, None where it means nothing.
    """

    path: Path
    split: Split
    emotion: str | None

    @property
    def owners_split(self) -> Split | None:
        """That the name tells."""
        prefix = self.path.name.split("_")[0].lower()
        return SPLIT_NAMES[prefix] if prefix in _OWNERS else None


def _files(root: Path, problems: Problems | None = None) -> Iterator[_File]:
    """Those in class folders, hidden ones left out."""
    for split, place in split_folders(root, problems):
        for folder in sorted(place.iterdir()):
            if folder.is_dir():
                emotion = ALIASES.get(folder.name.lower())
                for path in sorted(folder.rglob("*")):
                    if path.is_file() and not path.name.startswith("."):
                        yield _File(path, split, emotion)
            elif problems is not None and not folder.name.startswith("."):
                problems.add("in no class folder", folder.relative_to(root).as_posix())
