"""The bundled network to go on from: a checkpoint of its training, or an exported file."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from mien.errors import ModelError
from mien.networks.compact import BLOCKS, INPUT_PX, CompactNet
from mien.training.warm_start import SETTLING, restore


def started_from(path: Path, images: Tensor) -> CompactNet:
    """The average of a ``best.pt``, or the network of an exported file.

    Args:
        images: ``(N, 1, 48, 48)`` uint8, training faces, for what an exported file leaves out.
    """
    if path.suffix == ".onnx":
        return restore(path, images[:SETTLING].float() / 255)
    return kept_in(path)


def kept_in(checkpoint: Path) -> CompactNet:
    """The averaged weights of a ``best.pt``.

    Raises:
        ModelError: there is none, or it is another file.
    """
    if not checkpoint.is_file():
        raise ModelError(
            f"There is no checkpoint {checkpoint}. 'make train-bundled' writes one; start may "
            "also be an exported .onnx file."
        )
    try:
        state = torch.load(checkpoint, weights_only=True)
        told = state["recipe"]
        network = CompactNet(
            told["width"],
            told["dropout"],
            blocks=told.get("blocks", BLOCKS),
            side_px=told.get("side_px", INPUT_PX),
        )
        network.load_state_dict(state["weights"])
    except Exception as error:  # whatever another file makes of it
        raise ModelError(
            f"{checkpoint} is not a best.pt of the bundled model's training "
            f"({type(error).__name__}). Name another file, or train it anew."
        ) from error
    return network
