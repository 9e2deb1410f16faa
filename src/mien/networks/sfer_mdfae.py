"""SFER-MDFAE: multi-scale and deep fine-grained feature attention enhancement.

Z. Shou et al. 2024, "A Student Facial Expression Recognition Model Based on Multi-Scale and
Deep Fine-Grained Feature Attention Enhancement", Sensors 24(20):6748.

Shapes of the published form (picture 224 px, K classes)::

    picture                                  (B, 3, 224, 224)
    resized inside                           (B, 3, 112, 112)
    L1, L2, L3, L4  IR-50                    64 x 56^2, 128 x 28^2, 256 x 14^2, 512 x 7^2
    F_m   MDPFA: pooled, concatenated        (B, 960)
    F_dl  KROA on L4, mean over places       (B, 512)
    features: concat(F_m, F_dl)              (B, 1472)
    logits: FC                               (B, K)

Departures from print: ``dropout`` before the FC, 0 by default. Not printed, and chosen here:
8 attention heads (POSTER's); reduction 16 in the channel attention (CBAM's); bilinear
resizing, which at half size is the mean of 2 x 2 pixels (POSTER takes every second pixel).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mien.errors import ModelError, choose_from
from mien.networks.compact_body import CompactBody
from mien.networks.ir50 import IR, UNITS
from mien.networks.ir50_weights import load_ir50
from mien.networks.kroa import HEADS, KROA, WindowedCrossAttention, regions_of, share_chosen
from mien.networks.mdpfa import MDPFA
from mien.networks.output import NetworkOutput

#: IR-50's own input, pixels.
SIDE_PX: Final = 112
FINE: Final = ("kroa", "windowed", "none")


class SFERMDFAE(nn.Module):
    """See the module's docstring; :func:`build` tells the switches."""

    def __init__(
        self,
        classes: int,
        backbone: IR | CompactBody,
        *,
        side_px: int,
        multiscale: bool,
        mdpfa: bool,
        fine: str,
        top_n: int,
        heads: int,
        kernel: str,
        dropout: float,
    ) -> None:
        super().__init__()
        self.backbone = backbone
        self.side_px = side_px
        deep = backbone.widths[-1]
        levels = backbone.widths if multiscale else (deep,)
        self.mdpfa = MDPFA(levels) if mdpfa else None
        self.fine: KROA | WindowedCrossAttention | None = None
        if fine == "kroa":
            regions = regions_of(_last_side(side_px, backbone.reduction))
            self.fine = KROA(deep, top_n, regions, heads, kernel)
        elif fine == "windowed":
            self.fine = WindowedCrossAttention(deep, heads=heads)
        width = (sum(levels) if mdpfa else 0) + (0 if self.fine is None else deep)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(width, classes)

    def forward(self, x: Tensor) -> NetworkOutput:
        own = isinstance(self.backbone, CompactBody)  # resizes by itself, as it has learned to
        if not own and x.shape[2:] != (self.side_px, self.side_px):
            x = F.interpolate(x, size=(self.side_px, self.side_px), mode="bilinear")
        levels = self.backbone(x)
        vectors: list[Tensor] = []
        attention: dict[str, Tensor] = {}
        if self.mdpfa is not None:
            pooled, chosen = self.mdpfa(levels[-len(self.mdpfa.attentions) :])
            vectors.append(pooled)
            first = len(levels) - len(chosen) + 1
            for level, q in enumerate(chosen, first):
                attention[f"mdpfa_l{level}"] = q.detach().abs().mean(1)
        if self.fine is not None:
            fine = self._fine(levels[-1], attention)
            vectors.append(fine.mean((2, 3)))
        features = torch.cat(vectors, 1)
        logits = self.classifier(self.dropout(features))
        return NetworkOutput(logits, features, attention=attention)

    def _fine(self, deep: Tensor, attention: dict[str, Tensor]) -> Tensor:
        if isinstance(self.fine, KROA):
            fine, regions = self.fine(deep)
            attention["kroa_regions"] = share_chosen(regions, self.fine.regions)
        else:
            fine = self.fine(deep) if self.fine is not None else deep
        attention["fine"] = fine.detach().abs().mean(1)
        result: Tensor = fine
        return result


