"""FER2013 and FER+ in every form in which they go round, as samples.

FER2013 (Goodfellow et al. 2013): 35,887 faces of 48x48 px, seven classes; published figures
are accuracy on PrivateTest (here ``test``), PublicTest is ``validation``. FER+ (Barsoum et
al. 2016): the same faces with the votes of ten annotators over eight emotions.

FER2013 holds near-duplicates across its splits; ``mien data check`` counts them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.datasets.fer2013 import FER2013Data
from mien.datasets.fer2013_folder import folder_samples, recognises_folders
from mien.datasets.pixels import read_content
from mien.datasets.reader import SPLIT_NAMES, Problems, Reader
from mien.datasets.sample import Sample
from mien.errors import DataError
from mien.labels import FER2013, FER2013_ALIASES, FERPLUS

_SIDE_PX = 48
#: FER+'s columns in order; the last two are no emotions.
_VOTES = (*FERPLUS, "unknown", "NF")
_CSV_NAMES = ("fer2013.csv", "icml_face_data.csv")
_FERPLUS_CSV = "fer2013new.csv"
_BY_ORDER = (
    "rows are matched by their order, so both files must be whole and in the owners' order. "
    "Fetch both anew."
)
#: A row of FER+'s table: its split, and ``(10,)`` votes.
_Votes = tuple[str, NDArray[np.float32]]

_LAYOUT = (
    "fer2013.zip, or labels.csv beside images/; or fer2013.csv or icml_face_data.csv "
    "(emotion, pixels, Usage); or train|val|test/<class>/*.jpg, in test/ told apart by the "
    "names PublicTest_*.jpg and PrivateTest_*.jpg"
)


@dataclass(frozen=True)
class _Row:
    name: str
    usage: str
    emotion: int
    source: Path | NDArray[np.uint8]
    votes: NDArray[np.float32] | None = None
    order_known: bool = True


def _load_fer2013(root: Path, problems: Problems) -> list[Sample]:
    """Seven classes, every picture: the protocol of published figures.

    In ``fer2013.zip`` the 173 pictures that FER+ leaves unnamed ("not a face") are in
    arbitrary order, so their labels are chance: their weight is 0 (nothing is learned from
    them), while evaluation counts them as everyone does (15 of 3,589 in the test split).
    """
    if _labels_csv(root) is None and _plain_csv(root) is None:
        return folder_samples(root, problems)
    return [
        Sample(
            name=row.name,
            label=row.emotion,
            label_set="fer2013",
            split=SPLIT_NAMES[row.usage.lower()],
            source=row.source,
            weight=1.0 if row.order_known else 0.0,
        )
        for row in _rows(root, problems, with_votes=False)
    ]


def _load_ferplus(root: Path, problems: Problems) -> list[Sample]:
    """Eight classes, every picture, with the authors' two rules side by side.

    ``label`` is the majority (single votes set to 0; one of the eight emotions has more
    than half of the rest), -1 where there is none: evaluation takes the samples with
    ``label >= 0``, which is the protocol of published figures. ``votes`` are the shares of
    the eight emotions and ``weight`` the part of all votes that they are, 0 where no emotion
    got two votes: training learns from ``votes`` by ``weight``, without a majority too.
    ``extra["largest_vote"]`` is the label by the laxer rule (merely the largest class), -1
    where that is none of the eight; ``extra["fer2013"]`` is the label of FER2013.
    """
    rows = [row for row in _rows(root, problems, with_votes=True) if row.votes is not None]
    if not rows:
        raise DataError(
            f"{root} has no FER+ votes. Put {_FERPLUS_CSV} (github.com/microsoft/FERPlus) beside "
            f"{_CSV_NAMES[0]}, or read it as 'fer2013'."
        )
    votes = FER2013Data(
        images=np.empty((0, _SIDE_PX, _SIDE_PX), np.uint8),
        labels=np.array([row.emotion for row in rows]),
        votes=np.stack([row.votes for row in rows if row.votes is not None]),
        names=tuple(row.name for row in rows),
    )
    largest, has_majority = votes.majority()
    shares, weights = votes.distribution()
    return [
        Sample(
            name=row.name,
            label=int(largest[i]) if has_majority[i] else -1,
            label_set="ferplus",
            split=SPLIT_NAMES[row.usage.lower()],
            source=row.source,
            votes=shares[i],
            weight=float(weights[i]),
            extra={
                "largest_vote": float(largest[i]) if largest[i] < len(FERPLUS) else -1.0,
                "fer2013": float(row.emotion),
            },
        )
        for i, row in enumerate(rows)
    ]


def _rows(root: Path, problems: Problems, with_votes: bool) -> Iterator[_Row]:
    table = _labels_csv(root)
    if table is not None:
        yield from _archive_rows(table, problems)
    elif (plain := _plain_csv(root)) is not None:
        yield from _csv_rows(plain, problems, with_votes)


def _labels_csv(root: Path) -> Path | None:
    """``labels.csv`` in the archive, in the folder, or in the archive in the folder."""
    for place in (root, root / "fer2013.zip"):
        table = place / "labels.csv"
        if place.suffix.lower() == ".zip" and place.is_file():
            return table
        if table.is_file() and b"usage" in _first_line(table).lower():
            return table
    return None


def _first_line(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.readline()


def _csv_file(root: Path) -> Path | None:
    files = [root] if root.is_file() else [root / name for name in _CSV_NAMES]
    return next((f for f in files if f.name.lower() in _CSV_NAMES and f.is_file()), None)


def _plain_csv(root: Path) -> Path | None:
    """The owners' table, by its own name or, where it is named itself, by any."""
    return root if root.is_file() and root.suffix.lower() == ".csv" else _csv_file(root)


