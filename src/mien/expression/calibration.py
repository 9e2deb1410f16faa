"""From logits to probabilities that mean what they say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Array = NDArray[np.float64]


def softmax(logits: Array) -> Array:
    """Along the last axis; shape kept."""
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    result: Array = shifted / shifted.sum(-1, keepdims=True)
    return result


@dataclass(frozen=True)
class Calibration:
    """Vector-shift calibration: softmax(logits / temperature + bias).

    Temperature scaling after Guo et al. 2017 (arXiv:1706.04599).
    """

    temperature: float = 1.0
    bias: tuple[float, ...] = ()

    def apply(self, logits: Array) -> Array:
        """Probabilities of the same shape ``(..., K)``."""
        scaled = np.asarray(logits, np.float64) / self.temperature
        return softmax(scaled + np.asarray(self.bias) if self.bias else scaled)


def fit_temperature(logits: Array, labels: NDArray[np.int64]) -> Calibration:
    """The temperature with the least negative log-likelihood.

    Args:
        logits: ``(N, K)`` of a validation split, never of a test split.
        labels: ``(N,)``.
    """

    def loss(log_temperature: NDArray[np.float64]) -> float:
        shares = softmax(logits / np.exp(log_temperature[0]))
        return float(-np.log(shares[np.arange(len(labels)), labels] + 1e-12).mean())

    best = minimize(loss, np.zeros(1), method="Nelder-Mead")
    return Calibration(float(np.exp(best.x[0])))
