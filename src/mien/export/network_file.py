"""A trained network as an ONNX graph that takes pixels in [0, 1] and answers logits."""

from __future__ import annotations

import io
import warnings
from dataclasses import replace
from typing import Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mien.errors import ModelError
from mien.network_input import NetworkInput
from mien.networks.checkpoint import TrainedNetwork
from mien.weights.runtime import onnxruntime

Feed = dict[str, NDArray[np.float32]]

OUTPUT: Final = "logits"
#: Largest difference between torch's logits and the file's, as a share of the largest logit
#: where that is above 1: float32 sums in another order.
PARITY: Final = 1e-3
_OPSET: Final = 18
#: Sizes of the batches on which both are compared; the file must take any.
_BATCHES: Final = (1, 3)


class Deployed(nn.Module):
    """Normalisation and network as one; landmarks that no training picture had are left out
    of the inputs: the network is told that none is known.
    """

    def __init__(self, trained: TrainedNetwork, with_landmarks: bool) -> None:
        super().__init__()
        shape = trained.input
        self.network = trained.network()
        self.unknown = 0 if with_landmarks else shape.landmarks
        places = (1, shape.channels, *(1 for _ in shape.shape[1:]))
        self.register_buffer("mean", torch.tensor(shape.mean).view(places))
        self.register_buffer("deviation", torch.tensor(shape.deviation).view(places))

    def forward(self, image: Tensor, landmarks: Tensor | None = None) -> Tensor:
        """``(B, C, …, S, S)`` in [0, 1] -> ``(B, K)``."""
        ready = (image - self.mean) / self.deviation  # type: ignore[operator]
        if self.unknown:
            # Made of the picture, so that the batch stays free in the file.
            nothing = image.flatten(1)[:, :1, None] * 0 - 1
            landmarks = nothing.expand(-1, self.unknown, 2)
        given = (ready,) if landmarks is None else (ready, landmarks)
        logits: Tensor = self.network(*given).logits
        return logits


def file_input(trained: TrainedNetwork, with_landmarks: bool) -> NetworkInput:
    """What the file takes: as the network, but not normalised."""
    shape = trained.input
    return replace(
        shape,
        mean=(0.0,) * shape.channels,
        deviation=(1.0,) * shape.channels,
        landmarks=shape.landmarks if with_landmarks else 0,
    )


def to_onnx(deployed: Deployed, shape: NetworkInput) -> onnx.ModelProto:
    """The graph with inputs ``image`` (and ``landmarks``) and output ``logits``, any batch."""
    given = noise(shape, 2)
    buffer = io.BytesIO()
    names = list(given)
    with warnings.catch_warnings():
        # Tracing is meant: no network branches on its pictures. The exporter by graph
        # capture takes twenty times as long for the same answers.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            deployed.eval(),
            tuple(torch.from_numpy(value) for value in given.values()),
            buffer,  # type: ignore[arg-type]  # a stream is taken; the stub says a path
            input_names=names,
            output_names=[OUTPUT],
            dynamic_axes={name: {0: "batch"} for name in (*names, OUTPUT)},
            opset_version=_OPSET,
            dynamo=False,
        )
    return onnx.load_from_string(buffer.getvalue())


def noise(shape: NetworkInput, batch: int, seed: int = 0) -> Feed:
    """Inputs of the right form."""
    draws = np.random.default_rng(seed)
    feed = {"image": draws.random((batch, *shape.shape), np.float32)}
    if shape.landmarks:
        feed["landmarks"] = draws.random((batch, shape.landmarks, 2), np.float32)
    return feed


def session_of(model: onnx.ModelProto, threads: int = 1) -> onnxruntime.InferenceSession:
    """Of a graph in memory."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def check_parity(deployed: Deployed, model: onnx.ModelProto, shape: NetworkInput) -> float:
    """The largest difference, as :data:`PARITY` measures it.

    Raises:
        ModelError: it is too large; the file would say other things than the network.
    """
    session = session_of(model)
    worst = 0.0
    for batch in _BATCHES:
        feed = noise(shape, batch, seed=batch)
        with torch.no_grad():
            expected = deployed(*(torch.from_numpy(v) for v in feed.values())).numpy()
        (answer,) = session.run([OUTPUT], feed)
        scale = max(1.0, float(np.abs(expected).max()))
        # Unlike max(), this keeps an answer that is no number.
        worst = float(np.maximum(worst, np.abs(answer - expected).max() / scale))
    if not worst <= PARITY:
        raise ModelError(
            f"The exported file differs from the network by {worst:.2g}, more than {PARITY:g}. "
            "It was not written."
        )
    return worst
