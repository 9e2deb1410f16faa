"""Affinity loss: samples near their class's centre, measured by how far centres are apart.

Z. Wen et al. 2021, "Distract Your Attention" (arXiv:2109.07270), section 3.1, which
HAFNet (Vayadande et al., section 5.1) restates::

    L = (1/B) sum_i ||x_i - c_{y_i}||^2 / sum_d Var_k(c_{k,d})

The K centres are parameters; Var is the sample variance over classes (divided by K - 1).
Contracting a class and moving the centres apart both lower it, and it stays above zero.

Example, K = 2, D = 1: centres 0 and 2, x = 1 of class 0 and x = 5 of class 1:
(1 + 9) / 2 = 5 over Var = ((0-1)^2 + (2-1)^2) / 1 = 2, so L = 2.5.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mien.errors import ModelError
from mien.losses.inputs import labelled_features, mean_of
from mien.networks.output import NetworkOutput


class Affinity(nn.Module):
    """Args:
    classes: two or more.
    features: D.
    """

    def __init__(self, classes: int, features: int) -> None:
        super().__init__()
        if classes < 2:
            raise ModelError(f"Affinity loss needs two classes or more; got {classes}.")
        # Unit variance: the first divisions are by about D, whatever the features' scale.
        self.centres = nn.Parameter(torch.randn(classes, features))

    def forward(self, output: NetworkOutput, labels: Tensor) -> Tensor:
        """A scalar; reads ``output.features``."""
        x, y = labelled_features(output, labels, "affinity")
        apart = ((x - self.centres[y]) ** 2).sum(1)
        return mean_of(apart) / self.centres.var(0).sum()
