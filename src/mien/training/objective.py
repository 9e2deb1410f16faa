"""What the bundled network should answer, and how far from it it is: targets from the
data set's votes, the loss of both heads, and the teacher's share of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mien.datasets.fer2013 import FER2013Data
from mien.training.hardware import gains_by_bf16
from mien.training.recipe import Recipe


@dataclass(frozen=True)
class Targets:
    """What a batch should become: FER+ shares and weight, FER2013 shares and weight."""

    ferplus: Tensor
    ferplus_weight: Tensor
    fer2013: Tensor
    fer2013_weight: Tensor

    def take(self, rows: Tensor) -> Targets:
        return Targets(*(value[rows] for value in vars(self).values()))

    def mix(self, order: Tensor, share: float) -> Targets:
        other = self.take(order)
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Targets(*(share * a + (1 - share) * b for a, b in pairs))


def targets_of(data: FER2013Data, smoothing: float) -> Targets:
    shares, weight = data.distribution()
    face = torch.from_numpy(data.is_face.astype(np.float32))
    one_hot = F.one_hot(torch.from_numpy(data.labels), 7).float()
    smooth = one_hot * (1 - smoothing) + smoothing / 7
    return Targets(torch.from_numpy(shares), torch.from_numpy(weight) * face, smooth, face)


def draw_probabilities(data: FER2013Data, power: float) -> Tensor:
    """Chance of each picture in an epoch: its FER+ class size to the ``-power``."""
    shares, weight = data.distribution()
    label = np.where(weight > 0, shares.argmax(1), 8)
    size = np.bincount(label, minlength=9).clip(1)
    chance = (1.0 / size[label]) ** power * data.is_face
    return torch.from_numpy(chance / chance.sum())


def loss_of(outputs: tuple[Tensor, Tensor], targets: Targets, recipe: Recipe) -> Tensor:
    """Cross-entropy of both heads against shares, weighted by picture."""

    def cross_entropy(logits: Tensor, shares: Tensor, weight: Tensor) -> Tensor:
        each = -(shares * logits.float().log_softmax(1)).sum(1)
        return (each * weight).sum() / weight.sum().clamp_min(1e-6)

    plus = cross_entropy(outputs[0], targets.ferplus, targets.ferplus_weight)
    seven = cross_entropy(outputs[1], targets.fer2013, targets.fer2013_weight)
    return plus + recipe.fer2013_weight * seven


@torch.no_grad()
def teach(teacher: nn.Module, x: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
    """The teacher's softened shares for both heads, on the very same pictures."""
    with torch.autocast("cpu", torch.bfloat16, enabled=gains_by_bf16("cpu")):
        plus, seven = teacher(x)
    return (plus.float() / temperature).softmax(1), (seven.float() / temperature).softmax(1)


def distillation(
    outputs: tuple[Tensor, Tensor], taught: tuple[Tensor, Tensor], recipe: Recipe
) -> Tensor:
    """Cross-entropy against a teacher (Hinton et al. 2015, arXiv:1503.02531), times the
    squared temperature so that its gradients keep their size."""
    t = recipe.teacher_temperature
    plus, seven = (
        -(shares * (logits.float() / t).log_softmax(1)).sum(1).mean() * t * t
        for logits, shares in zip(outputs, taught, strict=True)
    )
    return plus + recipe.fer2013_weight * seven
