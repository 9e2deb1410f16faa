"""The bundled expression network: a small two-headed residual network of our own.

Residual blocks after He et al. 2016 (arXiv:1512.03385) with squeeze-and-excitation
(Hu et al. 2018, arXiv:1709.01507) in those that keep their shape. Dense 3x3 convolutions
only: on CPUs they reach the arithmetic peak, depth-wise ones do not.

Shapes: grey face ``(B, 1, 48, 48)`` in [0, 1] -> FER+ logits ``(B, 8)`` and
FER2013 logits ``(B, 7)``. Each picture is standardised inside the network, so
brightness and contrast of the camera drop out and no caller can forget it; it may be
enlarged there, so that the first layers see more places of the same face.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mien.errors import ModelError
from mien.labels import FER2013, FERPLUS

#: Side of the input, pixels: FER2013's own size.
INPUT_PX = 48
#: Guards the division for a picture of one grey value.
_EPSILON = 1e-3


def standardised(x: Tensor) -> Tensor:
    """Each picture of ``(B, 1, H, W)`` with mean 0 and deviation 1."""
    mean = x.mean((2, 3), keepdim=True)
    spread = ((x - mean) ** 2).mean((2, 3), keepdim=True).sqrt()
    return (x - mean) / (spread + _EPSILON)


def enlargement(side_px: int) -> Tensor:
    """Bicubic weights ``(side, 48)`` from the pixels of a row to those of a longer one."""
    unit = torch.eye(INPUT_PX)[:, None, None]
    rows = F.interpolate(unit, (1, side_px), mode="bicubic", align_corners=False)
    return rows[:, 0, 0].T.contiguous()


def _conv(cin: int, cout: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(cin, cout, 3, stride, 1, bias=False), nn.BatchNorm2d(cout))


class SqueezeExcitation(nn.Module):
    """Channel gate: sigmoid(W2 relu(W1 mean(x))) * x; shape kept."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.down = nn.Linear(channels, channels // 8)
        self.up = nn.Linear(channels // 8, channels)

    def forward(self, x: Tensor) -> Tensor:
        gate: Tensor = self.up(torch.relu(self.down(x.mean((2, 3))))).sigmoid()
        # One reshape; indexing by None is two steps of an exported graph.
        return x * gate.reshape(-1, self.up.out_features, 1, 1)


class Residual(nn.Module):
    """Two 3x3 convolutions and a shortcut (average-pooled where it strides)."""

    def __init__(self, cin: int, cout: int, stride: int, excite: bool) -> None:
        super().__init__()
        self.first = _conv(cin, cout, stride)
        self.second = _conv(cout, cout)
        self.excite = SqueezeExcitation(cout) if excite else nn.Identity()
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            pool = nn.AvgPool2d(stride) if stride != 1 else nn.Identity()
            project = nn.Conv2d(cin, cout, 1, bias=False)
            self.shortcut = nn.Sequential(pool, project, nn.BatchNorm2d(cout))

    def forward(self, x: Tensor) -> Tensor:
        y = self.excite(self.second(torch.relu(self.first(x))))
        return torch.relu(y + self.shortcut(x))


#: Residual blocks of each stage of the smallest form.
BLOCKS = (1, 2, 2)
_STEM_PARTS = 4


def _stage(cin: int, cout: int, stride: int, blocks: int) -> list[nn.Module]:
    """Blocks that keep the shape end in squeeze-and-excitation."""
    first = Residual(cin, cout, stride, excite=(cin, stride) == (cout, 1))
    return [first, *(Residual(cout, cout, 1, excite=True) for _ in range(blocks - 1))]


class CompactNet(nn.Module):
    """Trunk of three stages with two linear heads; see the module's docstring.

    Args:
        width: channels of the first stage; doubled at each of the next two.
        dropout: probability before the heads.
        blocks: of each stage, one or more.
        side_px: to which a picture is enlarged first; a multiple of 8, 48 or more.
    """

    grow: Tensor

    def __init__(
        self,
        width: int = 48,
        dropout: float = 0.3,
        *,
        blocks: Sequence[int] = BLOCKS,
        side_px: int = INPUT_PX,
    ) -> None:
        super().__init__()
        if side_px < INPUT_PX or side_px % 8:
            raise ModelError(f"side_px is a multiple of 8 from {INPUT_PX} on, not {side_px}.")
        self.width, self.blocks, self.side_px = width, tuple(blocks), side_px
        # Products of matrices instead of a resize: every runtime calculates them alike.
        self.register_buffer("grow", enlargement(side_px), persistent=False)
        self.trunk = nn.Sequential(
            _conv(1, 32),
            nn.ReLU(),
            _conv(32, width, 2),
            nn.ReLU(),
            *_stage(width, width, 1, blocks[0]),
            *_stage(width, width * 2, 2, blocks[1]),
            *_stage(width * 2, width * 4, 2, blocks[2]),
        )
        self.dropout = nn.Dropout(dropout)
        self.ferplus = nn.Linear(width * 4, len(FERPLUS))
        self.fer2013 = nn.Linear(width * 4, len(FER2013))

    @property
    def stages(self) -> list[range]:
        """Places in the trunk of each stage's blocks."""
        ends = [_STEM_PARTS + n for n in accumulate(self.blocks)]
        return [range(end - count, end) for end, count in zip(ends, self.blocks, strict=True)]

    def seen(self, x: Tensor) -> Tensor:
        """What the trunk is given of ``(B, 1, 48, 48)``: ``(B, 1, side_px, side_px)``."""
        x = standardised(x)
        return x if self.side_px == INPUT_PX else self.grow @ x @ self.grow.T

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        y = self.trunk(self.seen(x))
        y = self.dropout(y.mean((2, 3)))
        return self.ferplus(y), self.fer2013(y)


@torch.no_grad()
def deepened(network: CompactNet, deeper: CompactNet) -> CompactNet:
    """``deeper`` with the weights of ``network``, answering as it does.

    Its further blocks, at the end of each stage, begin silent: the gain of their last
    normalisation is 0 (deeper by the identity: Chen et al. 2016, arXiv:1511.05641).

    Raises:
        ModelError: ``deeper`` has other channels, or a stage with fewer blocks.
    """
    fewer = any(a < b for a, b in zip(deeper.blocks, network.blocks, strict=True))
    if fewer or deeper.width != network.width:
        raise ModelError(
            f"A network of width {network.width} and {network.blocks} blocks can grow in blocks "
            f"alone; the recipe says width {deeper.width} and {deeper.blocks}. Change it, or start."
        )
    for place in range(_STEM_PARTS):
        deeper.trunk[place].load_state_dict(network.trunk[place].state_dict())
    for old, new in zip(network.stages, deeper.stages, strict=True):
        for place, there in zip(old, new, strict=False):
            deeper.trunk[there].load_state_dict(network.trunk[place].state_dict())
        for there in new[len(old) :]:
            deeper.trunk[there].get_parameter("second.1.weight").zero_()
    deeper.ferplus.load_state_dict(network.ferplus.state_dict())
    deeper.fer2013.load_state_dict(network.fer2013.state_dict())
    return deeper
