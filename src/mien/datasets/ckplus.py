"""CK+ (Lucey et al. 2010): posed sequences from neutral to the peak of an expression, 327 of
593 with an emotion, 118 subjects.

As is custom, the last three frames of a sequence carry its emotion and the first one is
neutral. There is no split: everything is ``train``, and figures are over subject-disjoint
folds of 5, 8 or 10 (:mod:`mien.datasets.folds`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.datasets.reader import IMAGE_SUFFIXES, Problems, Reader
from mien.datasets.sample import Sample
from mien.errors import DataError
from mien.labels import CKPLUS

_IMAGES = "cohn-kanade-images"
#: Frames at the end of a sequence that show its emotion.
_PEAK_FRAMES = 3


def _load(root: Path, problems: Problems) -> list[Sample]:
    if not (root / _IMAGES).is_dir():
        raise DataError(f"{root} has no {_IMAGES}/ of CK+.")
    return [
        sample
        for subject in sorted((root / _IMAGES).iterdir())
        if subject.is_dir()
        for sequence in sorted(subject.iterdir())
        if sequence.is_dir()
        for sample in _sequence(root, sequence, problems)
    ]


def _sequence(root: Path, folder: Path, problems: Problems) -> Iterator[Sample]:
    """Neutral and peak frames of one sequence; none where the owners give no emotion."""
    place = f"{folder.parent.name}/{folder.name}"
    frames = sorted(p for p in folder.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES)
    files = sorted((root / "Emotion" / place).glob("*_emotion.txt"))
    if not files:
        problems.add("sequence without an emotion", place)
        return
    text = files[0].read_text(encoding="utf-8", errors="replace").strip()
    try:
        label = int(float(text))
        if not 1 <= label < len(CKPLUS):
            raise ValueError
    except ValueError:
        problems.add("emotion not understood", f"{files[0].name}: {text!r}, expected 1 to 7")
        return
    if len(frames) < 2:
        problems.add("sequence too short", f"{place}: {len(frames)} frames")
        return
    neutral = CKPLUS.index("neutral")
    peaks = frames[1:][-_PEAK_FRAMES:]
    for frame, shown in [(frames[0], neutral), *((peak, label) for peak in peaks)]:
        yield Sample(
            name=f"{place}/{frame.name}",
            label=shown,
            label_set="ckplus",
            split="train",
            source=frame,
            subject=folder.parent.name,
            landmarks_px=_landmarks(root / "Landmarks" / place, frame, problems),
        )


def _landmarks(folder: Path, frame: Path, problems: Problems) -> NDArray[np.float32] | None:
    """The 68 points of an active appearance model, where they are."""
    file = folder / f"{frame.stem}_landmarks.txt"
    if not file.is_file():
        return None
    try:
        return np.array(file.read_text(encoding="utf-8").split(), np.float32).reshape(-1, 2)
    except ValueError:
        problems.add("landmarks not understood", file.name)
        return None


CKPLUS_READER = Reader(
    name="ckplus",
    title="CK+ (Lucey et al. 2010)",
    label_set="ckplus",
    layout=(
        f"{_IMAGES}/S005/001/S005_001_00000011.png, "
        "Emotion/S005/001/S005_001_00000011_emotion.txt, Landmarks/ likewise"
    ),
    recognises=lambda root: (root / _IMAGES).is_dir() and (root / "Emotion").is_dir(),
    load=_load,
)
