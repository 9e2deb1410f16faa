"""Residual networks from timm as backbones (He et al. 2016, arXiv:1512.03385).

Three stems. ``imagenet`` is the published one: 7x7 convolution of stride 2 and a max
pool, so the last map is a 32nd of the picture. ``small``, for faces up to 64 px: 3x3
convolution of stride 1 without a pool (He et al.'s own stem for CIFAR), so the last
map is an eighth; all pre-trained weights but the stem's still fit. ``compact`` is the same
with stride 2, for a sixteenth: a quarter of the arithmetic, for training without a GPU.
"""

from __future__ import annotations

from typing import Any, Final

import timm
from timm.models.resnet import ResNet
from torch import nn

from mien.errors import ModelError, choose_from

STEMS: Final = ("imagenet", "small", "compact")
#: Channels of the first stage in print; doubled at each of the next three.
WIDTH: Final = 64


def resnet(name: str, *, stem: str, channels: int, width: int = WIDTH, **arguments: Any) -> ResNet:
    """A backbone with fresh weights: ``forward_features`` maps ``(B, channels, S, S)`` to
    ``(B, D, S/32, S/32)``, or as the stem says; ``num_features`` is D.

    Args:
        name: of timm's table, with the tag of the weights that fit it.
        width: channels of the first stage; pre-trained weights fit 64 alone.
        arguments: passed on to timm.

    Raises:
        ModelError: a stem that there is not.
    """
    if stem not in STEMS:
        raise ModelError(choose_from("Stem", stem, STEMS))
    network: Any = timm.create_model(
        name,
        pretrained=False,
        num_classes=0,
        global_pool="",
        in_chans=channels,
        channels=tuple(width << stage for stage in range(4)),
        **arguments,
    )
    if stem != "imagenet":
        # 64 channels: He et al.'s first stage, as the published stem gives.
        conv = nn.Conv2d(channels, 64, 3, 2 if stem == "compact" else 1, 1, bias=False)
        nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")
        network.conv1, network.maxpool = conv, nn.Identity()
    backbone: ResNet = network
    return backbone
