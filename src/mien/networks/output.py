"""What every one of the published networks answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from torch import Tensor


@dataclass
class NetworkOutput:
    """One batch's answer. Losses, ensembles, classical classifiers and explanations take
    from it what they need; exported files hold ``logits`` alone.

    Attributes:
        logits: ``(B, K)`` before softmax.
        features: ``(B, D)`` the pooled vector that the centre-type losses and classical
            classifiers use.
        heads: ``(B, H, D)`` one vector an attention head, for the partition loss.
        attention: maps by name for explanations: ``(B, h, w)`` over places,
            ``(B, n, h, w)`` for n of them, ``(B, T)`` over time.
    """

    logits: Tensor
    features: Tensor | None = None
    heads: Tensor | None = None
    attention: dict[str, Tensor] = field(default_factory=dict)
