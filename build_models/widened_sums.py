"""Sums in which PAD has widened one side by channels of zeros.

A channel of zeros adds nothing. So the convolution on the other side is cut in two: its first
channels take the narrower tensor, the others stay as they are, and both are joined. ONNX
Runtime's blocked layout then holds through the sum; with Pad each map is unpacked and packed
again, a sixteenth of the mesh's time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from build_models.tflite_graph import Graph, Operator

#: Channels of a block in that layout, at the most (8 or 16).
BLOCK: Final = 16


@dataclass(frozen=True)
class WidenedSum:
    """Tensor numbers of a sum's two sides and of the tensor that was widened.

    Attributes:
        convolution: of as many channels as the sum.
        padded: the other side.
        narrow: what ``padded`` was made of.
        channels: of ``narrow``.
    """

    convolution: int
    padded: int
    narrow: int
    channels: int


def widened_sums(graph: Graph) -> dict[int, WidenedSum]:
    """All such sums by the number of their output, where both sides serve nothing else and
    whole blocks stay whole."""
    makers = {number: o for o in graph.operators for number in o.outputs}
    uses = Counter(number for o in graph.operators for number in o.inputs)
    uses.update(graph.outputs)
    found = {}
    for add in graph.operators:
        if add.kind != "ADD":
            continue
        for one, other in (add.inputs, add.inputs[::-1]):
            pad, convolution = makers.get(one), makers.get(other)
            if pad is None or convolution is None or uses[one] > 1 or uses[other] > 1:
                continue
            if convolution.kind == "CONV_2D" and _widens(graph, pad):
                narrow = pad.inputs[0]
                channels = graph.shapes[narrow][3]
                found[add.outputs[0]] = WidenedSum(other, one, narrow, channels)
    return found


def _widens(graph: Graph, operator: Operator) -> bool:
    """Whether it does nothing but add whole blocks of channels at the end."""
    if operator.kind != "PAD":
        return False
    amounts = graph.constants[operator.inputs[1]].tolist()  # (before, after) of N, H, W, C
    more = amounts[3][1]
    amounts[3][1] = 0
    sizes = (more, graph.shapes[operator.inputs[0]][3])
    return not any(map(any, amounts)) and all(n and n % BLOCK == 0 for n in sizes)
