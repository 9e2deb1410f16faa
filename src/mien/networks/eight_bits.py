"""Arithmetic in 8 bits as training feels it, so that a network learns to bear it.

Jacob et al. 2018 (arXiv:1712.05877), section 3: in the forward pass values are rounded as
the exported file rounds them (:mod:`mien.export.quantisation`); gradients pass as if they
were not (straight through: Bengio et al. 2013, arXiv:1308.3432), but for values that the
range cuts off, which have none.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

#: Steps to either side of zero that a weight has: 7 of 8 bits, as in the exported file.
WEIGHT_STEPS: Final = 64
#: Steps over an activation's range: 8 bits.
ACTIVATION_STEPS: Final = 255
#: Guards the division where all values are one.
_EPSILON: Final = 1e-8


def _straight_through(exact: Tensor, rounded: Tensor) -> Tensor:
    return exact + (rounded - exact).detach()


def rounded_weight(weight: Tensor) -> Tensor:
    """``(out, in, k, k)``, each output channel on its own grid, symmetric about zero."""
    step = weight.detach().abs().amax((1, 2, 3), keepdim=True) / WEIGHT_STEPS + _EPSILON
    return _straight_through(weight, (weight / step).round() * step)


def rounded_activation(x: Tensor) -> Tensor:
    """``(B, C, H, W)`` on one grid that holds zero exactly.

    The grid spans from the mean of the pictures' least values to that of their greatest:
    a single outlier of a batch would make it coarse for all, and the file clips such too.
    """
    x = x.float()
    seen = x.detach()
    low = seen.amin((1, 2, 3)).mean().clamp_max(0)
    high = seen.amax((1, 2, 3)).mean().clamp_min(0)
    step = (high - low) / ACTIVATION_STEPS + _EPSILON
    zero = (-low / step).round()
    rounded = ((x / step).round() + zero).clamp(0, ACTIVATION_STEPS).sub(zero) * step
    inside = (x >= -zero * step) & (x <= (ACTIVATION_STEPS - zero) * step)
    return _straight_through(torch.where(inside, x, x.detach()), rounded)


class Rounded(nn.Module):
    """Rounds what passes while ``eight_bits`` is set; holds no weights."""

    eight_bits = False

    def forward(self, x: Tensor) -> Tensor:
        return rounded_activation(x) if self.eight_bits else x


class Convolution(nn.Conv2d):
    """A convolution whose input and weights are rounded while ``eight_bits`` is set."""

    eight_bits = False

    def forward(self, input: Tensor) -> Tensor:
        if not self.eight_bits:
            return super().forward(input)
        weight = rounded_weight(self.weight)
        out: Tensor = self._conv_forward(rounded_activation(input), weight, self.bias)
        return out


def calculate_in_eight_bits(network: nn.Module, left_out: tuple[nn.Module, ...] = ()) -> None:
    """Sets ``eight_bits`` in every part of ``network`` that has it, but for ``left_out``."""
    for part in network.modules():
        if isinstance(part, Rounded | Convolution) and not any(part is other for other in left_out):
            part.eight_bits = True
