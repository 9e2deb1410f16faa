"""Landmark-guided self-attention CNN for real time, in three published forms and one to train
small.

R. Khalid, A. U. Rahman, S. Ali, B. Saqia 2025, "Fine-Tuned CNNs with Self-Attention
Mechanism for Enhanced Facial Expression Recognition", International Journal of Data
Informatics and Intelligent Computing 4(2) (10.59461/ijdiic.v4i2.166).

Shapes of the small form (picture 48 px, K classes, width 32)::

    picture                          (B, 3, 48, 48), landmarks (B, 34, 2) in [0, 1]
    conv 32, max pool                (B, 32, 24, 24)
    2 conv 64, max pool              (B, 64, 12, 12)
    2 conv 128, max pool             (B, 128, 6, 6)
    2 conv 256                       (B, 256, 6, 6)
    attention over places, channels  (B, 256, 6, 6)
    max pool, flatten                (B, 2304)
    dense: features                  (B, 256)
    dropout, logits                  (B, K)

Forms ``resnet50`` and ``inceptionv3``: backbone -> (B, 2048, h, w), attention, mean:
features (B, 2048), dropout, logits. A 48 px face leaves one of these a map of one to four
cells, in which landmarks say nothing, so smaller pictures are enlarged inside to the side
that gives 3x3 cells (96 px, 139 px): brows and eyes, nose, and mouth have rows of their own.
Form ``compact``, not of the paper: the same over :mod:`mien.networks.compact_body`, 7x7 cells
and features (B, 192), which the bundled weights fit.

Departures from print, all in places where the paper is silent: batch normalisation after
each convolution; attention before the last pool, where the map still tells the landmarks
apart; the widths of the dense layer and of Q and K; the form of the bias, see
:mod:`mien.networks.landmark_attention`. The last pool leaves 3x3 cells whatever the input's
size. The paper's ReLU and ELU are both offered; ELU (its training section) is the default.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import timm
from torch import Tensor, nn
from torch.nn import functional

from mien.errors import ModelError, choose_from
from mien.networks.compact_body import CompactBody
from mien.networks.landmark_attention import ChannelAttention, LandmarkBias, PlaceAttention
from mien.networks.landmark_points import PRIMARY
from mien.networks.output import NetworkOutput
from mien.networks.resnet import resnet

ACTIVATIONS: Final[dict[str, type[nn.Module]]] = {"elu": nn.ELU, "relu": nn.ReLU}
#: Form -> timm's name of the backbone and of the weights that fit it.
BACKBONES: Final = {"resnet50": "resnet50.tv_in1k", "inceptionv3": "inception_v3.tv_in1k"}
#: Cells a side that the small form's dense layer reads: 48 px through four halvings.
_CELLS: Final = 3


def _conv(before: int, after: int, activation: type[nn.Module]) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), activation()
    )


class SmallBody(nn.Module):
    """One convolution and three pairs; ``(B, channels, S, S)`` -> ``(B, 8 width, S/8, S/8)``."""

    def __init__(self, channels: int, width: int, activation: type[nn.Module]) -> None:
        super().__init__()
        layers: list[nn.Module] = [_conv(channels, width, activation)]
        for before in (width, 2 * width, 4 * width):
            layers += [
                nn.MaxPool2d(2),
                _conv(before, 2 * before, activation),
                _conv(2 * before, 2 * before, activation),
            ]
        self.layers = nn.Sequential(*layers)
        self.num_features = 8 * width

    def forward_features(self, x: Tensor) -> Tensor:
        seen: Tensor = self.layers(x)
        return seen


class Cells(nn.Module):
    """Max pool of ``(B, C, h, w)`` to 3x3 cells, flattened: ``(B, 9 C)``. Strides and
    windows are plain numbers, so that the export needs no adaptive pooling.
    """

    def forward(self, x: Tensor) -> Tensor:
        sides = [int(side) for side in x.shape[2:]]
        strides = [side // _CELLS for side in sides]
        windows = [
            side - (_CELLS - 1) * stride for side, stride in zip(sides, strides, strict=True)
        ]
        return functional.max_pool2d(x, windows, strides).flatten(1)


class Mean(nn.Module):
    """Mean over places: ``(B, C, h, w)`` -> ``(B, C)``."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3))


def enlarged(x: Tensor, least_px: int) -> Tensor:
    """Bilinearly to ``least_px`` a side, if smaller."""
    if min(x.shape[2:]) >= least_px:
        return x
    return functional.interpolate(x, (least_px, least_px), mode="bilinear", align_corners=False)


@dataclass(frozen=True)
class Parts:
    """What differs between the forms.

    Attributes:
        body: has ``forward_features``, a map, and ``num_features``, its channels D.
        head: that map, attended, to the features ``(B, D)``.
        least_px: smaller pictures are enlarged to this side.
    """

    body: Any
    head: nn.Module
    least_px: int


