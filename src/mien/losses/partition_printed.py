"""Partition loss in the shape that HAFNet prints, with the sign that serves its aim.

Step 8 of Vayadande et al. prints sum_{i != j} max(0, ||A_i - A_j||^2 - delta), which
punishes heads for being *different*, while the text wants them distinct. Built is::

    L = (1/B) sum_b sum_{i != j} max(0, delta - ||A_{b,i} - A_{b,j}||^2)

over ordered pairs of heads, as printed; zero once all heads are sqrt(delta) apart.
delta is not printed: 1 here.

Example, D = 1, delta = 1: A = 0, 0.5 and 3: the pair at distance 0.5 gives 0.75, the
others nothing; twice for the two orders: L = 1.5.
"""

from __future__ import annotations

from torch import Tensor, nn

from mien.losses.inputs import heads_of
from mien.networks.output import NetworkOutput


class PartitionPrinted(nn.Module):
    """No parameters.

    Args:
        margin: delta, a squared distance.
    """

    def __init__(self, margin: float = 1.0) -> None:
        super().__init__()
        self.margin = margin

    def forward(self, output: NetworkOutput, labels: Tensor) -> Tensor:  # noqa: ARG002
        """A scalar, zero or more; reads ``output.heads``. Labels play no part."""
        a = heads_of(output, "partition_printed")
        apart = ((a[:, :, None] - a[:, None]) ** 2).sum(3)
        close = (self.margin - apart).clamp_min(0)
        own = close.diagonal(dim1=1, dim2=2).sum(1)
        return (close.sum((1, 2)) - own).mean()
