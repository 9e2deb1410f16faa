"""Partition loss: attention heads that answer alike are pushed apart.

Z. Wen et al. 2021, "Distract Your Attention" (arXiv:2109.07270), section 3.3, which
HAFNet (Vayadande et al., section 5.3) restates::

    L = log(1 + H / (v + eps)),   v = mean over batch and channels of Var_h(z_{b,h,d})

Var is the sample variance over the H heads (divided by H - 1). A single head has
nobody to differ from: L = 0.

Example, H = 2, B = D = 1: z = 1 and 3, so v = 2 and L = log(1 + 2/2) = log 2.
"""

from __future__ import annotations

from typing import Final

from torch import Tensor, nn

from mien.losses.inputs import heads_of
from mien.networks.output import NetworkOutput

#: Keeps the logarithm finite where all heads agree; well under any variance of trained heads.
EPSILON: Final = 1e-6


class Partition(nn.Module):
    """No parameters."""

    def forward(self, output: NetworkOutput, labels: Tensor) -> Tensor:  # noqa: ARG002
        """A scalar, zero or more; reads ``output.heads``. Labels play no part."""
        z = heads_of(output, "partition")
        heads = z.shape[1]
        if heads == 1:
            return z.sum() * 0
        return (1 + heads / (z.var(1).mean() + EPSILON)).log()
