"""CBAM-ResNet-50: attention in every bottleneck and shortcuts that lose nothing.

M. Aly, A. Ghallab, I. S. Fathi 2023, "Enhancing Facial Expression Recognition System in
Online Learning Context Using Efficient Deep Learning Model", IEEE Access 11
(10.1109/ACCESS.2023.3325407); CBAM after Woo et al. 2018 (arXiv:1807.06521).

Shapes of the published form (picture 224 px, K classes)::

    picture             (B, 3, 224, 224)
    stem                (B, 64, 56, 56)
    stage 1, 3 blocks   (B, 256, 56, 56)
    stage 2, 4 blocks   (B, 512, 28, 28)
    stage 3, 6 blocks   (B, 1024, 14, 14)
    stage 4, 3 blocks   (B, 2048, 7, 7)
    features: mean      (B, 2048)
    logits              (B, K)

A block: 1x1, 3x3 and 1x1 convolution, then channel attention sigma(MLP(mean) + MLP(max)),
then spatial attention sigma(conv7x7(mean, max over channels)), then the shortcut is added.
Where a stage shrinks the map, the shortcut is a 2x2 average pool of stride 2 and a 1x1
convolution of stride 1 (the paper's figure 4).

Departures from print: none is known. The paper prints no layer sizes of the attention:
reduction 16, kernel 7 and batch normalisation of the spatial map are Woo et al.'s (timm's
form, without biases in the MLP). The stride of the main branch stays on its 3x3
convolution (timm's and torchvision's form), so nothing is skipped there either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import torch
from torch import Tensor, nn

from mien.networks.output import NetworkOutput
from mien.networks.resnet import WIDTH, resnet

#: timm's name of the backbone and of the weights that fit it.
BACKBONE: Final = "resnet50.tv_in1k"
_STAGES: Final = ("layer1", "layer2", "layer3", "layer4")


def with_spatial_map(block: Any, x: Tensor) -> tuple[Tensor, Tensor]:
    """A timm bottleneck with CBAM run by its parts, so that its spatial map ``(B, h, w)`` is
    seen; for blocks without a projection, as the last one of each stage is.
    """
    y = block.act1(block.bn1(block.conv1(x)))
    y = block.act2(block.bn2(block.conv2(y)))
    y = block.se.channel(block.bn3(block.conv3(y)))
    spatial = block.se.spatial
    pooled = torch.cat([y.mean(1, keepdim=True), y.amax(1, keepdim=True)], 1)
    places = spatial.gate(spatial.conv(pooled))
    return block.act3(y * places + x), places[:, 0]


class CbamResNet50(nn.Module):
    """See the module's docstring; ``attention`` holds the last spatial map of each stage."""

    def __init__(
        self,
        classes: int,
        *,
        cbam: bool,
        average_shortcut: bool,
        stem: str,
        channels: int,
        width: int,
    ) -> None:
        super().__init__()
        self.backbone = resnet(
            BACKBONE,
            stem=stem,
            channels=channels,
            width=width,
            avg_down=average_shortcut,
            block_args={"attn_layer": "cbam"} if cbam else {},
        )
        self.cbam, self.average_shortcut = cbam, average_shortcut
        self.classifier = nn.Linear(self.backbone.num_features, classes)

    def forward(self, x: Tensor) -> NetworkOutput:
        body = self.backbone
        y = body.maxpool(body.act1(body.bn1(body.conv1(x))))
        maps: dict[str, Tensor] = {}
        for name in _STAGES:
            stage = getattr(body, name)
            if self.cbam:
                y, maps[name] = with_spatial_map(stage[-1], stage[:-1](y))
            else:
                y = stage(y)
        features = y.mean((2, 3))
        return NetworkOutput(self.classifier(features), features, attention=maps)


def build(
    classes: int,
    *,
    cbam: bool = True,
    average_shortcut: bool = True,
    stem: str = "imagenet",
    channels: int = 3,
    width: int = WIDTH,
) -> CbamResNet50:
    """CBAM-ResNet-50 with fresh weights; both changes off give the paper's baseline.

    Args:
        cbam: attention in every bottleneck.
        average_shortcut: average pooling before the projections that shrink the map.
        stem: see :mod:`mien.networks.resnet`.
        channels: of the picture.
        width: of the first stage, 64 in print.
    """
    return CbamResNet50(
        classes,
        cbam=cbam,
        average_shortcut=average_shortcut,
        stem=stem,
        channels=channels,
        width=width,
    )


def backbone_of(network: CbamResNet50) -> nn.Module:
    """What takes the pre-trained weights named by :data:`BACKBONE`, renamed by
    :func:`fitted_state`; the attention's own weights are not among them.
    """
    return network.backbone


def fitted_state(network: CbamResNet50, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A plain ResNet-50's weights under this backbone's names: the average pool stands
    first in a shortcut, so the projection and its norm are one place further on.
    """
    if not network.average_shortcut:
        return dict(state)
    moved = {"downsample.0.": "downsample.1.", "downsample.1.": "downsample.2."}
    fitted = {}
    for key, value in state.items():
        old = next((part for part in moved if part in key), None)
        fitted[key.replace(old, moved[old]) if old else key] = value
    return fitted


def explained_layers(network: CbamResNet50) -> dict[str, nn.Module]:
    """Layers whose output ``(B, C, h, w)`` Grad-CAM weighs, by title."""
    # Attention splits a stage's last block, so what leaves it is seen at its activation.
    body: Any = network.backbone
    return {"Grad-CAM of stage 4": body.layer4[-1].act3}
