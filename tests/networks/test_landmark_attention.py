"""The landmark-guided attention against arithmetic by hand."""

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from mien.networks.landmark_attention import (  # noqa: E402
    ChannelAttention,
    LandmarkBias,
    PlaceAttention,
    cell_centres,
)
from mien.networks.landmark_points import (  # noqa: E402
    COUNT,
    IBUG,
    PRIMARY,
    SECONDARY,
    landmarks_of_ibug,
    landmarks_of_mesh,
)

torch.set_num_threads(1)
LOG3 = math.log(3)


def looking_alike(channels: int) -> PlaceAttention:
    """Every query is 1; keys are channel 0; values are the input."""
    attention = PlaceAttention(channels)
    with torch.no_grad():
        for part in (attention.query, attention.key, attention.value):
            part.weight.zero_()
            part.bias.zero_()
        attention.query.bias.fill_(1.0)
        attention.key.weight[:, 0] = 1.0
        attention.value.weight[:, :, 0, 0] = torch.eye(channels)
    return attention


def two_places(channels: int, second: float) -> torch.Tensor:
    x = torch.zeros(1, channels, 1, 2)
    x[0, 0, 0, 1] = second
    return x


def test_place_attention_by_hand() -> None:
    """Scores (0, log 3): shares 1/4 and 3/4 of the values 0 and log 3."""
    with torch.no_grad():
        out, places = looking_alike(8)(two_places(8, LOG3))
    torch.testing.assert_close(places, torch.tensor([[[0.25, 0.75]]]))
    torch.testing.assert_close(out[0, 0, 0], torch.tensor([0.75 * LOG3, 1.75 * LOG3]))
    assert float(out[0, 1:].abs().max()) == 0.0


def test_scores_are_divided_by_the_root_of_the_depth() -> None:
    """Depth 2: q k = 2 x / sqrt(2), so x = log(3) / sqrt(2) has the score log 3."""
    with torch.no_grad():
        _, places = looking_alike(16)(two_places(16, LOG3 / math.sqrt(2)))
    torch.testing.assert_close(places, torch.tensor([[[0.25, 0.75]]]))


def test_a_bias_draws_attention_by_hand() -> None:
    """Scores (0 + log 3, log 3 + 0): half each."""
    with torch.no_grad():
        _, places = looking_alike(8)(two_places(8, LOG3), torch.tensor([[LOG3, 0.0]]))
    torch.testing.assert_close(places, torch.tensor([[[0.5, 0.5]]]))


def test_places_seen_are_a_mean_over_those_that_look() -> None:
    """Query = key = x: place 0 looks at (1/2, 1/2); place 1 has scores (0, log 3)."""
    attention = looking_alike(8)
    with torch.no_grad():
        attention.query.bias.zero_()
        attention.query.weight[:, 0] = 1.0
        _, places = attention(two_places(8, math.sqrt(LOG3)))
    torch.testing.assert_close(places, torch.tensor([[[0.375, 0.625]]]))


def test_cell_centres_row_by_row() -> None:
    centres = cell_centres(1, 2, torch.zeros(1))
    torch.testing.assert_close(centres, torch.tensor([[0.25, 0.5], [0.75, 0.5]]))
    torch.testing.assert_close(cell_centres(2, 1, torch.zeros(1))[:, 1], torch.tensor([0.25, 0.75]))


def test_landmark_bias_by_hand() -> None:
    """A primary landmark in the middle of the first of 2x2 cells: 1 there, exp(-2) one cell
    on, exp(-4) at the diagonal; a secondary one in the last cell, at half the weight."""
    bias = LandmarkBias(primary=1)
    with torch.no_grad():
        b = bias(torch.tensor([[[0.25, 0.25], [0.75, 0.75]]]), 2, 2)
    one, two = math.exp(-2), math.exp(-4)
    expected = [1 + 0.5 * two, 1.5 * one, 1.5 * one, two + 0.5]
    torch.testing.assert_close(b, torch.tensor([expected]))


def test_landmarks_at_one_place_count_once() -> None:
    bias = LandmarkBias(primary=3)
    with torch.no_grad():
        b = bias(torch.tensor([[[0.5, 0.5]] * 3 + [[-1.0, -1.0]]]), 1, 1)
    torch.testing.assert_close(b, torch.tensor([[1.0]]))


def test_unknown_landmarks_mark_nothing() -> None:
    with torch.no_grad():
        b = LandmarkBias(primary=1)(torch.full((1, 2, 2), -1.0), 3, 3)
    assert float(b.abs().max()) == 0.0


def test_channel_attention_by_hand() -> None:
    """Four places of value c with 4 c^2 / sqrt(4) = log 3: the second channel's shares are
    1/4 and 3/4, the silent first one's 1/2 each; beta = 2."""
    c = math.sqrt(LOG3 / 2)
    x = torch.stack([torch.zeros(2, 2), torch.full((2, 2), c)])[None]
    attention = ChannelAttention()
    with torch.no_grad():
        torch.testing.assert_close(attention(x), x)
        attention.beta.fill_(2.0)
        out = attention(x)
    torch.testing.assert_close(out[0, 0], torch.full((2, 2), c))
    torch.testing.assert_close(out[0, 1], torch.full((2, 2), 2.5 * c))


def test_landmarks_of_a_mesh() -> None:
    mesh = np.stack([np.arange(468), 1000 + np.arange(468), np.zeros(468)], 1).astype(np.float32)
    points = landmarks_of_mesh(mesh)
    assert points.shape == (COUNT, 2) == (34, 2)
    names = [*PRIMARY, *SECONDARY]
    np.testing.assert_allclose(points[names.index("nose tip")], [4, 1004])
    eye = (33 + 133 + 159 + 145) / 4
    np.testing.assert_allclose(points[names.index("left eye centre 63")], [eye, 1000 + eye])


def test_landmarks_of_ibugs_points() -> None:
    """Point n of the 68 lies at (n, -n), numbered from 1 as in the paper's table."""
    assert sorted(IBUG) == sorted([*PRIMARY, *SECONDARY])
    points = np.stack([np.arange(1, 69), -np.arange(1, 69)], 1).astype(np.float32)
    found = dict(zip([*PRIMARY, *SECONDARY], landmarks_of_ibug(points), strict=True))
    assert found["nose tip"].tolist() == [31, -31]
    assert found["left eye centre 63"].tolist() == [39.5, -39.5]  # mean of 37 to 42
    assert found["right brow 24"].tolist() == [24, -24]
    assert found["lower lip 60"].tolist() == [60, -60]
    used = [n for numbers in IBUG.values() for n in numbers]
    assert not {*range(1, 18), *range(61, 69)} & set(used)  # no jaw, no inner lips


def test_a_mirrored_picture_with_mirrored_landmarks_has_the_mirrored_bias() -> None:
    from mien.evaluation.predictions import mirrored_landmarks

    landmarks = torch.rand(2, COUNT, 2, generator=torch.Generator().manual_seed(0))
    landmarks[0, 3] = -1.0  # not known
    bias = LandmarkBias(len(PRIMARY))
    with torch.no_grad():
        plain = bias(landmarks, 6, 6).unflatten(1, (6, 6))
        turned = bias(mirrored_landmarks(landmarks), 6, 6).unflatten(1, (6, 6))
    torch.testing.assert_close(turned, plain.flip(2))
    assert (mirrored_landmarks(landmarks)[0, 3] == -1).all()
