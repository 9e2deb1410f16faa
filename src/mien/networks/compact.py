"""The bundled expression network: a small two-headed residual network of our own.

Residual blocks after He et al. 2016 (arXiv:1512.03385) with squeeze-and-excitation
(Hu et al. 2018, arXiv:1709.01507) at the end of each stage. Dense 3x3 convolutions
only: on CPUs they reach the arithmetic peak, depth-wise ones do not.

Shapes: grey face ``(B, 1, 48, 48)`` in [0, 1] -> FER+ logits ``(B, 8)`` and
FER2013 logits ``(B, 7)``. Each picture is standardised inside the network, so
brightness and contrast of the camera drop out and no caller can forget it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

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
        return x * gate[:, :, None, None]


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


class CompactNet(nn.Module):
    """Trunk 48-96-192 with two linear heads; see the module's docstring.

    Args:
        width: channels of the first stage; doubled at each of the next two.
        dropout: probability before the heads.
    """

    def __init__(self, width: int = 48, dropout: float = 0.3) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            _conv(1, 32),
            nn.ReLU(),
            _conv(32, width, 2),
            nn.ReLU(),
            Residual(width, width, 1, excite=True),
            Residual(width, width * 2, 2, excite=False),
            Residual(width * 2, width * 2, 1, excite=True),
            Residual(width * 2, width * 4, 2, excite=False),
            Residual(width * 4, width * 4, 1, excite=True),
        )
        self.dropout = nn.Dropout(dropout)
        self.ferplus = nn.Linear(width * 4, len(FERPLUS))
        self.fer2013 = nn.Linear(width * 4, len(FER2013))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        y = self.trunk(standardised(x))
        y = self.dropout(y.mean((2, 3)))
        return self.ferplus(y), self.fer2013(y)
