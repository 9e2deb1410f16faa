"""What a checkpoint holds is what comes back, or one line says why it cannot."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from mien.errors import ModelError  # noqa: E402
from mien.network_input import NetworkInput  # noqa: E402
from mien.networks.checkpoint import TrainedNetwork  # noqa: E402
from mien.networks.table import SYSTEMS  # noqa: E402

LABELS = ("anger", "happiness", "neutral")
FIRST = "backbone.layers.0.0.weight"


@pytest.fixture
def trained() -> TrainedNetwork:
    torch.manual_seed(0)
    weights = SYSTEMS["landmark-cnn"].build(3, width=8).state_dict()
    shape = NetworkInput(24, landmarks=34)
    return TrainedNetwork("landmark-cnn", {"width": 8}, LABELS, shape, weights, 1.5, {"a": 1})


def edited(trained: TrainedNetwork, file: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """The file after somebody changed what torch.save wrote of it."""
    file.write_bytes(trained.to_bytes())
    state = torch.load(file, weights_only=True)
    state["weights"] = dict(state["weights"])
    change(state)
    torch.save(state, file)
    return file


def test_what_is_written_is_read(trained: TrainedNetwork, tmp_path: Path) -> None:
    file = tmp_path / "best.ckpt"
    file.write_bytes(trained.to_bytes())
    read = TrainedNetwork.read(file)
    assert (read.system, read.labels, read.input) == ("landmark-cnn", LABELS, trained.input)
    assert (read.temperature, read.facts, read.switches) == (1.5, {"a": 1}, {"width": 8})
    own = read.network().state_dict()
    assert own.keys() == trained.weights.keys()
    assert all(torch.equal(own[name], value) for name, value in trained.weights.items())
    assert read.to_bytes() == trained.to_bytes()  # where it lies is no part of it


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.update(system="hafnet", switches={}), r"hafnet .*absent in the file"),
        (lambda s: s.update(system="hafne"), "no system 'hafne'"),
        (lambda s: s.update(switches={"widht": 8}), "no switch widht"),
        (lambda s: s.update(switches={"form": "large"}), "Form 'large' is unknown"),
        (lambda s: s.update(switches={"width": "8"}), "cannot be built"),
        (
            lambda s: s.update(switches={"width": 16}),
            rf"{FIRST} is \(8, 3, 3, 3\) in the file and \(16, 3, 3, 3\) in the network",
        ),
        (
            lambda s: s.update(labels=("anger", "happiness")),
            r"with 2 labels.*classifier\.weight is \(3, 64\) in the file and \(2, 64\) in",
        ),
        (lambda s: s["weights"].pop(FIRST), rf"{FIRST} is absent in the file"),
        (
            lambda s: s["input"].update(channels=1, mean=(0.5,), deviation=(0.5,)),
            r"tells of pictures of 1 channels, and was built for 3\.",
        ),
        (lambda s: s["input"].update(frames=16), r"tells of clips, and .* reads pictures\."),
        (
            lambda s: s["weights"].update(more=torch.zeros(1)),
            r"more is \(1,\) in the file and absent in the network",
        ),
        (lambda s: s["weights"][FIRST].fill_(float("nan")), rf"{FIRST}.*no finite numbers"),
    ],
)
def test_weights_that_do_not_fit_are_one_line(
    trained: TrainedNetwork, tmp_path: Path, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    read = TrainedNetwork.read(edited(trained, tmp_path / "best.ckpt", change))
    with pytest.raises(ModelError, match=rf"best\.ckpt.*{words}.*Train it anew") as caught:
        read.network()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.update(labels=3), "labels"),
        (lambda s: s.update(labels=()), "labels"),
        (lambda s: s.update(labels=("anger", "anger", "neutral")), "labels"),
        (lambda s: s.update(labels=(1, 2, 3)), "labels"),
        (lambda s: s.update(switches=[1]), "switches"),
        (lambda s: s.update(weights=None), "weights"),
        (lambda s: s["weights"].update({FIRST: 3}), "weights"),
        (lambda s: s.update(temperature="1.5"), "temperature"),
        (lambda s: s.update(temperature=float("nan")), "temperature"),
        (lambda s: s.update(temperature=-1.0), "temperature"),
        (lambda s: s.update(facts=None), "facts"),
        (lambda s: s["input"].update(side_px=0), "input"),
        (lambda s: s["input"].update(side_px="48"), "input"),
        (lambda s: s["input"].update(landmarks=-1), "input"),
        (lambda s: s["input"].update(landmarks="34"), "input"),
        (lambda s: s["input"].update(mean=(0.5, float("nan"), 0.5)), "input"),
        (lambda s: s["input"].update(deviation=(0.5, 0.0, 0.5)), "input"),
        (lambda s: s["input"].update(mean=("a", "b", "c")), "input"),
        (lambda s: s.update(facts={"recipe": "fer2013"}), "facts"),
        (lambda s: s.update(facts={"recipe": {"data": [1]}}), "facts"),
        (lambda s: s.update(more=1), "TypeError"),
        (lambda s: s.pop("labels"), "TypeError"),
        (lambda s: s.update(format=0), "KeyError"),
    ],
)
def test_content_of_another_kind_is_no_checkpoint(
    trained: TrainedNetwork, tmp_path: Path, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    file = edited(trained, tmp_path / "best.ckpt", change)
    with pytest.raises(ModelError, match=rf"best\.ckpt is not a checkpoint.*\({words}") as caught:
        TrainedNetwork.read(file)
    assert "\n" not in str(caught.value)
