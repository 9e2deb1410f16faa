"""Key region-oriented attention (SFER-MDFAE, section 3.3) and the windowed attention that its
ablation puts in its place.

KROA is the bi-level routing attention of Zhu et al. 2023 (BiFormer, arXiv:2303.08810). A map
of C channels is cut into m x m regions of p patches each; for region r with mean query and
key q_r, k_r::

    M = q_r k_r^T             (m^2, m^2)         eq. 9, over all channels
    D = the top n of each row (m^2, n)           eq. 10
    R = MHSA(patches of r; keys and values of the regions D_r) W_o + LePE(v)   eq. 11-14

LePE is a depth-wise 5x5 convolution of the values (Dong et al. 2022, arXiv:2107.00652).
D passes no gradient; q and k learn through eq. 11.

Two ways to the same numbers, see docs/decisions/0014: ``gather`` copies the n chosen
regions' keys and values together for each region and attends to them alone; ``mask`` forbids
the others in one dense attention. Gathering costs n copies a patch and saves 1 - n/m^2 of
the products, so it pays where a region holds at least as many patches as it chooses regions
(measured, ``benchmarks.kroa``); ``auto`` decides by that.
"""

from __future__ import annotations

from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mien.errors import ModelError, choose_from

#: m of the paper, and n.
REGIONS: Final = 7
TOP_N: Final = 15
#: The paper prints none; POSTER, on which it builds, has 8.
HEADS: Final = 8
KERNELS: Final = ("auto", "gather", "mask")
#: Side of the ablation's windows: the smallest that tile a 7 x 7 map (padded to 8) into more
#: than one.
WINDOW: Final = 4


def regions_of(side: int) -> int:
    """How many regions along a side: the largest divisor of it up to 7.

    Raises:
        ModelError: only single patches or one region of the whole would be left.
    """
    found = max(m for m in range(1, REGIONS + 1) if side % m == 0)
    if found == 1 and side > 1:
        raise ModelError(
            f"A map of {side} x {side} cannot be cut into up to {REGIONS} x {REGIONS} equal "
            "regions. Choose a side_px whose last map is 2 to 7 or a multiple of these."
        )
    return found