def _archive_rows(table: Path, problems: Problems) -> Iterator[_Row]:
    try:
        text = read_content(table).decode("utf-8-sig", errors="replace")
    except DataError as error:
        raise DataError(
            f"{table.parent} holds no labels.csv that can be read. Expected fer2013.zip, whole; "
            "unpack the archive of any other data set and name its folder."
        ) from error
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
        try:
            yield _Row(
                name=row["image"],
                usage=_usage(row["usage"]),
                emotion=FER2013.index(FER2013_ALIASES[row["emotion"]]),
                source=table.parent / row["image"],
                votes=_ten_votes([row[f"votes_{name}"] for name in _VOTES]),
                order_known=row["ferplus_name"] != "",
            )
        except (KeyError, ValueError, TypeError) as error:
            problems.add("row not understood", f"{table.name} line {number}: {error}")


def _csv_rows(path: Path, problems: Problems, with_votes: bool) -> Iterator[_Row]:
    csv.field_size_limit(1 << 20)
    votes = _votes_beside(path) if with_votes else None
    count = 0
    for count, row in enumerate(_table_rows(path), 1):
        try:
            usage = _usage(row["Usage"])
            given = _votes_of_row(votes, count, usage, path) if votes is not None else None
            pixels = np.array(row["pixels"].split(), dtype=np.int64)
            if len(pixels) != _SIDE_PX**2 or pixels.min() < 0 or pixels.max() > 255:
                raise ValueError(f"{len(pixels)} pixels, expected {_SIDE_PX**2} of 0 to 255")
            yield _Row(
                name=f"{count - 1:05d}",
                usage=usage,
                emotion=range(len(FER2013)).index(int(row["emotion"])),
                source=pixels.astype(np.uint8).reshape(_SIDE_PX, _SIDE_PX),
                votes=given,
            )
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            problems.add("row not understood", f"{path.name} line {count + 1}: {error}")
    if votes is not None and len(votes) != count:
        raise DataError(
            f"{_FERPLUS_CSV} has {len(votes):,} rows, {path.name} {count:,}; {_BY_ORDER}"
        )


def _table_rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield from csv.DictReader(file, skipinitialspace=True)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"{path} cannot be read as a table ({error}). Copy it anew from the data set."
        ) from error


def _votes_beside(path: Path) -> list[_Votes] | None:
    """FER+'s file has the rows of FER2013's in the same order; its image name is empty
    where it is not a face. None where there is no such file."""
    file = path.parent / _FERPLUS_CSV
    if not file.is_file():
        return None
    votes: list[_Votes] = []
    for number, row in enumerate(_table_rows(file), 2):
        try:
            votes.append((row["Usage"].strip(), _ten_votes([row[name] for name in _VOTES])))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise DataError(
                f"{file} line {number} is not FER+'s table ({error}). Expected the columns Usage, "
                f"Image name, {', '.join(_VOTES)}. Fetch it anew from github.com/microsoft/FERPlus."
            ) from error
    return votes


def _ten_votes(texts: Sequence[str]) -> NDArray[np.float32]:
    """Raises ValueError or TypeError where one is missing or no count."""
    votes = np.array([float(text) for text in texts], np.float32)
    if not (np.isfinite(votes) & (votes >= 0)).all():
        raise ValueError(f"votes {', '.join(texts)}; expected counts")
    return votes


def _votes_of_row(votes: list[_Votes], row: int, usage: str, path: Path) -> NDArray[np.float32]:
    """Of FER2013's row, counted from 1; zeros past the end, which is told there."""
    if row > len(votes):
        return np.zeros(len(_VOTES), np.float32)
    theirs, counts = votes[row - 1]
    if theirs.lower() != usage.lower():
        raise DataError(
            f"{_FERPLUS_CSV} says {theirs} in line {row + 1}, {path.name} {usage}; {_BY_ORDER}"
        )
    return counts


def _usage(text: str) -> str:
    usage = text.strip()
    if usage.lower() not in SPLIT_NAMES:
        raise ValueError(f"Usage {usage!r}; expected Training, PublicTest or PrivateTest")
    return usage


def _recognises_fer2013(root: Path) -> bool:
    if root.is_file():
        return root.suffix.lower() == ".zip" or root.name.lower() in _CSV_NAMES
    if _labels_csv(root) is not None or _csv_file(root) is not None:
        return True
    return recognises_folders(root)


def _recognises_ferplus(root: Path) -> bool:
    """Never before FER2013: both recognise the same roots, FER+ is asked for by name."""
    table = _csv_file(root)
    return _labels_csv(root) is not None or (
        table is not None and (table.parent / _FERPLUS_CSV).is_file()
    )


FER2013_READER = Reader(
    name="fer2013",
    title="FER2013 (Goodfellow et al. 2013)",
    label_set="fer2013",
    layout=_LAYOUT,
    recognises=_recognises_fer2013,
    load=_load_fer2013,
)

FERPLUS_READER = Reader(
    name="ferplus",
    title="FER+ (Barsoum et al. 2016)",
    label_set="ferplus",
    layout=f"fer2013.zip, or fer2013.csv with {_FERPLUS_CSV} beside it",
    recognises=_recognises_ferplus,
    load=_load_ferplus,
)