def _small(activation: str, width: int, stem: str, channels: int) -> Parts:  # noqa: ARG001
    body = SmallBody(channels, width, ACTIVATIONS[activation])
    dense = nn.Linear(_CELLS**2 * body.num_features, body.num_features)
    return Parts(body, nn.Sequential(Cells(), dense, ACTIVATIONS[activation]()), least_px=24)


def _resnet50(activation: str, width: int, stem: str, channels: int) -> Parts:  # noqa: ARG001
    body = resnet(BACKBONES["resnet50"], stem=stem, channels=channels)
    return Parts(body, Mean(), least_px={"imagenet": 96, "small": 24, "compact": 48}[stem])


def _inceptionv3(activation: str, width: int, stem: str, channels: int) -> Parts:  # noqa: ARG001
    body = timm.create_model(
        BACKBONES["inceptionv3"], pretrained=False, num_classes=0, global_pool="", in_chans=channels
    )
    return Parts(body, Mean(), least_px=139)


def _compact(activation: str, width: int, stem: str, channels: int) -> Parts:  # noqa: ARG001
    return Parts(CompactBody(width, channels), Mean(), least_px=0)


FORMS: Final[dict[str, Callable[..., Parts]]] = {
    "small": _small,
    "resnet50": _resnet50,
    "inceptionv3": _inceptionv3,
    "compact": _compact,
}


class LandmarkCNN(nn.Module):
    """See the module's docstring."""

    def __init__(
        self,
        classes: int,
        form: str,
        parts: Parts,
        *,
        landmark_bias: bool,
        channel_attention: bool,
        dropout: float,
    ) -> None:
        super().__init__()
        self.form = form
        self.backbone = parts.body
        self.bias = LandmarkBias(len(PRIMARY)) if landmark_bias else None
        self.places = PlaceAttention(parts.body.num_features)
        self.channels = ChannelAttention() if channel_attention else nn.Identity()
        self.head = parts.head
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(parts.body.num_features, classes)
        self.least_px = parts.least_px

    def forward(self, x: Tensor, landmarks: Tensor | None = None) -> NetworkOutput:
        """Landmarks ``(B, 34, 2)`` as :mod:`mien.networks.landmark_points` orders them, in
        [0, 1] of the picture, -1 where unknown; None where none is known in the batch.
        """
        seen = self.backbone.forward_features(enlarged(x, self.least_px))
        bias = None
        if self.bias is not None and landmarks is not None:
            bias = self.bias(landmarks, *seen.shape[2:])
        attended, places = self.places(seen, bias)
        features = self.head(self.channels(attended))
        return NetworkOutput(
            self.classifier(self.dropout(features)), features, attention={"places": places}
        )


def build(
    classes: int,
    *,
    form: str = "small",
    activation: str = "elu",
    landmark_bias: bool = True,
    channel_attention: bool = True,
    dropout: float = 0.5,
    width: int = 32,
    stem: str = "imagenet",
    channels: int = 3,
) -> LandmarkCNN:
    """The network with fresh weights.

    Args:
        form: ``small``, ``resnet50``, ``inceptionv3``, or ``compact``.
        activation: ``elu`` or ``relu``, of the small form.
        landmark_bias: off, the attention is plain and landmarks are not looked at.
        channel_attention: attention over channels after that over places.
        dropout: probability before the classifier.
        width: channels of the small form's first convolution; of ``compact`` 48.
        stem: of the ResNet-50 form, see :mod:`mien.networks.resnet`.
        channels: of the picture.

    Raises:
        ModelError: a switch out of its range.
    """
    if form not in FORMS:
        raise ModelError(choose_from("Form", form, FORMS))
    if activation not in ACTIVATIONS:
        raise ModelError(choose_from("Activation", activation, ACTIVATIONS))
    return LandmarkCNN(
        classes,
        form,
        FORMS[form](activation, width, stem, channels),
        landmark_bias=landmark_bias,
        channel_attention=channel_attention,
        dropout=dropout,
    )


def backbone_of(network: LandmarkCNN) -> nn.Module:
    """What takes the pre-trained weights that :func:`backbone_name_of` names."""
    body: nn.Module = network.backbone
    return body


def backbone_name_of(network: LandmarkCNN) -> str | None:
    """timm's name of the weights that fit; None for forms for which there are none."""
    return BACKBONES.get(network.form)


def explained_layers(network: LandmarkCNN) -> dict[str, nn.Module]:
    """Layers whose output ``(B, C, h, w)`` Grad-CAM weighs, by title, after both attentions."""
    return {"Grad-CAM": network.channels}
