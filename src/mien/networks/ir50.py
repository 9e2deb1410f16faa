"""IR-50, the residual backbone of ArcFace (Deng et al. 2019, arXiv:1801.07698, section 3.1).

A unit is batch norm, 3x3 convolution, PReLU, 3x3 convolution, batch norm, beside a shortcut
without activation after the sum; the first unit of a stage strides in its second convolution.

Shapes for a picture of side s, width w = 64::

    stem   (B, w, s, s)                 L3  (B, 4w, s/8, s/8)
    L1     (B, w, s/2, s/2)             L4  (B, 8w, s/16, s/16)
    L2     (B, 2w, s/4, s/4)

With the ``small`` stem stage 1 does not stride, so every map is twice as large: a picture of
56 px gives the maps that the published form gives for 112. The 512-d embedding layer of
face recognition is left out.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

from mien.errors import ModelError, choose_from

#: Units a stage: IR-50 of the paper; IR-18 as in InsightFace's ``iresnet18``, to train small.
UNITS: Final[dict[str, tuple[int, int, int, int]]] = {"ir50": (3, 4, 14, 3), "ir18": (2, 2, 2, 2)}
STEMS: Final = ("arcface", "small")


class Unit(nn.Module):
    """``(B, c, h, w)`` -> ``(B, d, h/stride, w/stride)``: residual(x) + shortcut(x).

    The shortcut takes every stride-th place where c = d, else a 1x1 convolution with
    batch norm.
    """

    def __init__(self, inward: int, outward: int, stride: int) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            nn.BatchNorm2d(inward),
            nn.Conv2d(inward, outward, 3, 1, 1, bias=False),
            nn.PReLU(outward),
            nn.Conv2d(outward, outward, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outward),
        )
        self.shortcut: nn.Module
        if inward == outward:
            self.shortcut = nn.MaxPool2d(1, stride) if stride > 1 else nn.Identity()
        else:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inward, outward, 1, stride, bias=False), nn.BatchNorm2d(outward)
            )

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.residual(x) + self.shortcut(x)
        return y


class IR(nn.Module):
    """The backbone; see the module's docstring.

    Args:
        name: a key of :data:`UNITS`.
        width: channels of stage 1; doubled at each of the next three.
        stem: ``arcface`` or ``small``.
        channels: of the picture.

    Raises:
        ModelError: a form that there is not.
    """

    def __init__(
        self, name: str = "ir50", width: int = 64, stem: str = "arcface", channels: int = 3
    ) -> None:
        super().__init__()
        if name not in UNITS:
            raise ModelError(choose_from("Backbone", name, UNITS))
        if stem not in STEMS:
            raise ModelError(choose_from("Stem", stem, STEMS))
        self.units = UNITS[name]
        self.widths = (width, 2 * width, 4 * width, 8 * width)
        self.stem = nn.Sequential(
            nn.Conv2d(channels, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.PReLU(width)
        )
        first = 1 if stem == "small" else 2
        inward, stages = width, []
        for outward, units, stride in zip(self.widths, self.units, (first, 2, 2, 2), strict=True):
            stages.append(_stage(inward, outward, units, stride))
            inward = outward
        self.stages = nn.ModuleList(stages)
        #: Side of the picture over the side of L4.
        self.reduction = first * 8
        self.apply(_initialise)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """L1 to L4 of a picture ``(B, channels, s, s)``."""
        y, maps = self.stem(x), []
        for stage in self.stages:
            y = stage(y)
            maps.append(y)
        return maps[0], maps[1], maps[2], maps[3]


def _stage(inward: int, outward: int, units: int, stride: int) -> nn.Sequential:
    first = Unit(inward, outward, stride)
    return nn.Sequential(first, *(Unit(outward, outward, 1) for _ in range(units - 1)))


def _initialise(module: nn.Module) -> None:
    """He et al. 2015 (arXiv:1502.01852, eq. 15) with PReLU's first slope of 0.25."""
    if isinstance(module, nn.Conv2d):
        with torch.no_grad():
            nn.init.kaiming_normal_(module.weight, a=0.25, mode="fan_out")