def _last_side(side_px: int, reduction: int) -> int:
    """Side of L4; every stride rounds up."""
    return -(-side_px // reduction)


def build(
    classes: int,
    *,
    multiscale: bool = True,
    mdpfa: bool = True,
    fine: str = "kroa",
    top_n: int = 15,
    heads: int = HEADS,
    kernel: str = "auto",
    backbone: str = "ir50",
    width: int = 64,
    stem: str = "arcface",
    side_px: int = SIDE_PX,
    dropout: float = 0.0,
    channels: int = 3,
) -> SFERMDFAE:
    """SFER-MDFAE with fresh weights. ``output.attention`` holds ``mdpfa_l1`` ... ``mdpfa_l4``
    and ``fine``, ``(B, h, w)``: mean size of the channels of Q_i and of the attention's output;
    and ``kroa_regions`` ``(B, m, m)``: share of the regions that chose each.

    Args:
        multiscale: False is the paper's variant *nm*: MDPFA on L4 alone.
        mdpfa: False is *np*: the fine features alone.
        fine: ``kroa``; ``none`` is *na*, ``windowed`` is *rw*.
        top_n: regions that a region attends to, 1 to 49; the paper tries 1, 10, 15, 20, 30,
            40 and 49. No more than there are count.
        heads: of the fine attention.
        kernel: how KROA is computed, see :mod:`mien.networks.kroa`; same numbers.
        backbone: ``ir50``; ``ir18``, or ``compact`` (:mod:`mien.networks.compact_body`, which
            the bundled weights fit), to train small.
        width: channels of stage 1, 64 in print; a multiple of ``heads`` / 8; of ``compact`` 48.
        stem: ``arcface``, or ``small`` for faces up to 64 px, see :mod:`mien.networks.ir50`:
            with ``side_px=56`` all four maps are as large as in print.
        side_px: to which every picture is resized inside.
        dropout: before the last layer; 0 in print.
        channels: of the picture.

    Raises:
        ModelError: a switch out of its range.
    """
    if fine not in FINE:
        raise ModelError(choose_from("Fine attention", fine, FINE))
    if not mdpfa and fine == "none":
        raise ModelError("Without MDPFA and without fine attention nothing is left to classify.")
    return SFERMDFAE(
        classes,
        _backbone(backbone, width, stem, channels, side_px),
        side_px=side_px,
        multiscale=multiscale,
        mdpfa=mdpfa,
        fine=fine,
        top_n=top_n,
        heads=heads,
        kernel=kernel,
        dropout=dropout,
    )


def _backbone(name: str, width: int, stem: str, channels: int, side_px: int) -> IR | CompactBody:
    if name == "compact":
        return CompactBody(width, channels, side_px)
    if name not in UNITS:
        raise ModelError(choose_from("Backbone", name, (*UNITS, "compact")))
    return IR(name, width, stem, channels)


def backbone_of(network: SFERMDFAE) -> IR | CompactBody:
    """What takes weights of face recognition: :mod:`mien.networks.ir50_weights`; or the
    bundled model's."""
    return network.backbone


def load_backbone(network: SFERMDFAE, state: Mapping[str, Tensor]) -> int:
    """Takes weights of face recognition in the layouts of face.evoLVe and POSTER; answers
    how many tensors.

    Raises:
        ModelError: the state does not fit; nothing is changed.
    """
    if isinstance(network.backbone, CompactBody):
        raise ModelError(
            "The compact backbone takes no weights of face recognition. "
            "Use --weights bundled, or --set switches.backbone=ir50."
        )
    return load_ir50(network.backbone, state).taken


def explained_layers(network: SFERMDFAE) -> dict[str, nn.Module]:
    """Layers whose output ``(B, C, h, w)`` Grad-CAM weighs, by title."""
    layers: dict[str, nn.Module] = {"Grad-CAM of L4": network.backbone.stages[-1]}
    if network.fine is not None:
        layers["Grad-CAM of KROA" if isinstance(network.fine, KROA) else "Grad-CAM of windows"] = (
            network.fine.result
        )
    return layers
