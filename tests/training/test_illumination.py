"""Normalisation of light; Pillow and the written-out transform are the references."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from scipy.fft import dctn

from mien.training.illumination import (
    ILLUMINATION,
    MIDDLE_GREY,
    dct_normalised,
    histogram_equalised,
)

torch.set_num_threads(1)


def face(seed: int = 0, side: int = 32) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(60, 160, (8, 8), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC))


@pytest.mark.parametrize("seed", range(5))
def test_grey_equalises_as_pillow_does(seed: int) -> None:
    grey = face(seed)
    ours = histogram_equalised(torch.from_numpy(grey.copy())[None])[0].numpy()
    assert (ours == np.asarray(ImageOps.equalize(Image.fromarray(grey)))).all()


def test_colours_gain_light_and_keep_their_differences() -> None:
    grey = face()
    image = torch.from_numpy(np.stack([grey + 10, grey, grey - 10]))
    out = histogram_equalised(image).int()
    inside = (out > 0).all(0) & (out < 255).all(0)
    assert (out[0] - out[1])[inside].unique().tolist() == [10]
    assert out.max() - out.min() > image.int().max() - image.int().min()


def test_light_from_one_side_is_removed() -> None:
    """The same face under even light and under a slope comes out nearly the same."""
    grey = face(1, 64).astype(float)
    slope = np.linspace(0.5, 1.5, 64)[None]
    even = torch.from_numpy(np.clip(grey, 0, 255).astype(np.uint8))[None]
    lit = torch.from_numpy(np.clip(grey * slope, 0, 255).astype(np.uint8))[None]
    before = (even.int() - lit.int()).abs().float().mean()
    after = (dct_normalised(even).int() - dct_normalised(lit).int()).abs().float().mean()
    assert after < 0.25 * before


def test_lowest_coefficients_are_gone_and_the_rest_stays() -> None:
    """Zig-zag: after the mean come (0,1) (1,0) (2,0) (1,1) (0,2), of which five are removed.
    The result is rounded to whole levels, hence the tolerances."""
    grey = face(2)
    out = dct_normalised(torch.from_numpy(grey.copy())[None], discarded=5)[0].numpy()
    was, now = (dctn(np.log1p(p.astype(float)), norm="ortho") for p in (grey, out))
    gone = [(0, 1), (1, 0), (2, 0), (1, 1), (0, 2)]
    for row, column in gone:
        assert abs(now[row, column]) < 0.03
    assert now[0, 0] / 32 == pytest.approx(np.log1p(MIDDLE_GREY), abs=0.002)
    kept = np.ones((32, 32), bool)
    kept[0, 0] = False
    kept[tuple(np.transpose(gone))] = False
    assert np.abs(now - was)[kept].max() < 0.03


def test_bright_pixels_do_not_wrap_around() -> None:
    white = torch.full((3, 8, 8), 255, dtype=torch.uint8)
    assert (dct_normalised(white) == 128).all()


@pytest.mark.parametrize("name", ILLUMINATION)
def test_grey_is_the_same_in_one_channel_or_three(name: str) -> None:
    grey = torch.from_numpy(face(3).copy())[None]
    one, three = ILLUMINATION[name](grey), ILLUMINATION[name](grey.expand(3, 32, 32))
    assert torch.equal(three, one.expand(3, 32, 32))


@pytest.mark.parametrize("name", ILLUMINATION)
@pytest.mark.parametrize("shape", [(1, 16, 16), (3, 16, 16), (4, 3, 16, 16)])
def test_every_form_takes_every_shape(name: str, shape: tuple[int, ...]) -> None:
    image = torch.randint(0, 256, shape, dtype=torch.uint8)
    out = ILLUMINATION[name](image)
    assert out.shape == image.shape
    assert out.dtype == torch.uint8
    if len(shape) == 4:
        assert torch.equal(out[2], ILLUMINATION[name](image[2]))
