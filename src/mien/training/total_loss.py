"""Total loss of a batch: cross-entropy against shares, plus weighted terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
import torch.distributed as distributed
import torch.nn.functional as F
from torch import Tensor, nn

from mien.networks.output import NetworkOutput


@dataclass(frozen=True)
class Targets:
    """What a batch should become.

    Attributes:
        shares: ``(B, K)``, each row sums to 1.
        labels: ``(B,)`` the class that losses over features work with.
        weight: ``(B,)`` of each sample in the cross-entropy.
        other_labels: those of the pictures mixed in, or None.
        share: of the first picture in a mixed one; 1 where nothing is mixed.
    """

    shares: Tensor
    labels: Tensor
    weight: Tensor
    other_labels: Tensor | None = None
    share: float = 1.0


def targets_of(
    labels: Tensor, shares: Tensor | None, weight: Tensor, classes: int, smoothing: float
) -> Targets:
    """Smoothed targets; votes, where given, take the place of one-hot labels, and the class
    with most of them that of a label which no majority makes."""
    if shares is None:
        shares = F.one_hot(labels, classes).float()
    labels = torch.where(labels >= 0, labels, shares.argmax(1))
    return Targets(shares * (1 - smoothing) + smoothing / classes, labels, weight)


def mixed(images: Tensor, targets: Targets, alpha: float) -> tuple[Tensor, Targets]:
    """Mixup (Zhang et al. 2018, eq. 1): x = s·a + (1 − s)·b with s ~ Beta(α, α), the same
    for the whole batch; drawn from torch's global generator."""
    share = float(torch.distributions.Beta(alpha, alpha).sample())
    order = torch.randperm(len(images)).to(images.device)
    blended = replace(
        targets,
        shares=share * targets.shares + (1 - share) * targets.shares[order],
        weight=share * targets.weight + (1 - share) * targets.weight[order],
        other_labels=targets.labels[order],
        share=share,
    )
    return share * images + (1 - share) * images[order], blended


def cross_entropy(logits: Tensor, targets: Targets) -> Tensor:
    """Weighted mean of −Σ shares·log softmax.

    The mean is over all processes: each divides by their average weight, so that the
    gradients, averaged by DDP, are those of one process with the whole batch.
    """
    each = -(targets.shares * logits.float().log_softmax(1)).sum(1)
    weight = targets.weight.sum()
    if distributed.is_available() and distributed.is_initialized():
        weight = weight.detach().clone()
        distributed.all_reduce(weight)
        weight = weight / distributed.get_world_size()
    return (each * targets.weight).sum() / weight.clamp_min(1e-6)


def total_loss(
    output: NetworkOutput,
    targets: Targets,
    terms: Mapping[str, nn.Module],
    weights: Mapping[str, float],
) -> tuple[Tensor, dict[str, Tensor]]:
    """The sum, and its unweighted parts by name, in fp32."""
    output = NetworkOutput(
        output.logits.float(),
        output.features.float() if output.features is not None else None,
        output.heads.float() if output.heads is not None else None,
    )
    parts = {"cross_entropy": cross_entropy(output.logits, targets)}
    total = parts["cross_entropy"]
    for name, term in terms.items():
        value = term(output, targets.labels)
        if targets.other_labels is not None:
            value = targets.share * value + (1 - targets.share) * term(output, targets.other_labels)
        parts[name] = value
        total = total + weights[name] * value
    return total, parts
