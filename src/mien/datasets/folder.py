"""Any ``train|val|test/<class>/`` tree of pictures or videos, such as classroom states."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mien.datasets.reader import (
    IMAGE_SUFFIXES,
    VIDEO_SUFFIXES,
    Problems,
    Reader,
    split_folders,
)
from mien.datasets.sample import Sample, Split
from mien.errors import DataError
from mien.labels import ALIASES, LABEL_SETS, OWN_CLASSES


def _load(root: Path, problems: Problems) -> list[Sample]:
    """The label set is the first known one with these very classes, else
    ``classes:<names in alphabetical order>``; so a class that no picture shows is lost
    unless its empty folder stands there.
    """
    folders = list(_class_folders(root, problems))
    names = sorted({folder.name for _, folder in folders})
    label_set, index = _label_set(names)
    samples = []
    for split, folder in folders:
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or path.name.startswith("."):
                continue
            if path.suffix.lower() not in IMAGE_SUFFIXES | VIDEO_SUFFIXES:
                problems.add("neither picture nor video", str(path.relative_to(root)))
                continue
            samples.append(
                Sample(
                    name=path.relative_to(root).as_posix(),
                    label=index[folder.name],
                    label_set=label_set,
                    split=split,
                    source=path,
                )
            )
    return samples


def _class_folders(root: Path, problems: Problems | None = None) -> Iterator[tuple[Split, Path]]:
    for split, place in split_folders(root, problems):
        for folder in sorted(place.iterdir()):
            if folder.name.startswith("."):
                continue
            if folder.is_dir():
                yield split, folder
            elif problems is not None:
                problems.add("in no class folder", folder.relative_to(root).as_posix())


def _label_set(names: list[str]) -> tuple[str, dict[str, int]]:
    """The set that has these folders' names as classes, and the place of each in it."""
    if any("," in name for name in names):
        raise DataError(f"A class folder has a comma in its name: {', '.join(names)}. Rename it.")
    spelt: dict[str, str] = {}
    for name in names:
        if (other := spelt.setdefault(" ".join(name.lower().split()), name)) != name:
            raise DataError(
                f"The class folders {other!r} and {name!r} differ in case or spaces alone, so each "
                "would be a class. Rename them to one name in every split."
            )
    for spelled in ({n: n.lower() for n in names}, {n: ALIASES.get(n.lower(), "") for n in names}):
        for label_set, classes in LABEL_SETS.items():
            if len(spelled) == len(classes) and set(spelled.values()) == set(classes):
                return label_set, {name: classes.index(spelled[name]) for name in names}
    return OWN_CLASSES + ",".join(names), {name: i for i, name in enumerate(names)}


FOLDER_READER = Reader(
    name="folder",
    title="folders of classes",
    label_set="",
    layout="train|val|test/<class>/*.jpg (or .png, .webp, .mp4, .avi ...)",
    recognises=lambda root: next(_class_folders(root), None) is not None,
    load=_load,
)
