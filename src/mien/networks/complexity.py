"""Parameters and multiply-adds of a network.

Counted on torch's meta device: shapes are computed, numbers are not, so a network of
any size takes seconds. A multiply-add of a convolution, a matrix product or an attention
counts one; sums, norms and activations count none, as in the papers' tools.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from mien.network_input import NetworkInput
from mien.networks.table import System


@dataclass(frozen=True)
class Complexity:
    """Attributes:
    parameters: that training changes.
    multiply_adds: of one input.
    """

    parameters: int
    multiply_adds: int


def complexity_of(network: nn.Module, shape: NetworkInput) -> Complexity:
    """Of a network on any device, its meta device included, for one input.

    Args:
        network: put in evaluation mode by this call.
        shape: one picture or clip, with landmarks where it has them.
    """
    place = next(network.parameters()).device
    inputs = [torch.zeros(1, *shape.shape, device=place)]
    if shape.landmarks:
        inputs.append(torch.zeros(1, shape.landmarks, 2, device=place))
    network.eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(*inputs)
    # The counter takes a multiplication and an addition as two.
    return Complexity(
        sum(p.numel() for p in network.parameters() if p.requires_grad),
        counter.get_total_flops() // 2,
    )


def system_complexity(
    system: System, classes: int = 7, switches: Mapping[str, Any] | None = None
) -> Complexity:
    """Of a system in its published form, or with some switches changed."""
    with torch.device("meta"):
        network = system.build(classes, **(switches or {}))
    return complexity_of(network, system.input)