class PatchAttention(nn.Module):
    """What KROA and the windowed attention share: q, k, v, output projection, LePE."""

    def __init__(self, channels: int, heads: int = HEADS) -> None:
        super().__init__()
        if channels % heads:
            raise ModelError(f"{channels} channels cannot be shared among {heads} heads.")
        self.heads = heads
        self.qkv = nn.Linear(channels, 3 * channels)
        self.out = nn.Linear(channels, channels)
        self.lepe = nn.Conv2d(channels, channels, 5, 1, 2, groups=channels)
        #: Changes nothing; explanations watch what passes through it.
        self.result = nn.Identity()

    def projected(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """q, k, v ``(B, h, w, C)`` of a map ``(B, C, h, w)``; eq. 4-6."""
        q, k, v = self.qkv(x.permute(0, 2, 3, 1)).chunk(3, -1)
        return q, k, v

    def joined(self, attended: Tensor, v: Tensor) -> Tensor:
        """Eq. 13 and 14: both ``(B, h, w, C)`` -> ``(B, C, h, w)``."""
        local: Tensor = self.lepe(v.permute(0, 3, 1, 2))
        mixed: Tensor = self.out(attended)
        joined: Tensor = self.result(mixed.permute(0, 3, 1, 2) + local)
        return joined

    def split(self, x: Tensor) -> Tensor:
        """Channels shared among the heads: ``(N, L, C)`` -> ``(N, heads, L, C/heads)``."""
        parts: Tensor = x.unflatten(-1, (self.heads, -1))
        return parts.transpose(1, 2)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        """Eq. 11 in every head, ``(N, L, C)`` -> ``(N, L, C)``; mask True where seen."""
        heads = F.scaled_dot_product_attention(
            self.split(q), self.split(k), self.split(v), attn_mask=mask
        )
        return heads.transpose(1, 2).flatten(2)


class KROA(PatchAttention):
    """See the module's docstring.

    Args:
        top_n: regions that each region attends to; no more than there are count.
        regions: m, along a side; the map's side must be a multiple.
        kernel: one of :data:`KERNELS`.

    Raises:
        ModelError: a value out of its range.
    """

    def __init__(
        self,
        channels: int,
        top_n: int = TOP_N,
        regions: int = REGIONS,
        heads: int = HEADS,
        kernel: str = "auto",
    ) -> None:
        super().__init__(channels, heads)
        if not 1 <= top_n <= REGIONS**2:
            raise ModelError(f"top_n must be 1 to {REGIONS**2}; got {top_n}. The paper's is 15.")
        if kernel not in KERNELS:
            raise ModelError(choose_from("Kernel", kernel, KERNELS))
        self.regions = regions
        self.top_n = min(top_n, regions**2)
        self.kernel = kernel

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """R ``(B, C, h, w)`` and D ``(B, m^2, n)`` int64, most related region first."""
        height, width = x.shape[-2:]
        q, k, v = (self._cut(y) for y in self.projected(x))
        chosen = self.chosen(q, k)
        if self.top_n == self.regions**2:
            attended = self.attend(q.flatten(1, 2), k.flatten(1, 2), v.flatten(1, 2))
        elif self._gathers(q.shape[2]):
            attended = self._gathered(q, k, v, chosen)
        else:
            attended = self._masked(q, k, v, chosen)
        attended = self._whole(attended.reshape(-1, *q.shape[1:]), height, width)
        return self.joined(attended, self._whole(v, height, width)), chosen

    def chosen(self, q: Tensor, k: Tensor) -> Tensor:
        """Eq. 7-10: D of ``(B, m^2, p, C)``."""
        with torch.no_grad():
            affinity = q.mean(2) @ k.mean(2).transpose(1, 2)
            return affinity.topk(self.top_n, -1).indices

    def _gathers(self, patches: int) -> bool:
        if self.kernel == "auto":
            return self.top_n <= patches
        return self.kernel == "gather"

    def _gathered(self, q: Tensor, k: Tensor, v: Tensor, chosen: Tensor) -> Tensor:
        count, patches, channels = q.shape[1:]
        # Number of each picture, counted so that an exported file takes any batch.
        first = ((chosen[:, :1, :1] * 0 + 1).cumsum(0) - 1) * count
        rows = (chosen + first).flatten()
        # Whole regions are copied as rows of a table: its gradient is summed by rows, which
        # is several times faster on a CPU than the scatter behind ``Tensor.gather``.
        near = (
            F.embedding(rows, y.reshape(-1, patches * channels)).view(
                -1, self.top_n * patches, channels
            )
            for y in (k, v)
        )
        return self.attend(q.flatten(0, 1), *near)

    def _masked(self, q: Tensor, k: Tensor, v: Tensor, chosen: Tensor) -> Tensor:
        count, patches = q.shape[1:3]
        # By comparison: exporters fix the batch of a table that is filled place by place.
        seen = (chosen[..., None] == torch.arange(count, device=q.device)).any(2)
        if patches > 1:
            seen = seen.repeat_interleave(patches, 1).repeat_interleave(patches, 2)
        return self.attend(q.flatten(1, 2), k.flatten(1, 2), v.flatten(1, 2), seen[:, None])

    def _cut(self, x: Tensor) -> Tensor:
        """``(B, h, w, C)`` -> ``(B, m^2, p, C)``, regions and patches row by row."""
        m = self.regions
        parts: Tensor = x.unflatten(1, (m, -1)).unflatten(3, (m, -1))
        return parts.transpose(2, 3).flatten(3, 4).flatten(1, 2)

    def _whole(self, x: Tensor, height: int, width: int) -> Tensor:
        """Undoes :meth:`_cut`."""
        m = self.regions
        parts: Tensor = x.unflatten(1, (m, m)).unflatten(3, (height // m, width // m))
        return parts.transpose(2, 3).flatten(3, 4).flatten(1, 2)


def share_chosen(chosen: Tensor, regions: int) -> Tensor:
    """D ``(B, m^2, n)`` -> ``(B, m, m)``: share of the regions that chose each region."""
    count = regions**2
    votes = F.one_hot(chosen, count).sum(2).float().mean(1)
    return votes.view(-1, regions, regions)


class WindowedCrossAttention(PatchAttention):
    """The ablation's stand-in (variant *rw*): keys and values of a window, queries from
    elsewhere, as in POSTER++ (Mao et al. 2023, arXiv:2301.12149, section 3.2).

    There the queries are a face-landmark network's map. This system has none, so they are
    the global queries of the attention that POSTER++ adapts (GC-ViT, Hatamizadeh et al.
    2023, arXiv:2206.09959, section 3): the whole map averaged to one window's size, the same
    for every window. All else (projections, heads, LePE) is KROA's, so that the
    ablation changes one thing. The map is padded to whole windows; padding is not seen. A map
    that one window would hold is cut into windows of half its side.
    """

    def __init__(self, channels: int, window: int = WINDOW, heads: int = HEADS) -> None:
        super().__init__(channels, heads)
        self.window = window

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C, h, w)`` -> the same shape."""
        height, width = x.shape[-2:]
        side = min(self.window, height, width)
        if side == max(height, width) > 1:
            # One window is dense attention, which the ablation sets windows against.
            side = -(-side // 2)
        q, k, v = self.projected(x)
        common = F.adaptive_avg_pool2d(q.permute(0, 3, 1, 2), side).flatten(2).transpose(1, 2)
        padding = (0, 0, 0, -width % side, 0, -height % side)
        keys, values = (_windows(F.pad(y, padding), side) for y in (k, v))
        real = F.pad(torch.ones_like(x[:, 0, :, :, None]), padding)
        seen = _windows(real, side).squeeze(-1)[:, None, None] > 0
        queries = common.repeat_interleave(keys.shape[0] // len(x), 0)
        attended = self.attend(queries, keys, values, seen)
        down, across = -(-height // side), -(-width // side)
        parts = attended.view(len(x), down, across, side, side, -1).transpose(2, 3)
        whole = parts.flatten(3, 4).flatten(1, 2)[:, :height, :width]
        return self.joined(whole, v)


def _windows(x: Tensor, side: int) -> Tensor:
    """``(B, h, w, C)`` -> ``(B * windows, side * side, C)``."""
    parts: Tensor = x.unflatten(1, (-1, side)).unflatten(3, (-1, side))
    return parts.transpose(2, 3).flatten(3, 4).flatten(0, 2)
