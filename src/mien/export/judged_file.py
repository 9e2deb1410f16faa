"""What an exported file says of a data set, how large and how fast it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray

from mien.as_trained import faces_as_trained
from mien.datasets.sample import Sample
from mien.export.network_file import OUTPUT, Feed, noise, session_of
from mien.metrics.intervals import wilson
from mien.network_input import NetworkInput
from mien.networks.checkpoint import TrainedNetwork

#: Pictures a call; clips are sixteen times as large.
_BATCH: Final = 32
_CLIP_BATCH: Final = 4
#: Calls that are timed after one that is not; the median is told.
_TIMED: Final = 15

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FileFigures:
    """Attributes:
    bytes: of the file.
    ms_a_face: of one picture or clip on one core, the median of several.
    accuracy: share of ``count`` samples that it says rightly, with Wilson's 95 %
        interval; None where nothing was judged.
    """

    bytes: int
    ms_a_face: float
    accuracy: float | None = None
    low: float | None = None
    high: float | None = None
    count: int = 0


class Feeds:
    """Samples as an exported file takes them, pixels in [0, 1].

    Args:
        shape: of the file.
    """

    def __init__(
        self, trained: TrainedNetwork, samples: Sequence[Sample], shape: NetworkInput
    ) -> None:
        plain = replace(trained.input, mean=shape.mean, deviation=shape.deviation)
        self._faces = faces_as_trained(replace(trained, input=plain), samples)
        self._with_landmarks = shape.landmarks > 0
        self.batch = _CLIP_BATCH if shape.frames else _BATCH

    def __len__(self) -> int:
        return -(-len(self._faces) // self.batch)

    def __iter__(self) -> Iterator[Feed]:
        return (self._batch_from(start) for start in range(0, len(self._faces), self.batch))

    def _batch_from(self, start: int) -> Feed:
        places = range(start, min(start + self.batch, len(self._faces)))
        items = [self._faces[place] for place in places]
        feed = {"image": np.stack([item["image"].numpy() for item in items])}
        if self._with_landmarks:
            feed["landmarks"] = np.stack([item["landmarks"].numpy() for item in items])
        return feed


def logits_of(model: onnx.ModelProto, feeds: Feeds, progress: Progress) -> NDArray[np.float64]:
    """``(N, K)``."""
    session = session_of(model)
    parts = []
    for number, feed in enumerate(feeds, 1):
        parts.append(np.asarray(session.run([OUTPUT], feed)[0], np.float64))
        progress(number, len(feeds))
    return np.concatenate(parts)


def figures_of(
    model: onnx.ModelProto,
    shape: NetworkInput,
    logits: NDArray[np.float64] | None,
    truth: NDArray[np.int64] | None,
) -> FileFigures:
    """Size and speed, and accuracy where there are logits."""
    size, speed = len(model.SerializeToString()), ms_a_face(model, shape)
    if logits is None or truth is None:
        return FileFigures(size, speed)
    right = int((logits.argmax(1) == truth).sum())
    low, high = wilson(right, len(truth))
    return FileFigures(size, speed, right / len(truth), low, high, len(truth))


def ms_a_face(model: onnx.ModelProto, shape: NetworkInput) -> float:
    """Milliseconds of one picture or clip on one core."""
    session, feed = session_of(model), noise(shape, 1)
    spent = []
    for _ in range(_TIMED + 1):
        start = time.perf_counter()
        session.run([OUTPUT], feed)
        spent.append(time.perf_counter() - start)
    return float(np.median(spent[1:]) * 1000)
