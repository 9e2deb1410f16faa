"""RAF-DB (Li et al. 2017): faces from the internet, about 40 annotators each; the basic set
of 7 classes (12,271 / 3,068) and the compound set of 11 (3,162 / 792).

The owners make no validation split; published figures are on ``test``. Take one from
``train`` with :func:`mien.datasets.folds.with_validation`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mien.datasets.reader import SPLIT_NAMES, Problems, Reader
from mien.datasets.sample import Sample
from mien.errors import DataError
from mien.labels import labels_of

#: The owners' spelling, and the right one that some copies have.
_LISTS = ("list_patition_label.txt", "list_partition_label.txt")
#: Lines of ``Annotation/manual/*_manu_attri.txt`` after five points; numbers as the owners'.
_ATTRIBUTES = ("gender", "race", "age")


def _list_file(part: Path) -> Path | None:
    files = (part / "EmoLabel" / name for name in _LISTS)
    return next((file for file in files if file.is_file()), None)


def _part(root: Path, name: str) -> Path | None:
    """The folder of the basic or the compound set: below the root, or the root itself."""
    if _list_file(root / name) is not None:
        return root / name
    return root if root.name.lower() == name and _list_file(root) is not None else None


def _loader(folder: str, label_set: str) -> Callable[[Path, Problems], list[Sample]]:
    def load(root: Path, problems: Problems) -> list[Sample]:
        part = _part(root, folder)
        if part is None:
            raise DataError(f"{root} has no {folder}/EmoLabel/{_LISTS[0]} of RAF-DB.")
        return _read(part, label_set, problems)

    return load


def _read(part: Path, label_set: str, problems: Problems) -> list[Sample]:
    """Labels count from 1; pictures are those that the owners aligned (100 px)."""
    file = _list_file(part)
    pictures = part / "Image" / "aligned"
    there = {path.name for path in pictures.iterdir()} if pictures.is_dir() else set()
    samples = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if file else ():
        if not line.strip():
            continue
        name, _, number = line.strip().partition(" ")
        stem = Path(name).stem
        split = SPLIT_NAMES.get(stem.split("_")[0].lower())
        label = int(number) - 1 if number.strip().isdigit() else -1
        if split is None or not 0 <= label < len(labels_of(label_set)):
            problems.add("row not understood", line.strip())
            continue
        picture = f"{stem}_aligned{Path(name).suffix}"
        if picture not in there:
            problems.add("picture missing", picture)
            continue
        samples.append(
            Sample(
                name=name,
                label=label,
                label_set=label_set,
                split=split,
                source=pictures / picture,
                extra=_attributes(part / "Annotation" / "manual" / f"{stem}_manu_attri.txt"),
            )
        )
    return samples


def _attributes(file: Path) -> dict[str, float]:
    if not file.is_file():
        return {}
    values = file.read_text(encoding="utf-8", errors="replace").split()[-len(_ATTRIBUTES) :]
    if len(values) < len(_ATTRIBUTES) or not all(value.isdigit() for value in values):
        return {}
    return {name: float(value) for name, value in zip(_ATTRIBUTES, values, strict=True)}


def _reader(name: str, folder: str, title: str) -> Reader:
    return Reader(
        name=name,
        title=title,
        label_set=name,
        layout=(
            f"{folder}/EmoLabel/{_LISTS[0]} (train_00001.jpg 5) and "
            f"{folder}/Image/aligned/train_00001_aligned.jpg"
        ),
        recognises=lambda root: _part(root, folder) is not None,
        load=_loader(folder, name),
    )


RAFDB_READER = _reader("rafdb", "basic", "RAF-DB, basic (Li et al. 2017)")
RAFDB_COMPOUND_READER = _reader("rafdb-compound", "compound", "RAF-DB, compound (Li et al. 2017)")
