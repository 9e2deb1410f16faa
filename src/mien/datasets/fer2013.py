"""FER2013 with the FER+ votes, from ``fer2013.zip`` (48x48 grey, 35,887 faces).

Protocols: FER2013 (Goodfellow et al. 2013) seven classes; FER+ (Barsoum et al.
2016): single votes are set to 0; *majority* keeps a picture whose largest class
is one of the eight emotions and has more than half of the remaining votes.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.labels import FER2013, FER2013_ALIASES, FERPLUS

_VOTES = (*FERPLUS, "unknown", "NF")
SPLITS = {"train": "Training", "validation": "PublicTest", "test": "PrivateTest"}


@dataclass(frozen=True)
class FER2013Data:
    """One split, whole in memory.

    Attributes:
        images: ``(N, 48, 48)`` uint8 grey.
        labels: ``(N,)`` int64, index into :data:`mien.labels.FER2013`.
        votes: ``(N, 10)`` float32, the eight FER+ emotions, *unknown*, *NF*.
        names: the pictures' names in the archive.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    votes: NDArray[np.float32]
    names: tuple[str, ...]

    @property
    def cleaned_votes(self) -> NDArray[np.float32]:
        """Votes with single ones removed, ``(N, 10)``."""
        return np.where(self.votes > 1, self.votes, 0).astype(np.float32)

    @property
    def is_face(self) -> NDArray[np.bool_]:
        """False where FER+ says "not a face" (their pixels are in arbitrary order)."""
        face: NDArray[np.bool_] = self.votes.argmax(1) != len(_VOTES) - 1
        return face

    def majority(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """FER+ majority labels ``(N,)`` and the mask of pictures that have one."""
        votes = self.cleaned_votes
        top = votes.argmax(1)
        keep = (top < 8) & (votes.max(1) > 0.5 * votes.sum(1))
        return top, keep

    def distribution(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Shares of the eight emotions ``(N, 8)`` and each picture's weight ``(N,)``:
        the share of its votes that names an emotion; 0 where none does."""
        votes = self.cleaned_votes
        emotion = votes[:, :8].sum(1)
        weight = emotion / np.maximum(votes.sum(1), 1)
        return votes[:, :8] / np.maximum(emotion, 1)[:, None], weight.astype(np.float32)


def read_fer2013(path: Path, split: str) -> FER2013Data:
    """Reads one split of the archive.

    Raises:
        ValueError: for an unknown split.
    """
    if split not in SPLITS:
        raise ValueError(f"split {split!r} is unknown; valid: {', '.join(SPLITS)}")
    with zipfile.ZipFile(path) as archive:
        rows = [
            row
            for row in csv.DictReader(io.TextIOWrapper(archive.open("labels.csv")))
            if row["usage"] == SPLITS[split]
        ]
        images = np.stack([_grey(archive, row["image"]) for row in rows])
    labels = np.array([FER2013.index(FER2013_ALIASES[r["emotion"]]) for r in rows])
    votes = np.array([[r[f"votes_{v}"] for v in _VOTES] for r in rows], dtype=np.float32)
    return FER2013Data(images, labels, votes, tuple(r["image"] for r in rows))


def _grey(archive: zipfile.ZipFile, name: str) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(archive.read(name))) as picture:
        return np.asarray(picture.convert("L"))
