"""R(2+1)D with spatio-temporal attention, for clips of one face.

R. Singh et al., "Facial Expression Recognition in Video Using 3D-CNN Deep Features
Discrimination". Shapes of the published form (16 frames of 112 px, K classes)::

    clip                                       (B, 3, 16, 112, 112)
    f      R(2+1)D-18                          (B, 512, 2, 7, 7)
    s(f)   attention over the 49 places of each frame            eq. 1
    d(f)   attention over the frames at each place               eq. 2
    p(f) = f + gamma (s(f) + d(f))             (B, 512, 2, 7, 7) eq. 3, gamma learned from 0
    features: FC(mean of p over time and place) (B, 256)
    logits: FC                                 (B, K)

Each attention is V softmax(Q K^T), without a divisor, as printed; Q, K and V are 1x1x1
convolutions to an eighth of the channels, and a fourth one leads back to all of them.

Read into the paper, which is vague there:

- The sparse centre loss has 256 weights, one a feature, but the pooled map has 512 channels: a
  linear layer to 256 stands between. Classification reads the same 256 (DACL's way, Farzaneh
  and Qi 2021): read from the 512, nothing would keep the loss from shrinking the 256 to 0.
- Printed multiply-adds are 38.66 G; ours are 40.55 G, of which torchvision's R(2+1)D-18 alone
  is 40.52, so no head could give the printed figure. With the middle channels of the
  backbone's authors (``middle="original"``) they are 41.52e9 = 38.67 x 2^30: the printed
  figure, if it counts in 2^30. The default is torchvision's form nevertheless, because its
  Kinetics-400 weights are the ones that can be had.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import torch
from torch import Tensor, nn

from mien.errors import ModelError
from mien.networks.output import NetworkOutput
from mien.networks.r2plus1d import R2Plus1D, load_kinetics

#: torchvision's name of the backbone and of the weights that fit it.
BACKBONE: Final = "r2plus1d_18"
#: Of the channels in Q, K and V (section 3.1).
COMPRESSION: Final = 8
#: Weights of the sparse centre loss (section 3.2), hence features.
FEATURES: Final = 256


class CompressedAttention(nn.Module):
    """V softmax(Q K^T) within each sequence: ``(N, L, C)`` -> ``(N, L, C)`` and the weights
    ``(N, heads, L, L)``, whose rows sum to 1.
    """

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        inner = channels // COMPRESSION
        if inner < heads or inner % heads:
            raise ModelError(
                f"{inner} compressed channels ({channels} / {COMPRESSION}) cannot be shared "
                f"among {heads} heads."
            )
        self.heads = heads
        # On channels-last tokens a 1x1x1 convolution is a linear layer.
        self.qkv = nn.Linear(channels, 3 * inner)
        self.out = nn.Linear(inner, channels)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        parts: Tensor = self.qkv(x).unflatten(-1, (3, self.heads, -1))
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        weights = (q @ k.transpose(-2, -1)).softmax(-1)
        attended: Tensor = self.out((weights @ v).transpose(1, 2).flatten(2))
        return attended, weights


class SpatioTemporalAttention(nn.Module):
    """Eq. 1-3: ``(B, C, T, h, w)`` -> the same shape, and how much attention each place
    ``(B, T, h, w)`` and each frame ``(B, T)`` receives: means over the asking places or
    frames and over heads, summing to 1 over the places of a frame and over frames.
    """

    def __init__(self, channels: int, heads: int = 1) -> None:
        super().__init__()
        self.spatial = CompressedAttention(channels, heads)
        self.temporal = CompressedAttention(channels, heads)
        self.gamma = nn.Parameter(torch.zeros(()))

    def forward(self, f: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        batch, channels, frames, height, width = f.shape
        tokens = f.flatten(3).permute(0, 2, 3, 1)  # (B, T, h w, C)
        s, to_places = self.spatial(tokens.flatten(0, 1))
        d, to_frames = self.temporal(tokens.transpose(1, 2).flatten(0, 1))
        s = s.view(batch, frames, height * width, channels)
        d = d.view(batch, height * width, frames, channels).transpose(1, 2)
        both = (s + d).permute(0, 3, 1, 2).reshape(f.shape)
        places = to_places.detach().mean((1, 2)).view(batch, frames, height, width)
        times = to_frames.detach().mean((1, 2)).view(batch, height * width, frames).mean(1)
        return f + self.gamma * both, places, times


class R2Plus1DAttention(nn.Module):
    """See the module's docstring; :func:`build` tells the switches."""

    def __init__(self, classes: int, backbone: R2Plus1D, *, attention: bool, heads: int) -> None:
        super().__init__()
        channels = backbone.num_features
        self.backbone = backbone
        self.attention = SpatioTemporalAttention(channels, heads) if attention else None
        self.embedding = nn.Linear(channels, FEATURES)
        self.classifier = nn.Linear(FEATURES, classes)

    def forward(self, x: Tensor) -> NetworkOutput:
        p = self.backbone(x)
        maps: dict[str, Tensor] = {}
        if self.attention is not None:
            p, maps["spatial"], maps["temporal"] = self.attention(p)
        features = self.embedding(p.mean((2, 3, 4)))
        return NetworkOutput(self.classifier(features), features, attention=maps)


def build(
    classes: int,
    *,
    attention: bool = True,
    heads: int = 1,
    backbone: str = "r2plus1d_18",
    width: int = 64,
    middle: str = "torchvision",
    channels: int = 3,
) -> R2Plus1DAttention:
    """The network with fresh weights. Any number of frames and any side work;
    ``output.attention`` holds ``spatial`` ``(B, T/8, h, w)`` and ``temporal`` ``(B, T/8)``.

    Args:
        attention: False leaves eq. 1-3 out (ablation).
        heads: of each attention; 1 in print.
        backbone: ``r2plus1d_18``, or ``r2plus1d_10`` to train small.
        width: channels of the first stage, 64 in print; a multiple of ``heads``.
        middle: see :mod:`mien.networks.r2plus1d`.
        channels: of the picture.

    Raises:
        ModelError: a switch out of its range.
    """
    trunk = R2Plus1D(backbone, width, middle, channels)
    return R2Plus1DAttention(classes, trunk, attention=attention, heads=heads)


def backbone_of(network: R2Plus1DAttention) -> R2Plus1D:
    """What takes Kinetics-400 weights: :func:`mien.networks.r2plus1d.load_kinetics`."""
    return network.backbone


def load_backbone(network: R2Plus1DAttention, state: Mapping[str, Tensor]) -> int:
    """Takes torchvision's Kinetics-400 weights; answers how many tensors.

    Raises:
        ModelError: the state does not fit; nothing is changed.
    """
    load_kinetics(network.backbone, state)
    return len(network.backbone.state_dict())


def explained_layers(network: R2Plus1DAttention) -> dict[str, nn.Module]:
    """Layers whose output ``(B, C, T, h, w)`` Grad-CAM weighs, by title."""
    body: Any = network.backbone
    return {"Grad-CAM of f": body.layer4}
