"""R(2+1)D, the backbone of the video network (Tran et al. 2018, arXiv:1711.11248), of
torchvision's parts, in any width and depth.

Every 3-D convolution is a spatial one (1x3x3) to M channels, batch norm, ReLU, and a temporal
one (3x1x1). Layers are named as torchvision names them, so that at full size the state of its
``r2plus1d_18`` fits without its ``fc``.

Shapes of a clip of T frames and side s, width w = 64::

    stem    (B, w, T, s/2, s/2)          layer3  (B, 4w, T/4, s/8, s/8)
    layer1  (B, w, T, s/2, s/2)          layer4  (B, 8w, T/8, s/16, s/16)
    layer2  (B, 2w, T/2, s/4, s/4)

``middle`` is the rule for M, which keeps the parameters of a full 3-D convolution,
M = 27 c d / (9 c + 3 d) from c to d channels: ``original`` reckons it for each convolution, as
the authors' code does; ``torchvision`` (and its Kinetics-400 weights) once a block, so blocks
that widen have fewer in their second convolution.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from torch import Tensor, nn
from torchvision.models.video.resnet import BasicBlock, Conv2Plus1D

from mien.errors import ModelError, choose_from

#: Blocks a stage: the published 18 layers, or half of the blocks to train small.
UNITS: Final[dict[str, tuple[int, int, int, int]]] = {
    "r2plus1d_18": (2, 2, 2, 2),
    "r2plus1d_10": (1, 1, 1, 1),
}
MIDDLES: Final = ("torchvision", "original")
#: Channels between the stem's two convolutions at width 64 (authors' code and torchvision).
STEM_MIDDLE: Final = 45


class R2Plus1D(nn.Module):
    """See the module's docstring: ``(B, channels, T, s, s)`` -> ``(B, 8w, T/8, s/16, s/16)``.

    Raises:
        ModelError: a form that there is not.
    """

    def __init__(
        self,
        name: str = "r2plus1d_18",
        width: int = 64,
        middle: str = "torchvision",
        channels: int = 3,
    ) -> None:
        super().__init__()
        if name not in UNITS:
            raise ModelError(choose_from("Backbone", name, UNITS))
        if middle not in MIDDLES:
            raise ModelError(choose_from("Middle", middle, MIDDLES))
        self.num_features = 8 * width
        self.stem = _stem(channels, width)
        inward = width
        for stage, blocks in enumerate(UNITS[name]):
            outward = width * 2**stage
            layer = _stage(inward, outward, blocks, 2 if stage else 1, middle == "original")
            self.add_module(f"layer{stage + 1}", layer)
            inward = outward
        self.apply(_initialise)

    def forward(self, x: Tensor) -> Tensor:
        for part in self.children():
            x = part(x)
        return x


def load_kinetics(backbone: R2Plus1D, state: Mapping[str, Tensor]) -> None:
    """Fills a backbone of full size from the state of torchvision's ``r2plus1d_18``
    (``R2Plus1D_18_Weights.KINETICS400_V1``).

    Raises:
        ModelError: the state does not fit; nothing is changed.
    """
    wanted = {k: tuple(v.shape) for k, v in backbone.state_dict().items()}
    found = {k: tuple(v.shape) for k, v in state.items() if not k.startswith("fc.")}
    if wanted != found:
        odd = sorted(k for k in wanted.keys() | found.keys() if wanted.get(k) != found.get(k))
        raise ModelError(
            f"The weights do not fit: {odd[0]} is {found.get(odd[0], 'absent')} in the file and "
            f"{wanted.get(odd[0], 'absent')} here. They need backbone=r2plus1d_18, width=64, "
            "middle=torchvision, channels=3."
        )
    backbone.load_state_dict({k: state[k] for k in wanted})


def _stem(channels: int, width: int) -> nn.Sequential:
    middle = -(-STEM_MIDDLE * width // 64)
    return nn.Sequential(
        nn.Conv3d(channels, middle, (1, 7, 7), (1, 2, 2), (0, 3, 3), bias=False),
        nn.BatchNorm3d(middle),
        nn.ReLU(inplace=True),
        nn.Conv3d(middle, width, (3, 1, 1), padding=(1, 0, 0), bias=False),
        nn.BatchNorm3d(width),
        nn.ReLU(inplace=True),
    )


def _stage(inward: int, outward: int, blocks: int, stride: int, original: bool) -> nn.Sequential:
    builder = _conv_of_its_own_middle if original else Conv2Plus1D
    shortcut = None
    if stride != 1 or inward != outward:
        shortcut = nn.Sequential(
            nn.Conv3d(inward, outward, 1, stride, bias=False), nn.BatchNorm3d(outward)
        )
    first = BasicBlock(inward, outward, builder, stride, shortcut)
    return nn.Sequential(first, *(BasicBlock(outward, outward, builder) for _ in range(blocks - 1)))


def _conv_of_its_own_middle(inward: int, outward: int, _: int, stride: int = 1) -> Conv2Plus1D:
    middle = 27 * inward * outward // (9 * inward + 3 * outward)
    return Conv2Plus1D(inward, outward, middle, stride)


def _initialise(module: Any) -> None:
    """As torchvision does."""
    if isinstance(module, nn.Conv3d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
