"""Augmentation of the published systems, seeded by sample and epoch.

Every random number comes from the generator that is handed in, never from torch's own, so
a resumed training sees the pictures that it would have seen. All frames of a clip are
changed alike, and landmarks move with their picture.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal

import torch
import torch.nn.functional as nnf
from torch import Generator, Tensor
from torchvision.transforms.v2 import functional as F

from mien.errors import SettingsError, choose_from
from mien.training.illumination import ILLUMINATION

#: Aspect ratio of erased rectangles and their smallest share of the picture
#: (Zhong et al. 2020, section 4.2, as in torchvision's RandomErasing).
_ERASED_ASPECT: Final = (0.3, 3.3)
_ERASED_LEAST: Final = 0.02
#: Smallest deviation of the blur, pixels (as in torchvision's GaussianBlur).
_BLUR_LEAST_PX: Final = 0.1
#: Tries to place a rectangle of the drawn form inside the picture, as torchvision has it.
_TRIES: Final = 10


def _range(default: float, low: float, high: float) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True)
class Augmentation:
    """One sample's random changes; as it stands, none. It is a ``Transform`` of
    :mod:`mien.datasets.torch_dataset`.

    Attributes:
        flip: probability of mirroring left and right.
        rotation_deg: drawn from both signs, evenly.
        shift: largest, along each axis, as a share of the side.
        scale: largest change; sizes are drawn from 1 - scale to 1 + scale.
        shear_deg: drawn from both signs, along x.
        brightness: factor drawn from 1 - brightness to 1 + brightness.
        contrast: likewise.
        saturation: likewise; nothing on grey pictures.
        blur: probability of a Gaussian blur.
        blur_px: its largest standard deviation.
        erase: probability that one rectangle becomes noise.
        erase_share: its largest share of the picture.
    """

    flip: float = _range(0.0, 0, 1)
    rotation_deg: float = _range(0.0, 0, 180)
    shift: float = _range(0.0, 0, 0.5)
    scale: float = _range(0.0, 0, 0.9)
    shear_deg: float = _range(0.0, 0, 60)
    brightness: float = _range(0.0, 0, 1)
    contrast: float = _range(0.0, 0, 1)
    saturation: float = _range(0.0, 0, 1)
    blur: float = _range(0.0, 0, 1)
    blur_px: float = _range(2.0, _BLUR_LEAST_PX, 20)
    erase: float = _range(0.0, 0, 1)
    erase_share: float = _range(0.33, _ERASED_LEAST, 1)

    def __post_init__(self) -> None:
        for item in fields(self):
            value, low, high = getattr(self, item.name), item.metadata["low"], item.metadata["high"]
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not low <= value <= high:
                raise SettingsError(
                    f"augmentation.{item.name} must be a number from {low} to {high}; "
                    f"got {value!r}."
                )

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Augmentation:
        """From a recipe's keys.

        Raises:
            SettingsError: an unknown key, nearest one named, or a value out of range.
        """
        known = [item.name for item in fields(cls)]
        for key in settings:
            if key not in known:
                raise SettingsError(choose_from("augmentation key", key, known))
        return cls(**settings)

    def __call__(
        self, image: Tensor, landmarks: Tensor, generator: Generator
    ) -> tuple[Tensor, Tensor]:
        """In the order light, blur, geometry, erasing: covers stay sharp-edged.

        Args:
            image: ``(C, H, W)`` or ``(T, C, H, W)`` uint8.
            landmarks: ``(n, 2)`` float32 in [0, 1]; negative where not known.
        """
        image = self._lit(image, generator)
        if _chance(self.blur, generator):
            image = blurred(image, _uniform(generator, _BLUR_LEAST_PX, self.blur_px))
        turn = self._turn(generator)
        if turn is not None:
            image, landmarks = warped(image, turn), moved(landmarks, turn)
        if _chance(self.erase, generator):
            image = self._erased(image, generator)
        return image, landmarks

    def _lit(self, image: Tensor, generator: Generator) -> Tensor:
        for amount, change in (
            (self.brightness, F.adjust_brightness),
            (self.contrast, F.adjust_contrast),
            (self.saturation, F.adjust_saturation),
        ):
            if amount:
                image = change(image, _uniform(generator, 1 - amount, 1 + amount))
        return image

    def _turn(self, generator: Generator) -> Tensor | None:
        """``(2, 3)`` from places of the new picture to the old, both in [-1, 1]."""
        mirror = -1.0 if _chance(self.flip, generator) else 1.0
        angle = math.radians(_uniform(generator, -self.rotation_deg, self.rotation_deg))
        shear = math.tan(math.radians(_uniform(generator, -self.shear_deg, self.shear_deg)))
        scale = _uniform(generator, 1 - self.scale, 1 + self.scale)
        shift = [2 * _uniform(generator, -self.shift, self.shift) for _ in range(2)]
        if (mirror, angle, shear, scale, *shift) == (1.0, 0.0, 0.0, 1.0, 0.0, 0.0):
            return None
        cos, sin = math.cos(angle) / scale, math.sin(angle) / scale
        turned = torch.tensor([[cos, -sin], [sin, cos]]) @ torch.tensor([[1.0, shear], [0.0, 1.0]])
        turned[0] *= mirror
        return torch.cat([turned, torch.tensor([shift]).T], dim=1)

    def _erased(self, image: Tensor, generator: Generator) -> Tensor:
        height, width = image.shape[-2:]
        for _ in range(_TRIES):
            area = height * width * _uniform(generator, _ERASED_LEAST, self.erase_share)
            low, high = (math.log(a) for a in _ERASED_ASPECT)
            aspect = math.exp(_uniform(generator, low, high))
            h, w = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
            if 0 < h < height and 0 < w < width:
                top = int(torch.randint(height - h + 1, (), generator=generator))
                left = int(torch.randint(width - w + 1, (), generator=generator))
                size = (image.shape[-3], h, w)
                noise = torch.randint(0, 256, size, generator=generator, dtype=torch.uint8)
                erased: Tensor = F.erase(image, top, left, h, w, noise)
                return erased
        return image


#: What each paper prints; numbers that it leaves out are torchvision's and the field's custom.
PUBLISHED: Final[Mapping[str, Augmentation]] = {
    "hafnet": Augmentation(flip=0.5, rotation_deg=30),
    "cbam-resnet50": Augmentation(flip=0.5),
    "sfer-mdfae": Augmentation(flip=0.5, erase=0.5),
    "landmark-cnn": Augmentation(flip=0.5, rotation_deg=10, brightness=0.2, blur=0.2, blur_px=1),
    "r2plus1d-attention": Augmentation(flip=0.5),
}


@dataclass(frozen=True)
class Preparation:
    """Normalisation of light, which evaluation needs too, then augmentation."""

    illumination: Literal["none", "histogram", "dct"] = "none"
    augmentation: Augmentation = Augmentation()

    def __call__(
        self, image: Tensor, landmarks: Tensor, generator: Generator
    ) -> tuple[Tensor, Tensor]:
        """As :class:`Augmentation`."""
        return self.augmentation(ILLUMINATION[self.illumination](image), landmarks, generator)


def blurred(image: Tensor, deviation_px: float) -> Tensor:
    """Gaussian blur, the kernel three deviations to either side."""
    reach = 2 * math.ceil(3 * deviation_px) + 1
    most = 2 * ((min(image.shape[-2:]) - 1) // 2) + 1
    size = min(reach, most)
    soft: Tensor = F.gaussian_blur(image, [size, size], [deviation_px, deviation_px])
    return soft


def warped(image: Tensor, turn: Tensor) -> Tensor:
    """The picture moved by a ``(2, 3)`` matrix from new places to old ones in [-1, 1].

    Places outside repeat the border, as live crops do; torchvision's ``affine`` would make
    them black, which no camera shows.
    """
    batch = image.float() if image.ndim == 4 else image.float()[None]
    theta = turn[None].expand(len(batch), 2, 3)
    grid = nnf.affine_grid(theta, list(batch.shape), align_corners=False)
    out = nnf.grid_sample(batch, grid, align_corners=False, padding_mode="border")
    out = out.round().clamp(0, 255).to(torch.uint8)
    return out if image.ndim == 4 else out[0]


def moved(landmarks: Tensor, turn: Tensor) -> Tensor:
    """Landmarks in [0, 1] where :func:`warped` puts them; unknown ones stay unknown.

    A mirror leaves the order: the point that was the left corner of the mouth stays number
    so-and-so and lies on the right. Only a network that reads *where* points are may use it.
    """
    if not len(landmarks):
        return landmarks
    old = landmarks * 2 - 1
    new = torch.linalg.solve(turn[:, :2], (old - turn[:, 2]).T).T
    known = (landmarks >= 0).all(1, keepdim=True)
    return torch.where(known, (new + 1) / 2, landmarks)


def _uniform(generator: Generator, low: float, high: float) -> float:
    return low + (high - low) * float(torch.rand((), generator=generator))


def _chance(probability: float, generator: Generator) -> bool:
    return bool(torch.rand((), generator=generator) < probability)
