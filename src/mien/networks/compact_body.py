"""The trunk of the bundled network as the backbone of published ones, to train them small.

Its weights need no fetching: they ship with the package (``--weights bundled``), or come from
any file that ``python -m mien.export.bundled`` wrote.

Shapes for a grey face of any size, width w = 48, side s = 56::

    standardised, resized (bicubic)   (B, 1, s, s)
    L1  stem                          (B, w, s/2, s/2)
    L2  stage 1                       (B, w, s/2, s/2)
    L3  stage 2                       (B, 2w, s/4, s/4)
    L4  stage 3                       (B, 4w, s/8, s/8)
"""

from __future__ import annotations

from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mien.errors import ModelError
from mien.networks.compact import CompactNet, standardised

#: Form of the network that ships, ``recipes/bundled-5.yaml``.
WIDTH: Final = 48
BLOCKS: Final = (2, 3, 3)
SIDE_PX: Final = 56


class CompactBody(nn.Module):
    """See the module's docstring.

    Args:
        width: channels of the first stage; the bundled weights fit 48 alone.
        channels: of the picture; 1.
        side_px: to which every picture is resized; a multiple of 8, 48 or more.

    Raises:
        ModelError: another number of channels, another side.
    """

    #: Side of the resized picture over the side of L4.
    reduction: Final = 8

    def __init__(self, width: int = WIDTH, channels: int = 1, side_px: int = SIDE_PX) -> None:
        super().__init__()
        if channels != 1:
            raise ModelError(
                f"The compact backbone reads grey pictures, not {channels} channels. "
                "Use --set switches.channels=1."
            )
        network = CompactNet(width, blocks=BLOCKS, side_px=side_px)
        self.side_px = side_px
        self.stem, self.stages = _parts(network)
        self.widths = (width, width, 2 * width, 4 * width)
        self.num_features = self.widths[-1]

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """L1 to L4 of a picture ``(B, 1, S, S)``."""
        x = standardised(x)
        if x.shape[2:] != (self.side_px, self.side_px):
            x = F.interpolate(x, (self.side_px, self.side_px), mode="bicubic")
        first = self.stem(x)
        second = self.stages[0](first)
        third = self.stages[1](second)
        return first, second, third, self.stages[2](third)

    def forward_features(self, x: Tensor) -> Tensor:
        """L4 alone."""
        return self.forward(x)[-1]

    @torch.no_grad()
    def take(self, network: CompactNet) -> int:
        """The weights of a trained trunk; answers how many tensors.

        Raises:
            ModelError: it has another form; nothing is changed.
        """
        own, given = (self.widths[0], BLOCKS), (network.width, network.blocks)
        if own != given:
            raise ModelError(
                f"A trunk of width {own[0]} and {own[1]} blocks cannot take the weights of one "
                f"of width {given[0]} and {given[1]} blocks. Use --set switches.width={given[0]}, "
                "or --weights scratch."
            )
        stem, stages = _parts(network)
        self.stem.load_state_dict(stem.state_dict())
        self.stages.load_state_dict(stages.state_dict())
        return len(stem.state_dict()) + len(stages.state_dict())


def _parts(network: CompactNet) -> tuple[nn.Sequential, nn.ModuleList]:
    """The stem, and the three stages."""
    layers = list(network.trunk)
    stages = [nn.Sequential(*(layers[place] for place in stage)) for stage in network.stages]
    return nn.Sequential(*layers[: network.stages[0].start]), nn.ModuleList(stages)
