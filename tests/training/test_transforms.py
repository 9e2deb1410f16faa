from __future__ import annotations

import math

import pytest
import torch
from torch import Generator, Tensor

from mien.errors import SettingsError
from mien.training.transforms import (
    PUBLISHED,
    Augmentation,
    Preparation,
    blurred,
    moved,
    warped,
)

torch.set_num_threads(1)
NOBODY = torch.zeros(0, 2)
EVERYTHING = Augmentation(
    flip=0.5,
    rotation_deg=30,
    shift=0.1,
    scale=0.2,
    shear_deg=10,
    brightness=0.4,
    contrast=0.4,
    saturation=0.4,
    blur=0.5,
    erase=0.5,
)


def seeded(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def face(channels: int = 3, side: int = 32) -> Tensor:
    return torch.randint(0, 256, (channels, side, side), generator=seeded(7), dtype=torch.uint8)


def dot(x: int, y: int, side: int = 33) -> Tensor:
    image = torch.zeros(1, side, side, dtype=torch.uint8)
    image[0, y, x] = 255
    return image


def place_of_dot(image: Tensor) -> tuple[float, float]:
    """Centre of mass, x and y in [0, 1] of the picture."""
    weight = image[0].double()
    grid = (torch.arange(image.shape[-1]) + 0.5) / image.shape[-1]
    total = weight.sum()
    return float((weight.sum(0) * grid).sum() / total), float((weight.sum(1) * grid).sum() / total)


def test_none_is_none() -> None:
    image = face()
    assert torch.equal(Augmentation()(image, NOBODY, seeded())[0], image)


@pytest.mark.parametrize("channels", [1, 3])
def test_seed_decides_everything(channels: int) -> None:
    image = face(channels)
    torch.manual_seed(1)
    one = EVERYTHING(image, NOBODY, seeded(5))[0]
    torch.manual_seed(2)  # torch's own random numbers play no part
    again = EVERYTHING(image, NOBODY, seeded(5))[0]
    other = EVERYTHING(image, NOBODY, seeded(6))[0]
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert one.dtype == torch.uint8
    assert one.shape == image.shape


def test_frames_of_a_clip_are_changed_alike() -> None:
    image = face()
    clip = image.expand(5, *image.shape)
    for seed in range(10):
        changed = EVERYTHING(clip, NOBODY, seeded(seed))[0]
        assert changed.shape == clip.shape
        assert all(torch.equal(frame, changed[0]) for frame in changed)


def test_flip_mirrors_exactly() -> None:
    image = face()
    flipped = Augmentation(flip=1)(image, torch.tensor([[0.25, 0.4]]), seeded())
    assert torch.equal(flipped[0], image.flip(-1))
    assert flipped[1][0].tolist() == pytest.approx([0.75, 0.4])


def test_flip_half_of_the_time() -> None:
    image, half = face(side=8), Augmentation(flip=0.5)
    flips = sum(not torch.equal(half(image, NOBODY, seeded(i))[0], image) for i in range(400))
    assert 160 < flips < 240  # four standard deviations of a fair coin


def test_quarter_turn_by_hand() -> None:
    """A new place (x, y) shows what was at (-y, x): the dot right of the middle, at old
    (10, 0), is shown at (0, -10), above it."""
    turn = torch.tensor([[0.0, -1, 0], [1, 0, 0]])
    image = dot(26, 16)
    turned = warped(image, turn)
    assert turned[0, 6, 16] == 255
    assert moved(torch.tensor([[26.5 / 33, 0.5]]), turn)[0].tolist() == pytest.approx(
        [0.5, 6.5 / 33]
    )


@pytest.mark.parametrize("seed", range(12))
def test_landmarks_stay_on_their_dot(seed: int) -> None:
    geometry = Augmentation(flip=0.5, rotation_deg=30, shift=0.1, scale=0.2, shear_deg=10)
    x, y = 20, 12
    mark = torch.tensor([[(x + 0.5) / 33, (y + 0.5) / 33], [-1, -1]])
    image, places = geometry(dot(x, y), mark, seeded(seed))
    assert place_of_dot(image) == pytest.approx(places[0].tolist(), abs=0.5 / 33)
    assert places[1].tolist() == [-1, -1]


def test_rotation_stays_within_its_range() -> None:
    turned = Augmentation(rotation_deg=30)
    angles = []
    for seed in range(200):
        place = turned(dot(16, 16), torch.tensor([[1.0, 0.5]]), seeded(seed))[1][0]
        angles.append(math.degrees(math.atan2(float(place[1] - 0.5), float(place[0] - 0.5))))
    assert max(map(abs, angles)) <= 30.01
    assert min(angles) < -24
    assert max(angles) > 24


def test_outside_repeats_the_border() -> None:
    image = torch.full((1, 16, 16), 90, dtype=torch.uint8)
    geometry = Augmentation(rotation_deg=30, shift=0.3)
    for seed in range(5):
        assert (geometry(image, NOBODY, seeded(seed))[0] == 90).all()


def test_brightness_multiplies_within_its_range() -> None:
    image = torch.full((3, 4, 4), 100, dtype=torch.uint8)
    levels = {
        int(Augmentation(brightness=0.2)(image, NOBODY, seeded(i))[0][0, 0, 0]) for i in range(200)
    }
    assert min(levels) in range(80, 84)
    assert max(levels) in range(117, 121)


def test_contrast_and_saturation_leave_what_they_should() -> None:
    flat = torch.full((3, 6, 6), 77, dtype=torch.uint8)
    strong = Augmentation(contrast=0.5, saturation=0.5)
    assert (strong(flat, NOBODY, seeded())[0].int() - 77).abs().max() <= 1


def test_blur_is_a_gaussian() -> None:
    """Against the definition: weights exp(-d^2 / 2 s^2), normalised, in both directions."""
    soft = blurred(dot(16, 16), 2.0)[0].double()
    offsets = torch.arange(-16, 17).double()
    weights = torch.exp(-(offsets**2) / (2 * 2.0**2))
    weights /= weights.sum()
    assert (soft - 255 * weights[:, None] * weights[None]).abs().max() <= 1


def test_erasing_covers_one_rectangle_within_its_share() -> None:
    image = torch.full((1, 40, 40), 7, dtype=torch.uint8)
    cover = Augmentation(erase=1, erase_share=0.25)
    for seed in range(30):
        changed = (cover(image, NOBODY, seeded(seed))[0][0] != 7).nonzero()
        height, width = (changed.max(0).values - changed.min(0).values + 1).tolist()
        assert 0.01 * 1600 <= height * width <= 0.26 * 1600
        # Noise hits the old level by chance, one pixel in 256.
        assert len(changed) >= height * width - 6


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_augmentations_work_on_their_inputs(name: str) -> None:
    clip = face(side=24).expand(4, 3, 24, 24) if name.startswith("r2plus1d") else face(side=24)
    image, _ = PUBLISHED[name](clip, NOBODY, seeded())
    assert image.shape == clip.shape
    assert image.dtype == torch.uint8


def test_preparation_normalises_light_without_augmentation() -> None:
    dark = face() // 4
    ready = Preparation("histogram")(dark, NOBODY, seeded())[0]
    assert ready.max() > 200
    assert torch.equal(Preparation()(dark, NOBODY, seeded())[0], dark)


def test_settings_are_checked() -> None:
    assert Augmentation.of({"flip": 0.5}) == Augmentation(flip=0.5)
    with pytest.raises(SettingsError, match="Did you mean 'rotation_deg'"):
        Augmentation.of({"rotation": 30})
    with pytest.raises(SettingsError, match=r"flip must be a number from 0 to 1; got 2"):
        Augmentation(flip=2)
    with pytest.raises(SettingsError, match="got True"):
        Augmentation.of({"blur": True})
