"""One labelled face picture or clip, whatever data set it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Split = Literal["train", "validation", "test"]


@dataclass(frozen=True, eq=False)
class Sample:
    """Attributes:
    name: unique in the data set, stable over runs (a relative path, an image number).
    label: index into ``labels_of(label_set)``; -1 where the owners give none.
    label_set: a key of ``LABEL_SETS`` (``"fer2013"``, ``"ferplus"``, ...).
    split: as the owners split it; folds are made by ``datasets.folds``.
    source: where the pixels are: a picture file, a video file, the frames of a clip in
        order, or the pixels themselves ``(H, W)`` or ``(H, W, 3)`` uint8.
    subject: who is seen, where known, so that folds keep people apart.
    landmarks_px: ``(n, 2)`` float32 in pixels of the picture, where given.
    votes: shares of the annotators over the label set, summing to 1, where given.
    weight: of the sample in the loss, in [0, 1].
    """

    name: str
    label: int
    label_set: str
    split: Split
    source: Path | tuple[Path, ...] | NDArray[np.uint8]
    subject: str | None = None
    landmarks_px: NDArray[np.float32] | None = None
    votes: NDArray[np.float32] | None = None
    weight: float = 1.0
    extra: dict[str, float] = field(default_factory=dict)
