"""HAFNet: hybrid attention-driven feature clustering.

K. Vayadande et al., "Enhancing Facial Expression Recognition in Education with Hybrid
Attention-Driven Feature Clustering". Its parts are those of Z. Wen et al. 2021,
"Distract Your Attention" (DAN, arXiv:2109.07270), whose parameter count (19.72 M with
7 classes) it shares and whose layer sizes are used where the paper prints none.

Shapes of the published form (picture 224 px, K classes, H heads)::

    picture                         (B, 3, 224, 224)
    X   ResNet-18                   (B, 512, 7, 7)
    x   FCN: mean of X              (B, 512)      features, for the affinity loss
    u   MAN: one vector a head      (B, H, 512)
    z   AFN: log-softmax over heads (B, H, 512)   heads, for the partition loss
    logits: BatchNorm(W sum(z) + b) (B, K)

Departures from print:

- Step 2 of the paper's algorithm prints dot-product self-attention, its section 5.2
  convolutions of 1x1, 3x3, 1x3 and 3x1. The latter is built: it gives the printed count.
- Steps 2-4 add the channel attention to the spatial one (``combine="add"``); the text
  and figure 6 chain them (``"chain"``, the default).
- Log-softmax over a single head is zero whatever the head saw, so one head is not scaled.
"""

from __future__ import annotations

from typing import Any, Final

import torch
from torch import Tensor, nn

from mien.errors import ModelError, choose_from
from mien.networks.output import NetworkOutput
from mien.networks.resnet import WIDTH, resnet

#: timm's name of the backbone and of the weights that fit it.
BACKBONE: Final = "resnet18.tv_in1k"
COMBINE: Final = ("chain", "add")


class SpatialUnit(nn.Module):
    """One map over places from three receptive fields, multiplied onto the input.

    m = sum over channels of relu(c3x3(y) + c1x3(y) + c3x1(y)), y = c1x1(X); each c is a
    convolution with batch normalisation. ``(B, C, h, w)`` -> ``(B, C, h, w)`` and m
    ``(B, h, w)``.
    """

    def __init__(self, channels: int, reduced: int) -> None:
        super().__init__()
        self.reduce = nn.Sequential(nn.Conv2d(channels, reduced, 1), nn.BatchNorm2d(reduced))
        self.fields = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(reduced, channels, size, padding=(size[0] // 2, size[1] // 2)),
                nn.BatchNorm2d(channels),
            )
            for size in ((3, 3), (1, 3), (3, 1))
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        y = self.reduce(x)
        seen = torch.stack([field(y) for field in self.fields]).sum(0).relu()
        places = seen.sum(1)
        return x * places[:, None], places


class ChannelUnit(nn.Module):
    """Gate of a pooled vector: sigmoid(W2 relu(bn(W1 v))) * v; ``(B, C)`` -> ``(B, C)``."""

    def __init__(self, channels: int, reduced: int) -> None:
        super().__init__()
        self.gate = nn.Sequential(
            nn.Linear(channels, reduced),
            nn.BatchNorm1d(reduced),
            nn.ReLU(),
            nn.Linear(reduced, channels),
            nn.Sigmoid(),
        )

    def forward(self, v: Tensor) -> Tensor:
        gate: Tensor = self.gate(v)
        return v * gate


class AttentionHead(nn.Module):
    """Spatial unit, mean, channel unit: ``(B, C, h, w)`` -> ``(B, C)`` and the map ``(B, h, w)``.

    Args:
        combine: ``chain`` gives c(s), ``add`` gives s + c(s), s the pooled spatial attention.
    """

    def __init__(self, channels: int, reduced_places: int, reduced: int, combine: str) -> None:
        super().__init__()
        self.spatial = SpatialUnit(channels, reduced_places)
        self.channel = ChannelUnit(channels, reduced)
        self.combine = combine

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        attended, places = self.spatial(x)
        pooled = attended.mean((2, 3))
        vector = self.channel(pooled)
        return (pooled + vector if self.combine == "add" else vector), places


def scaled_over_heads(heads: Tensor) -> Tensor:
    """z = u - logsumexp over heads of u; ``(B, H, C)`` kept, one head left as it is."""
    return heads if heads.shape[1] == 1 else heads.log_softmax(1)


class HAFNet(nn.Module):
    """See the module's docstring. In training a batch needs two pictures or more."""

    def __init__(
        self, classes: int, *, combine: str, heads: int, stem: str, channels: int, width: int
    ) -> None:
        super().__init__()
        self.backbone = resnet(BACKBONE, stem=stem, channels=channels, width=width)
        width = self.backbone.num_features
        # Reductions of the DAN paper: 512 -> 256 for places, 512 -> 32 for channels.
        self.heads = nn.ModuleList(
            AttentionHead(width, width // 2, width // 16, combine) for _ in range(heads)
        )
        self.classifier = nn.Linear(width, classes)
        self.norm = nn.BatchNorm1d(classes)

    def forward(self, x: Tensor) -> NetworkOutput:
        seen = self.backbone.forward_features(x)
        vectors, places = zip(*(head(seen) for head in self.heads), strict=True)
        scaled = scaled_over_heads(torch.stack(vectors, 1))
        return NetworkOutput(
            logits=self.norm(self.classifier(scaled.sum(1))),
            features=seen.mean((2, 3)),
            heads=scaled,
            attention={"heads": torch.stack(places, 1)},
        )


def build(
    classes: int,
    *,
    combine: str = "chain",
    heads: int = 4,
    stem: str = "imagenet",
    channels: int = 3,
    width: int = WIDTH,
) -> HAFNet:
    """HAFNet with fresh weights.

    Args:
        combine: ``chain`` or ``add``, see :class:`AttentionHead`.
        heads: 1 or more; the paper tries 1, 2, 4 and 8 and prefers 4.
        stem: see :mod:`mien.networks.resnet`.
        channels: of the picture.
        width: of the backbone's first stage, 64 in print.

    Raises:
        ModelError: a switch out of its range.
    """
    if combine not in COMBINE:
        raise ModelError(choose_from("Combination", combine, COMBINE))
    if heads < 1:
        raise ModelError(f"HAFNet needs at least one head; got {heads}. The paper's best is 4.")
    return HAFNet(classes, combine=combine, heads=heads, stem=stem, channels=channels, width=width)


def backbone_of(network: HAFNet) -> nn.Module:
    """What takes the pre-trained weights named by :data:`BACKBONE`."""
    return network.backbone


def explained_layers(network: HAFNet) -> dict[str, nn.Module]:
    """Layers whose output ``(B, C, h, w)`` Grad-CAM weighs, by title."""
    body: Any = network.backbone
    return {"Grad-CAM of X": body.layer4}
