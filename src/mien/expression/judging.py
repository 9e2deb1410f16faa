"""Logits of an exported model over many crops: for calibration and evaluation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.weights.session import open_session

#: Pictures a call; larger batches gain nothing on a CPU.
_BATCH = 256


def logits_of(
    model: Path, crops: NDArray[Any], *, flip: bool = False, threads: int = 1
) -> dict[str, NDArray[np.float64]]:
    """Outputs ``ferplus`` ``(N, 8)``, ``fer2013`` ``(N, 7)`` and, where the file has it,
    ``covered`` ``(N, 1)``, a probability.

    Args:
        crops: ``(N, 48, 48)`` in [0, 1].
        flip: mean of the logits of each crop and its mirror image.
    """
    session = open_session(model, threads)
    names = [output.name for output in session.get_outputs()]
    parts: dict[str, list[NDArray[np.float64]]] = {name: [] for name in names}
    for start in range(0, len(crops), _BATCH):
        batch = np.ascontiguousarray(crops[start : start + _BATCH, None], np.float32)
        views = [batch, np.ascontiguousarray(batch[..., ::-1])] if flip else [batch]
        runs = [session.run(names, {"image": view}) for view in views]
        for index, name in enumerate(names):
            parts[name].append(np.mean([run[index] for run in runs], axis=0, dtype=np.float64))
    return {name: np.concatenate(values) for name, values in parts.items()}
