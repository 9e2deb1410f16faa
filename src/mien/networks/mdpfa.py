"""Multi-scale dual-pooling feature aggregation (SFER-MDFAE, section 3.2).

    W_i = sigmoid(MLP(maxpool L_i) + MLP(avgpool L_i))      eq. 1, one shared MLP a level
    Q_i = L_i * W_i                                         eq. 2
    F_m = concat(mean of Q_1, ..., mean of Q_4)             eq. 3

The MLP is C -> C/16 -> ReLU -> C without biases, as in CBAM (Woo et al. 2018,
arXiv:1807.06521, section 3.1, reduction 16), from which eq. 1 is taken; the paper does not
print its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn

#: Of CBAM.
REDUCTION: Final = 16
#: Hidden units of the published form's narrowest level; with fewer, all can die in the ReLU.
LEAST: Final = 4


class ChannelAttention(nn.Module):
    """Eq. 1 and 2: ``(B, C, h, w)`` -> the same shape.

    Args:
        reduction: of the MLP; at least :data:`LEAST` hidden units are kept.
    """

    def __init__(self, channels: int, reduction: int = REDUCTION) -> None:
        super().__init__()
        hidden = max(LEAST, channels // reduction)
        self.mlp = nn.Sequential(
            nn.Linear(channels, hidden, bias=False),
            nn.ReLU(),
            nn.Linear(hidden, channels, bias=False),
        )

    def weights(self, x: Tensor) -> Tensor:
        """W of eq. 1, ``(B, C)`` in (0, 1)."""
        gate: Tensor = self.mlp(x.amax((2, 3))) + self.mlp(x.mean((2, 3)))
        return gate.sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weights(x)[:, :, None, None]


class MDPFA(nn.Module):
    """Levels ``(B, C_i, h_i, w_i)`` -> F_m ``(B, sum of C_i)``."""

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        self.attentions = nn.ModuleList(ChannelAttention(width) for width in widths)

    def selected(self, levels: Sequence[Tensor]) -> list[Tensor]:
        """Q_i of every level."""
        pairs = zip(self.attentions, levels, strict=True)
        return [attention(level) for attention, level in pairs]

    def forward(self, levels: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """F_m, and the Q_i for explanations."""
        chosen = self.selected(levels)
        return torch.cat([q.mean((2, 3)) for q in chosen], 1), chosen
