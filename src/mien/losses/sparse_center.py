"""Sparse centre loss: a centre loss that weighs every feature of every sample.

A. H. Farzaneh and X. Qi 2021, "Facial Expression Recognition in the Wild via Deep
Attentive Center Loss" (DACL, WACV), equations 5 to 8, which the R(2+1)D paper takes over::

    L = (1/2n) sum_i sum_d w_{i,d} (f_{i,d} - c_{y_i,d})^2

w in (0, 1] is the first of a softmax over two logits a feature, which three fully
connected layers read from the sample's own features. The network that gives w belongs
to the loss: it is needed in training only.

Departures from print: w is read from the pooled features, not from the unpooled map, so
that it fits clips and pictures of any size; the widths of the layers are not printed.
As in print, nothing but the softmax keeps w from shrinking to lower the loss.

Example, D = 2, w = (1, 1/2), f - c = (1, 2), one sample: (1 * 1 + 1/2 * 4) / 2 = 1.5.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

from mien.losses.inputs import labelled_features, mean_of
from mien.networks.output import NetworkOutput

#: Widths of the three layers; the last is DACL's.
WIDTHS: Final = (256, 128, 64)


class SparseCenter(nn.Module):
    """Args:
    classes: K.
    features: D.
    """

    def __init__(self, classes: int, features: int) -> None:
        super().__init__()
        self.centres = nn.Parameter(torch.zeros(classes, features))
        layers: list[nn.Module] = []
        for before, after in zip((features, *WIDTHS), WIDTHS, strict=False):
            layers += [nn.Linear(before, after), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.Linear(WIDTHS[-1], 2 * features))

    def weights(self, x: Tensor) -> Tensor:
        """w of features ``(N, D)``: ``(N, D)`` in (0, 1]."""
        logits: Tensor = self.layers(x)
        shares: Tensor = logits.unflatten(1, (2, -1)).softmax(1)
        return shares[:, 0]

    def forward(self, output: NetworkOutput, labels: Tensor) -> Tensor:
        """A scalar, zero or more; reads ``output.features``."""
        x, y = labelled_features(output, labels, "sparse_center")
        return mean_of((self.weights(x) * (x - self.centres[y]) ** 2).sum(1)) / 2
