"""Centre loss: samples near their class's centre.

Y. Wen et al. 2016, "A Discriminative Feature Learning Approach for Deep Face
Recognition" (ECCV), equation 2; HAFNet's ablation compares it with the affinity loss::

    L = (1/2B) sum_i ||x_i - c_{y_i}||^2

The centres are parameters and learn by gradient with the network, where Wen et al. move
them by a rule of their own; their 1/2 sum is a mean here, so that the batch's size does
not change the weight.

Example, D = 1: centres 0 and 2, x = 1 of class 0 and x = 5 of class 1: (1 + 9) / 4 = 2.5.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mien.losses.inputs import labelled_features, mean_of
from mien.networks.output import NetworkOutput


class Center(nn.Module):
    """Args:
    classes: K.
    features: D.
    """

    def __init__(self, classes: int, features: int) -> None:
        super().__init__()
        self.centres = nn.Parameter(torch.zeros(classes, features))

    def forward(self, output: NetworkOutput, labels: Tensor) -> Tensor:
        """A scalar, zero or more; reads ``output.features``."""
        x, y = labelled_features(output, labels, "center")
        return mean_of(((x - self.centres[y]) ** 2).sum(1)) / 2
