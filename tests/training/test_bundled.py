"""The training loop on a few made pictures: it learns, stops, and goes on the same."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from mien.datasets.fer2013 import FER2013Data  # noqa: E402
from mien.errors import DivergenceError  # noqa: E402
from mien.networks.compact import CompactNet  # noqa: E402
from mien.training import bundled  # noqa: E402
from mien.training.augmentation import augment, cover, geometry  # noqa: E402
from mien.training.bundled import Recipe  # noqa: E402
from mien.training.bundled_start import kept_in  # noqa: E402

torch.set_num_threads(1)  # tiny networks: more threads only wait for each other
RECIPE = Recipe(
    seed=3, width=8, dropout=0.0, epochs=3, batch=16, learning_rate=0.05, weight_decay=0.0,
    warmup_epochs=1, ema_decay=0.9, mixup_alpha=0.2, fer2013_weight=0.7, label_smoothing=0.1,
    rare_power=0.25, compile=False,
)  # fmt: skip


def made(count: int, seed: int) -> FER2013Data:
    """Bright upper halves are happy, bright lower halves sad."""
    random = np.random.default_rng(seed)
    images = random.integers(0, 60, (count, 48, 48), np.uint8)
    happy = random.random(count) < 0.5
    images[happy, :24] += 150
    images[~happy, 24:] += 150
    votes = np.zeros((count, 10), np.float32)
    votes[happy, 1], votes[~happy, 3] = 10, 10
    return FER2013Data(images, np.where(happy, 3, 4).astype(np.int64), votes, ("",) * count)


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bundled, "read_fer2013", lambda _, split: made(64 if split == "train" else 32, len(split))
    )


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("radius", [0.0, 0.1])
def test_interrupted_and_resumed_is_the_same_as_whole(tmp_path: Path, radius: float) -> None:
    recipe = replace(RECIPE, sharpness_radius=radius)
    bundled.train(Path(), tmp_path / "whole", recipe)
    with pytest.MonkeyPatch.context() as patch:
        real, done = bundled.train_epoch, []

        def stops_in_the_second(*arguments, **named):
            if done:
                raise KeyboardInterrupt
            done.append(1)
            return real(*arguments, **named)

        patch.setattr(bundled, "train_epoch", stops_in_the_second)
        with pytest.raises(KeyboardInterrupt):
            bundled.train(Path(), tmp_path / "parts", recipe)
    bundled.train(Path(), tmp_path / "parts", recipe)
    whole, parts = (
        torch.load(tmp_path / name / "last.pt", weights_only=True) for name in ("whole", "parts")
    )
    for name, value in whole["average"].items():
        torch.testing.assert_close(parts["average"][name], value)
    losses = [
        [line.split(",")[1] for line in (tmp_path / n / "log.csv").read_text().splitlines()]
        for n in ("whole", "parts")
    ]
    assert losses[0] == losses[1]
    assert len(losses[0]) == 4


@pytest.mark.usefixtures("data")
def test_a_loss_that_is_no_number_ends_it_before_anything_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled.train(Path(), tmp_path, replace(RECIPE, epochs=1))
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    real = bundled.loss_of
    monkeypatch.setattr(bundled, "loss_of", lambda *given: real(*given) * torch.nan)
    with pytest.raises(DivergenceError, match="in epoch 2"):
        bundled.train(Path(), tmp_path, replace(RECIPE, epochs=2))
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.usefixtures("data")
def test_it_learns_and_a_second_stage_starts_from_the_first(tmp_path: Path) -> None:
    bundled.train(Path(), tmp_path / "1", replace(RECIPE, epochs=10))
    lines = (tmp_path / "1/log.csv").read_text().splitlines()
    assert float(lines[-1].split(",")[2]) > 0.9
    second = replace(
        RECIPE, epochs=1, start=str(tmp_path / "1/best.pt"), teacher_weight=0.5, learning_rate=1e-4
    )
    bundled.train(Path(), tmp_path / "2", second)
    assert float((tmp_path / "2/log.csv").read_text().splitlines()[-1].split(",")[2]) > 0.9


def test_rate_warms_up_and_ends_at_zero() -> None:
    recipe = replace(RECIPE, epochs=10, warmup_epochs=2, learning_rate=0.1)
    assert bundled.rate_at(0, 10, recipe) == pytest.approx(0.005)
    assert bundled.rate_at(19, 10, recipe) == pytest.approx(0.1)
    assert bundled.rate_at(60, 10, recipe) == pytest.approx(0.05)  # half of the cosine
    assert bundled.rate_at(100, 10, recipe) == pytest.approx(0.0, abs=1e-9)


def test_rare_classes_are_drawn_more_often_and_no_faces_never() -> None:
    data = made(40, 1)
    data.votes[0] = 0
    data.votes[0, 9] = 10  # not a face
    data.votes[1] = 0
    data.votes[1, 7] = 10  # the only contempt
    chance = bundled.draw_probabilities(data, 0.5)
    assert chance[0] == 0
    assert chance[1] == chance.max()
    assert float(chance.sum()) == pytest.approx(1)


def test_augmentation_is_seeded_in_range_and_keeps_the_shape() -> None:
    images = torch.rand(8, 1, 48, 48)
    first, second = (augment(images, torch.Generator().manual_seed(5)) for _ in range(2))
    torch.testing.assert_close(first, second)
    assert first.shape == images.shape
    assert float(first.min()) >= 0
    assert float(first.max()) <= 1
    assert not torch.equal(first, augment(images, torch.Generator().manual_seed(6)))


def test_no_rotation_moves_a_centred_disc_little_and_cover_covers() -> None:
    generator = torch.Generator().manual_seed(0)
    grey = torch.full((64, 1, 48, 48), 0.5)
    torch.testing.assert_close(geometry(grey, generator, 20.0), grey)
    covered = (cover(grey, generator, 1.0) != 0.5).float().mean()
    assert 0.02 < float(covered) < 0.25


@pytest.mark.usefixtures("data")
def test_a_later_stage_goes_on_deeper(tmp_path: Path) -> None:
    bundled.train(Path(), tmp_path / "first", replace(RECIPE, epochs=2))
    start = str(tmp_path / "first" / "best.pt")
    later = replace(
        RECIPE, epochs=1, warmup_epochs=0, start=start, blocks=(2, 2, 3),
        teacher_weight=0.5, learning_rate=1e-9, ema_decay=0.0,
    )  # fmt: skip
    bundled.train(Path(), tmp_path / "later", later)
    kept = kept_in(tmp_path / "later" / "best.pt")
    assert kept.blocks == (2, 2, 3)
    # At a rate of nearly nothing the weights are those that it began with.
    first = kept_in(tmp_path / "first" / "best.pt")
    torch.testing.assert_close(kept.trunk[4].first[0].weight, first.trunk[4].first[0].weight)
    bundled.train(Path(), tmp_path / "last", replace(later, start=str(tmp_path / "later/best.pt")))


def test_gradients_reach_every_parameter() -> None:
    torch.manual_seed(0)
    network = CompactNet(32, 0.0)
    plus, seven = network(torch.rand(8, 1, 48, 48))
    assert plus.shape == (8, 8)
    assert seven.shape == (8, 7)
    (plus.square().sum() + seven.square().sum()).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())


def test_brightness_and_contrast_do_not_matter_to_the_network() -> None:
    network = CompactNet(8, 0.0).eval()
    face = torch.rand(1, 1, 48, 48)
    with torch.no_grad():
        torch.testing.assert_close(
            network(face)[0], network(face * 0.5 + 0.2)[0], atol=2e-2, rtol=0
        )
