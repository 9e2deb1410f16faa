"""What a loss takes from a network's answer, refused with a reason where it is missing."""

from __future__ import annotations

from torch import Tensor

from mien.errors import ModelError
from mien.networks.output import NetworkOutput


def labelled_features(output: NetworkOutput, labels: Tensor, loss: str) -> tuple[Tensor, Tensor]:
    """Features ``(N, D)`` and labels ``(N,)`` of the samples whose label is known (>= 0).

    Raises:
        ModelError: the network gives no features.
    """
    if output.features is None:
        raise ModelError(
            f"The {loss} loss needs a network that gives features; this one gives none. "
            f"Leave {loss} out of the recipe, or take another system."
        )
    known = labels >= 0
    return output.features[known], labels[known]


def heads_of(output: NetworkOutput, loss: str) -> Tensor:
    """Head vectors ``(B, H, D)``.

    Raises:
        ModelError: the network has no attention heads.
    """
    if output.heads is None:
        raise ModelError(
            f"The {loss} loss needs a network with attention heads; this one has none. "
            f"Leave {loss} out of the recipe, or take hafnet."
        )
    return output.heads


def mean_of(each: Tensor) -> Tensor:
    """Mean of ``(N,)``, and zero (not NaN) for none."""
    return each.sum() / max(len(each), 1)
