"""Affinity loss as HAFNet prints it (Vayadande et al., step 8)::

    L = (1/N) sum_i ||f_i - mu_{y_i}||^2 - (1/N) sum_{i != j} ||f_i - f_j||^2

mu are the batch's own class means. The second sum runs over all pairs, those of one
class included, and grows without end as features grow: there is **no lower bound**, so
it can be compared but not trained alone. The bounded form is :mod:`mien.losses.affinity`.

Example, D = 1: f = 0, 2 of class 0 and f = 5 of class 1: means 1 and 5, so the first
term is (1 + 1 + 0) / 3; ordered pairs 2 (4 + 25 + 9) = 76, so L = (2 - 76) / 3 = -74/3.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mien.losses.inputs import labelled_features
from mien.networks.output import NetworkOutput


class AffinityPrinted(nn.Module):
    """No parameters.

    Args:
        classes: K.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classes = classes

    def forward(self, output: NetworkOutput, labels: Tensor) -> Tensor:
        """A scalar of any sign; reads ``output.features``."""
        f, y = labelled_features(output, labels, "affinity_printed")
        count = max(len(f), 1)
        member = nn.functional.one_hot(y, self.classes).to(f.dtype)
        means = member.T @ f / member.sum(0).clamp_min(1)[:, None]
        near = ((f - means[y]) ** 2).sum()
        # sum_{i,j} |f_i - f_j|^2 = 2 N sum_i |f_i - mean|^2: no (N, N, D) array.
        far = 2 * count * ((f - torch.sum(f, 0) / count) ** 2).sum()
        return (near - far) / count
