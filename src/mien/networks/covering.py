"""Is the face covered? A linear answer from the expression network's own stages.

A hand, a mask or a book over the face leaves the mesh as sure as before, but it is
plain in what the network's early stages see, so their pooled maps answer at no
cost. The expression heads stay what they were.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mien.networks.compact import CompactNet


class CoveringNet(nn.Module):
    """The bundled network with a third answer.

    Shapes: grey face ``(B, 1, 48, 48)`` in [0, 1] -> FER+ logits ``(B, 8)``, FER2013
    logits ``(B, 7)``, probability ``(B, 1)`` that at least three tenths of the face
    are covered.
    """

    def __init__(self, network: CompactNet) -> None:
        super().__init__()
        self.network = network
        width = network.width
        # Mean and maximum of the first two stages, mean of the last.
        self.covered = nn.Linear(2 * width + 4 * width + 4 * width, 1)

    def stages(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Pooled maps of all stages ``(B, 10 width)`` and of the last ``(B, 4 width)``."""
        y, pooled = self.network.seen(x), []
        ends = [stage[-1] for stage in self.network.stages]
        for index, part in enumerate(self.network.trunk):
            y = part(y)
            if index in ends[:-1]:
                pooled += [y.mean((2, 3)), y.amax((2, 3))]
        last = y.mean((2, 3))
        return torch.cat([*pooled, last], 1), last

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        pooled, last = self.stages(x)
        y = self.network.dropout(last)
        return self.network.ferplus(y), self.network.fer2013(y), self.covered(pooled).sigmoid()
