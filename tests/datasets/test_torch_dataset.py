from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Generator, Tensor
from torch.utils.data import DataLoader

from mien.datasets.cache import cached
from mien.datasets.sample import Sample
from mien.datasets.torch_dataset import FaceDataset
from mien.errors import DataError
from mien.network_input import NetworkInput

torch.set_num_threads(1)
GREY = NetworkInput(16, channels=1, mean=(0.5,), deviation=(0.25,))


def samples(count: int = 4) -> list[Sample]:
    random = np.random.default_rng(0)
    return [
        Sample(str(i), i % 7, "fer2013", "train", random.integers(0, 256, (16, 16), np.uint8))
        for i in range(count)
    ]


def noise(image: Tensor, landmarks: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
    return torch.randint(0, 256, image.shape, generator=generator, dtype=torch.uint8), landmarks


def test_normalised_by_hand() -> None:
    white = Sample("w", 2, "fer2013", "test", np.full((8, 8), 255, np.uint8), weight=0.5)
    item = FaceDataset([white], GREY)[0]
    assert item["image"].shape == (1, 16, 16)
    assert torch.allclose(item["image"], torch.tensor(2.0))  # (1 - 0.5) / 0.25
    assert item["label"].dtype == torch.int64
    assert item["shares"].tolist() == [0, 0, 1, 0, 0, 0, 0]
    assert item["weight"] == 0.5
    assert item["landmarks"].shape == (0, 2)


def test_votes_and_no_label() -> None:
    votes = np.full(8, 0.125, np.float32)
    pixels = np.zeros((8, 8), np.uint8)
    plus = Sample("v", -1, "ferplus", "train", pixels, votes=votes)
    none = Sample("n", -1, "ferplus", "train", pixels)
    data = FaceDataset([plus, none], GREY)
    assert data[0]["shares"].tolist() == votes.tolist()
    assert data[0]["label"] == -1
    assert data[1]["shares"].sum() == 0


def test_clip_is_channels_first_then_time() -> None:
    clip = np.zeros((6, 20, 20, 3), np.uint8)
    clip[3:] = (255, 0, 0)
    shape = NetworkInput(8, frames=2, mean=(0.0,) * 3, deviation=(1.0,) * 3)
    image = FaceDataset([Sample("c", 0, "dfew", "train", clip)], shape)[0]["image"]
    assert image.shape == shape.shape == (3, 2, 8, 8)
    assert image[:, :, 0, 0].tolist() == [[0, 1], [0, 0], [0, 0]]


def test_landmarks_in_the_middle_square() -> None:
    points = np.array([[20, 0], [120, 100]], np.float32)
    wide = np.zeros((100, 140, 3), np.uint8)
    seen = Sample("p", 0, "fer2013", "train", wide, landmarks_px=points)
    without = Sample("q", 0, "fer2013", "train", wide)
    shape = NetworkInput(16, landmarks=2)
    data = FaceDataset([seen, without], shape)
    assert data[0]["landmarks"].tolist() == [[0, 0], [1, 1]]
    assert (data[1]["landmarks"] == -1).all()
    with pytest.raises(DataError, match="the network takes 5"):
        FaceDataset([seen], NetworkInput(16, landmarks=5))[0]


def test_landmarks_of_the_owners_scheme_become_those_of_the_network() -> None:
    points = np.stack([np.arange(1, 69), np.full(68, 50)], 1).astype(np.float32)
    picture = np.zeros((100, 100, 3), np.uint8)
    sample = Sample("p", 0, "ckplus", "train", picture, landmarks_px=points)
    found = FaceDataset([sample], NetworkInput(16, landmarks=34))[0]["landmarks"]
    assert found.shape == (34, 2)
    assert found[8].tolist() == pytest.approx([0.31, 0.5])  # the nose tip is iBUG's 31


@pytest.mark.parametrize("workers", [0, 2])
def test_random_numbers_follow_seed_epoch_and_sample_alone(workers: int) -> None:
    data = FaceDataset(samples(), GREY, noise, seed=3)
    loader = DataLoader(data, batch_size=2, num_workers=workers, persistent_workers=workers > 0)
    epochs = []
    for epoch in range(2):
        data.set_epoch(epoch)
        epochs.append(torch.cat([batch["image"] for batch in loader]))
    resumed = FaceDataset(samples(), GREY, noise, seed=3)
    resumed.set_epoch(1)
    backwards = torch.stack([resumed[i]["image"] for i in reversed(range(4))])
    assert torch.equal(epochs[1], backwards.flip(0))
    assert not torch.equal(epochs[0], epochs[1])
    assert not torch.equal(epochs[0][0], epochs[0][1])
    other = FaceDataset(samples(), GREY, noise, seed=4)
    assert not torch.equal(other[0]["image"], epochs[0][0])


def test_cache_changes_nothing(tmp_path: Path) -> None:
    shape = NetworkInput(24, channels=3)
    plain = FaceDataset(samples(), shape)
    quick = FaceDataset(samples(), shape, cache=cached(samples(), 24, 3, tmp_path))
    for i in range(4):
        assert torch.equal(plain[i]["image"], quick[i]["image"])


def test_mixed_label_sets_are_refused() -> None:
    other = Sample("o", 0, "ferplus", "train", np.zeros((8, 8), np.uint8))
    with pytest.raises(DataError, match="fer2013, ferplus"):
        FaceDataset([*samples(1), other], GREY)
    with pytest.raises(DataError, match="no samples"):
        FaceDataset([], GREY)
