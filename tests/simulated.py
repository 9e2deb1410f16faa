"""Answers of a made-up network, and checkpoints of a tiny one."""

from __future__ import annotations

import numpy as np

from mien.evaluation.answers import Answers
from mien.expression.calibration import softmax
from mien.labels import FER2013


def answers(
    skill: float,
    *,
    count: int = 600,
    seed: int = 0,
    labels: tuple[str, ...] = FER2013,
    missed: int = 0,
) -> Answers:
    """Faces whose true class gets ``skill`` more than the noise; classes of unequal size."""
    random = np.random.default_rng(99)  # the same faces for every network
    sizes = np.arange(1, len(labels) + 1) / np.arange(1, len(labels) + 1).sum()
    truth = random.choice(len(labels), count, p=sizes)
    logits = np.random.default_rng(seed).normal(size=(count, len(labels)))
    logits[np.arange(count), truth] += skill
    logits[:missed] = np.nan
    names = tuple(f"face-{i:04}" for i in range(count))
    return Answers(labels, names, truth, softmax(logits), logits.copy(), logits)
