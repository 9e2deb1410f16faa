"""Seeded augmentation of grey face batches, ``(B, 1, H, W)`` in [0, 1].

Aims at faces in the wild rather than at FER2013's own test split: rotation,
scale and shift (imprecise crops), light (gamma, gain, gradient), blur, small
faces, noise, and covered parts.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Generator, Tensor


def _uniform(generator: Generator, count: int, low: float, high: float) -> Tensor:
    return torch.rand(count, generator=generator) * (high - low) + low


def geometry(images: Tensor, generator: Generator, rotation_deg: float = 20.0) -> Tensor:
    """Flip (p = 0.5), rotation, scale 0.85 to 1.2, shift up to 10 % of the side."""
    count = len(images)
    angle = torch.deg2rad(_uniform(generator, count, -rotation_deg, rotation_deg))
    scale = _uniform(generator, count, 0.85, 1.2)
    aspect = _uniform(generator, count, 0.92, 1.08)
    flip = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0)
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0] = angle.cos() / scale * flip
    theta[:, 0, 1] = -angle.sin() / scale * aspect
    theta[:, 1, 0] = angle.sin() / scale * flip
    theta[:, 1, 1] = angle.cos() / scale * aspect
    theta[:, :, 2] = _uniform(generator, count * 2, -0.2, 0.2).view(count, 2)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False, padding_mode="border")


def light(images: Tensor, generator: Generator) -> Tensor:
    """Gamma 0.5 to 2, and on half of the pictures a gradient as from a window."""
    count, _, height, width = images.shape
    gamma = torch.exp(_uniform(generator, count, -0.7, 0.7)).view(-1, 1, 1, 1)
    lit = images.clamp(1e-4, 1).pow(gamma)
    y = torch.linspace(-1, 1, height).view(1, 1, -1, 1)
    x = torch.linspace(-1, 1, width).view(1, 1, 1, -1)
    slope = _uniform(generator, count * 2, -0.4, 0.4).view(2, -1, 1, 1, 1)
    used = (torch.rand(count, generator=generator) < 0.5).float().view(-1, 1, 1, 1)
    return lit * (1 + used * (slope[0] * x + slope[1] * y))


def degrade(images: Tensor, generator: Generator) -> Tensor:
    """A quarter made small (20 to 40 px) and enlarged again; noise on a quarter."""
    out = images.clone()
    small = torch.rand(len(images), generator=generator) < 0.25
    if bool(small.any()):
        side = int(torch.randint(20, 41, (1,), generator=generator))
        tiny = F.interpolate(images[small], (side, side), mode="bilinear", antialias=True)
        size = images.shape[-2:]
        out[small] = F.interpolate(tiny, size, mode="bilinear", align_corners=False)
    noise = torch.randn(images.shape, generator=generator)
    level = _uniform(generator, len(images), 0, 0.08).view(-1, 1, 1, 1)
    noisy = (torch.rand(len(images), generator=generator) < 0.25).float().view(-1, 1, 1, 1)
    return out + noise * level * noisy


def cover(images: Tensor, generator: Generator, probability: float = 0.35) -> Tensor:
    """Random erasing (Zhong et al. 2020): one rectangle of 8 to 22 px, grey or noise."""
    count, _, height, width = images.shape
    size = torch.randint(8, 23, (2, count, 1), generator=generator)
    top = torch.randint(-6, height - 4, (count, 1), generator=generator)
    left = torch.randint(-6, width - 4, (count, 1), generator=generator)
    rows, columns = torch.arange(height)[None], torch.arange(width)[None]
    in_rows = (rows >= top) & (rows < top + size[0])
    in_columns = (columns >= left) & (columns < left + size[1])
    used = torch.rand(count, 1, 1, generator=generator) < probability
    mask = (in_rows[:, :, None] & in_columns[:, None, :] & used)[:, None]
    fill = torch.rand((count, 1, 1, 1), generator=generator).expand_as(images)
    return torch.where(mask, fill, images)


def augment(
    images: Tensor,
    generator: Generator,
    rotation_deg: float = 20.0,
    cover_share: float = 0.35,
) -> Tensor:
    """All of the above, in the order light, geometry, degrade, cover; kept in [0, 1]."""
    images = geometry(light(images, generator), generator, rotation_deg)
    return cover(degrade(images, generator), generator, cover_share).clamp(0, 1)
