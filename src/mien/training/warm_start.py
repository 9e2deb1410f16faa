"""The exported network taken back into training, so that a later stage can go on
from the file that ships, where the checkpoint that it came from is gone.

Export folds each batch normalisation into the convolution before it. The way back
keeps what the network computes: convolutions take the folded weights, and each
normalisation is set to undo its own statistics, which pictures supply.
"""

from __future__ import annotations

import re
from pathlib import Path

import onnx
import torch
from google.protobuf.message import DecodeError
from onnx import numpy_helper
from torch import Tensor, nn

from mien.errors import ModelError
from mien.networks.compact import BLOCKS, INPUT_PX, CompactNet, Residual

#: Pictures that give a folded normalisation its statistics back; a thousand settle
#: a mean over 36 or more places each to under one percent.
SETTLING = 1024
#: Side of a kernel that holds a pool, see ``mien.export.bundled.with_folded_pools``.
_POOLED = 2


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


def _graph(path: Path) -> onnx.GraphProto:
    try:
        graph = onnx.load(path).graph
    except (OSError, DecodeError) as error:
        raise _another(path) from error
    if not graph.node:  # an empty file is an empty model
        raise _another(path)
    return graph


def _folded(
    graph: onnx.GraphProto, path: Path
) -> tuple[list[tuple[Tensor, Tensor]], dict[str, Tensor]]:
    """Weight and bias of every convolution in the order in which they run, and all named
    values. Raises ModelError for a file of another kind."""
    values = {
        # A file that also tells covered faces holds the network one level deeper.
        tensor.name.removesuffix("_16").removeprefix("network."): torch.from_numpy(
            numpy_helper.to_array(tensor).copy()
        ).float()
        for tensor in graph.initializer
    }
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in values:
            values[node.output[0]] = _dequantised(*(values[name] for name in node.input))
    # Quantising reorders the graph; by name (part, then first, second, shortcut) they stand
    # as they run.
    convolutions = sorted((n for n in graph.node if n.op_type == "Conv"), key=_place)
    if not all(name in values for n in convolutions for name in n.input[1:3]):
        raise _another(path)
    return [(_unfolded(values[n.input[1]]), values[n.input[2]]) for n in convolutions], values


def _unfolded(weight: Tensor) -> Tensor:
    """Of a shortcut: an average over 2x2 places was taken into the convolution of 1x1."""
    return weight.sum((2, 3), keepdim=True) if weight.shape[-1] == _POOLED else weight


def _another(path: Path) -> ModelError:
    return ModelError(
        f"{path} does not hold a compact network. "
        "Name one that 'python -m mien.export.bundled' wrote."
    )


def _place(node: onnx.NodeProto) -> tuple[int, str]:
    """``/trunk/trunk.10/second/second.0/Conv`` stands at 10, second."""
    found = re.search(r"trunk\.(\d+)/(\w+)", node.name)
    return (int(found[1]), found[2]) if found else (-1, node.name)


def _side_px(graph: onnx.GraphProto) -> int:
    """To which the picture is enlarged: rows of the matrix that does it, where there is one."""
    known = {i.name: list(i.dims) for i in graph.initializer}
    constants = (n for n in graph.node if n.op_type == "Constant")
    known |= {n.output[0]: list(n.attribute[0].t.dims) for n in constants}
    matrices = [known.get(n.input[0]) for n in graph.node if n.op_type == "MatMul"]
    return next((shape[0] for shape in matrices if shape), INPUT_PX)


def _dequantised(whole: Tensor, step: Tensor, zero: Tensor) -> Tensor:
    """Values of a file in 8 bits; ``step`` and ``zero`` are one, or one an output channel."""
    shape = (-1, *[1] * (whole.ndim - 1)) if step.ndim else ()
    return (whole - zero.reshape(shape)) * step.reshape(shape)


def _form(folded: list[tuple[Tensor, Tensor]]) -> tuple[int, tuple[int, ...]]:
    """Channels of the first stage, and blocks of each."""
    width = len(folded[1][0])
    # Past the stem, blocks have two convolutions of 3x3, and shortcuts one of 1x1.
    wide = [len(weight) for weight, _ in folded[2:] if weight.shape[-1] > 1]
    return width, tuple(wide.count(width * 2**stage) // 2 for stage in range(len(BLOCKS)))


@torch.no_grad()
def restore(path: Path, images: Tensor) -> CompactNet:
    """The network that ``path`` holds, with live normalisations.

    Args:
        path: a file that ``mien.export.bundled`` wrote.
        images: ``(N, 1, 48, 48)`` in [0, 1], some hundred of the training pictures.

    Raises:
        ModelError: the file holds another network.
    """
    graph = _graph(path)
    folded, values = _folded(graph, path)
    width, blocks = _form(folded)
    network = CompactNet(width, 0.0, blocks=blocks, side_px=_side_px(graph))
    pairs = _pairs(network)
    shapes = [tuple(weight.shape) for weight, _ in folded]
    if shapes != [tuple(convolution.weight.shape) for convolution, _ in pairs]:
        raise _another(path)
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
