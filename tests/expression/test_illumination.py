"""Against Pillow and against training's form."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

from mien.expression.illumination import ILLUMINATION, histogram_equalised
from mien.training.illumination import ILLUMINATION as TRAINING

RANDOM = np.random.default_rng(0)
SHADED = np.linspace(0.3, 1, 48) * RANDOM.normal(120, 30, (48, 48)).clip(0, 255)


def pictures():
    grey = SHADED.astype(np.uint8)[None]
    colour = np.concatenate([grey, grey // 2, 255 - grey])
    return [grey, colour, np.full((1, 16, 16), 9, np.uint8), colour[:, :20, :30].copy()]


@pytest.mark.parametrize("name", list(TRAINING))
@pytest.mark.parametrize("number", range(4))
def test_the_same_as_in_training(name: str, number: int) -> None:
    picture = pictures()[number]
    theirs = TRAINING[name](torch.from_numpy(picture)).numpy()
    np.testing.assert_array_equal(ILLUMINATION[name](picture), theirs)


def test_every_normalisation_of_training_is_there() -> None:
    assert set(ILLUMINATION) == set(TRAINING)


def test_grey_is_equalised_as_pillow_does() -> None:
    grey = pictures()[0]
    expected = np.asarray(ImageOps.equalize(Image.fromarray(grey[0])))
    np.testing.assert_array_equal(histogram_equalised(grey)[0], expected)
