"""The exported network taken back into training, so that a later stage can go on
from the file that ships, where the checkpoint that it came from is gone.

Export folds each batch normalisation into the convolution before it. The way back
keeps what the network computes: convolutions take the folded weights, and each
normalisation is set to undo its own statistics, which pictures supply.
"""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from mien.errors import ModelError
from mien.networks.compact import CompactNet, Residual


def _pairs(network: CompactNet) -> list[tuple[nn.Conv2d, nn.BatchNorm2d]]:
    """Each convolution with its normalisation, in the order in which they run."""
    found: list[nn.Module] = []
    for part in network.trunk:
        if isinstance(part, Residual):
            found += [part.first, part.second, part.shortcut]
        else:
            found.append(part)
    pairs = []
    for part in found:
        layers = list(part.children())
        convolution = [layer for layer in layers if isinstance(layer, nn.Conv2d)]
        norm = [layer for layer in layers if isinstance(layer, nn.BatchNorm2d)]
        pairs += list(zip(convolution, norm, strict=True))
    return pairs


def _folded(model: onnx.ModelProto) -> tuple[list[tuple[Tensor, Tensor]], dict[str, Tensor]]:
    """Weight and bias of every convolution in graph order, and all named values."""
    values = {
        # A file that also tells covered faces holds the network one level deeper.
        tensor.name.removesuffix("_16").removeprefix("network."): torch.from_numpy(
            numpy_helper.to_array(tensor).copy()
        ).float()
        for tensor in model.graph.initializer
    }
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    return [(values[n.input[1]], values[n.input[2]]) for n in convolutions], values


def width_of(path: Path) -> int:
    """Channels of the first stage of the network that ``path`` holds."""
    folded, _ = _folded(onnx.load(path))
    return len(folded[1][0])


@torch.no_grad()
def restore(path: Path, width: int, images: Tensor) -> CompactNet:
    """The network that ``path`` holds, with live normalisations.

    Args:
        path: a file that ``mien.export.bundled`` wrote.
        width: of its first stage, channels.
        images: ``(N, 1, 48, 48)`` in [0, 1], some hundred of the training pictures.

    Raises:
        ModelError: the file is not a network of this width.
    """
    network = CompactNet(width, 0.0)
    pairs = _pairs(network)
    folded, values = _folded(onnx.load(path))
    shapes = [tuple(weight.shape) for weight, _ in folded]
    if shapes != [tuple(convolution.weight.shape) for convolution, _ in pairs]:
        raise ModelError(
            f"{path} does not hold a compact network of width {width}. "
            "Name the width that it was trained with in the recipe."
        )
    for name, parameter in network.named_parameters():
        if name in values:
            parameter.copy_(values[name])
    for (convolution, norm), (weight, bias) in zip(pairs, folded, strict=True):
        convolution.weight.copy_(weight)
        norm.bias.copy_(bias)
    _settle(network, pairs, images)
    return network


def _settle(
    network: CompactNet, pairs: list[tuple[nn.Conv2d, nn.BatchNorm2d]], images: Tensor
) -> None:
    """Gives each normalisation the statistics of ``images`` and undoes them by its gain."""
    seen: dict[nn.Module, Tensor] = {}
    for _, norm in pairs:
        norm.running_var.fill_(1 - norm.eps)  # type: ignore[union-attr]
    handles = [
        convolution.register_forward_hook(lambda _m, _i, out, norm=norm: seen.update({norm: out}))
        for convolution, norm in pairs
    ]
    network.eval()(images)
    for handle in handles:
        handle.remove()
    for _, norm in pairs:
        out = seen[norm]
        mean, variance = out.mean((0, 2, 3)), out.var((0, 2, 3))
        norm.running_mean.copy_(mean)  # type: ignore[union-attr]
        norm.running_var.copy_(variance)  # type: ignore[union-attr]
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.bias.add_(mean)
