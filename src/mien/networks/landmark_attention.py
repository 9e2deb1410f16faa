"""Self-attention over places that landmarks guide, and self-attention over channels.

R. Khalid et al. 2025, equation 7: A = softmax(Q K^T / sqrt(d_k)), computed "across both
channel and spatial dimensions", with landmarks as "spatial anchors to bias the attention".
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


def cell_centres(height: int, width: int, like: Tensor) -> Tensor:
    """Centres (x, y) of a map's cells in [0, 1], row by row: ``(height * width, 2)``."""
    y = (torch.arange(height, dtype=like.dtype, device=like.device) + 0.5) / height
    x = (torch.arange(width, dtype=like.dtype, device=like.device) + 0.5) / width
    return torch.stack([x.repeat(height), y.repeat_interleave(width)], 1)


class LandmarkBias(nn.Module):
    """b_j = w_p m_p(j) + w_s m_s(j): how much more a place j near landmarks is attended to.

    m(j) = max over a group's landmarks l of exp(-|p_j - l|^2 / (2 s^2)), in [0, 1], with
    s half a cell: a landmark marks the cell it lies in and hardly the next. Points outside
    the picture (unknown ones are written -1) mark nothing, so a face without landmarks has
    plain self-attention. The two weights are learned: the paper says that primary
    landmarks refer and secondary ones refine, so they start at 1 and 1/2.

    Args:
        primary: how many of the landmarks, the first ones, are primary.
    """

    def __init__(self, primary: int) -> None:
        super().__init__()
        self.primary = primary
        self.weight = nn.Parameter(torch.tensor([1.0, 0.5]))

    def forward(self, landmarks: Tensor, height: int, width: int) -> Tensor:
        """``(B, n, 2)`` in [0, 1] of the picture -> ``(B, height * width)``."""
        centres = cell_centres(height, width, landmarks)
        cells = centres.new_tensor([width, height])
        apart = (((centres[None, :, None] - landmarks[:, None]) * cells) ** 2).sum(3)
        known = ((landmarks >= 0) & (landmarks <= 1)).all(2)[:, None].to(apart.dtype)
        near = (-2 * apart).exp() * known
        primary = near[:, :, : self.primary].amax(2)
        secondary = near[:, :, self.primary :].amax(2)
        return self.weight[0] * primary + self.weight[1] * secondary


class PlaceAttention(nn.Module):
    """x + V softmax(Q K^T / sqrt(d_k) + b) over the places of a map; shape kept.

    Q, K, V are 1x1 convolutions, d_k = C / 8 (Zhang et al. 2019, SAGAN). The sum with the
    input is the field's custom (He et al. 2016); the paper is silent about it.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.depth = channels // 8
        self.query = nn.Conv2d(channels, self.depth, 1)
        self.key = nn.Conv2d(channels, self.depth, 1)
        self.value = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor, bias: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """``(B, C, h, w)`` and b of the attended places ``(B, h * w)`` -> ``(B, C, h, w)``
        and how much each place is attended to, the mean over all that look ``(B, h, w)``.
        """
        q, k, v = (part(x).flatten(2) for part in (self.query, self.key, self.value))
        scores = q.transpose(1, 2) @ k / math.sqrt(self.depth)
        if bias is not None:
            scores = scores + bias[:, None]
        shares = scores.softmax(2)
        seen = (v @ shares.transpose(1, 2)).unflatten(2, x.shape[2:])
        return x + seen, shares.mean(1).unflatten(1, x.shape[2:])


class ChannelAttention(nn.Module):
    """x + beta softmax(X X^T / sqrt(N)) X over the channels of a map with N places.

    Equation 7 with channels in the place of places, in the form of Fu et al. 2019 (DANet,
    arXiv:1809.02983): no weights of its own but beta, learned from 0.
    """

    def __init__(self) -> None:
        super().__init__()
        self.beta = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C, h, w)``, shape kept."""
        rows = x.flatten(2)
        shares = (rows @ rows.transpose(1, 2) / math.sqrt(rows.shape[2])).softmax(2)
        mixed: Tensor = (shares @ rows).unflatten(2, x.shape[2:])
        return x + self.beta * mixed
