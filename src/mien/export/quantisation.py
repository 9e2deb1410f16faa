"""Convolutions in 8 bits: a third of the time on processors that multiply bytes (AVX-512
VNNI), and half the file.

Static quantisation after training (Jacob et al. 2018, arXiv:1712.05877): weights a
channel, activations a tensor, both from what the network answers to real faces. A ReLU
that follows a convolution becomes the lower end of its range, so no step of the range is
spent on values that it would cut off. All else (standardisation, squeeze-and-excitation,
sums, heads) stays in 32-bit floats.
"""

from __future__ import annotations

import io
import logging
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray

import mien.weights.runtime  # noqa: F401  # first: it keeps the library silent

# isort: split
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

#: Faces from which the ranges are taken: 512 and 1,024 gave the same accuracy.
FACES: Final = 512
#: Share of the activations that the range must hold, per cent; the rest is clipped. On
#: FER2013's PublicTest the bundled model is as often right with 99.97 to 99.999; the wider the
#: range, the coarser its steps, and the further apart Python and browser: by up to 0.008 with
#: 99.99, 0.013 with 99.999 (docs/experiment-log.md).
PERCENTILE: Final = 99.99
_BATCH: Final = 32
#: Batches whose activations are held at once before they are counted.
_KEPT_BATCHES: Final = 2


Feed = dict[str, NDArray[np.float32]]


class _Feeds(CalibrationDataReader):  # type: ignore[misc]  # has no types
    """Hands out inputs, a batch at a time."""

    def __init__(self, feeds: Iterable[Feed]) -> None:
        self._feeds: Iterator[Feed] = iter(feeds)

    def get_next(self) -> Feed | None:
        return next(self._feeds, None)


def crop_feeds(crops: NDArray[np.float32]) -> Iterator[Feed]:
    """Grey faces ``(N, 48, 48)`` in [0, 1], a batch at a time."""
    return (
        {"image": crops[start : start + _BATCH, None]} for start in range(0, len(crops), _BATCH)
    )


@contextmanager
def quiet() -> Iterator[None]:
    """The tool prints its steps, and logs advice that was followed or does not apply."""
    logging.disable(logging.WARNING)
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        logging.disable(logging.NOTSET)


def left_in_floats(model: onnx.ModelProto) -> list[str]:
    """Names of the first convolution, and of every ReLU that follows anything but another
    convolution."""
    nodes = model.graph.node
    first, *later = (n for n in nodes if n.op_type == "Conv")
    taken = {n.output[0] for n in later}
    others = [n.name for n in nodes if n.op_type == "Relu" and n.input[0] not in taken]
    return [first.name, *others]


def quantised(model: onnx.ModelProto, feeds: Iterable[Feed]) -> onnx.ModelProto:
    """The model with its convolutions, and the ReLUs after them, in 8 bits, but for the
    first: it sees the picture itself, and costs little.

    Weights take 7 of the 8 bits: with 8, processors without VNNI add products in 16 bits
    that overflow, and the same file would answer otherwise there.

    Args:
        feeds: faces of the training split as the model takes them, in batches.
    """
    own = onnx.ModelProto()
    own.CopyFrom(model)  # the tool moves the weights of what it is given into files
    with tempfile.TemporaryDirectory() as folder, quiet():
        path = Path(folder) / "quantised.onnx"
        quantize_static(
            own,
            path,
            _Feeds(feeds),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv", "Relu"],
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=left_in_floats(model),
            calibrate_method=CalibrationMethod.Percentile,
            extra_options={
                "CalibPercentile": PERCENTILE,
                "CalibMaxIntermediateOutputs": _KEPT_BATCHES,
            },
        )
        return onnx.load(path)
