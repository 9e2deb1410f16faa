"""Weights to start from: what fits is taken, what is missing is named."""

import urllib.error
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from contracts.test_systems import REDUCED, built, stirred  # noqa: E402
from mien.errors import ModelError  # noqa: E402
from mien.labels import FER2013  # noqa: E402
from mien.networks.checkpoint import TrainedNetwork  # noqa: E402
from mien.networks.table import SYSTEMS  # noqa: E402
from mien.training import pretrained  # noqa: E402
from mien.training.pretrained import start_from  # noqa: E402
from mien.training.warm_start import restore  # noqa: E402
from mien.weights import model_path  # noqa: E402

#: Pickles whose number, stack and memory are cut off; torch fails over each otherwise.
DAMAGED = (b"\x80\x02J\x01", b"\x80\x02.", b"\x80\x02h\x05.")


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No network, and a folder of its own for fetched weights."""
    folder = tmp_path / "models"
    monkeypatch.setattr(pretrained, "models_directory", lambda: folder)

    def refuse(*_: object, **__: object) -> None:
        raise urllib.error.URLError("no network")

    monkeypatch.setattr(torch.hub, "download_url_to_file", refuse)
    return folder


def faces() -> torch.Tensor:
    return torch.rand(64, 1, 48, 48)


def test_scratch_changes_nothing() -> None:
    assert start_from(built("landmark-cnn"), "landmark-cnn", "scratch", faces) is None


@pytest.mark.parametrize(
    ("system", "weights", "file"),
    [
        ("hafnet", "imagenet", "resnet18.tv_in1k.pth"),
        ("cbam-resnet50", "imagenet", "resnet50.tv_in1k.pth"),
        ("r2plus1d-attention", "kinetics", "r2plus1d_18.pth"),
    ],
)
def test_without_a_network_the_file_and_its_place_are_told(
    models: Path, system: str, weights: str, file: str
) -> None:
    with pytest.raises(ModelError, match="no network") as caught:
        start_from(built(system), system, weights, faces)
    assert f"save it as {models / file}" in str(caught.value)
    assert "https://" in str(caught.value)


@pytest.mark.parametrize(
    ("system", "weights", "words"),
    [
        ("landmark-cnn", "imagenet", "no weights named 'imagenet'"),
        ("sfer-mdfae", "imagenet", "no weights named 'imagenet'.*path of a file"),
        ("hafnet", "kinetics", "Valid: scratch, imagenet"),
        ("sfer-mdfae", "ir50.pth", r"no weights ir50\.pth, here or in"),
        ("sfer-mdfae", "bundled", r"over the compact backbone.*switches\.backbone=compact"),
        ("hafnet", "bundled", "over the compact backbone, which this hafnet does not have"),
    ],
)
def test_what_there_is_not(system: str, weights: str, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        start_from(built(system), system, weights, faces)


def test_a_fetched_file_is_taken_without_a_network(models: Path) -> None:
    network = SYSTEMS["hafnet"].build(7)
    models.mkdir()
    state = {k: torch.full_like(v, 0.25) for k, v in network.backbone.state_dict().items()}
    torch.save(state | {"fc.weight": torch.zeros(1000, 512)}, models / "resnet18.tv_in1k.pth")
    loaded = start_from(network, "hafnet", "imagenet", faces)
    assert loaded is not None
    assert loaded.taken == len(state)
    assert float(network.backbone.conv1.weight.detach().min()) == 0.25


def test_face_recognition_weights_are_read_by_their_own_names(models: Path) -> None:
    network = SYSTEMS["sfer-mdfae"].build(7)
    models.mkdir()
    stem = network.backbone.stem[0].weight
    unit = network.backbone.stages[0][0].residual[1].weight
    state = {
        "input_layer.0.weight": torch.full_like(stem, 0.5),
        "body.0.res_layer.1.weight": torch.full_like(unit, 0.75),
    }
    torch.save(state, models / "ir50.pth")
    loaded = start_from(network, "sfer-mdfae", "ir50.pth", faces)
    assert loaded is not None
    assert loaded.taken == 2
    assert float(network.backbone.stem[0].weight.detach().mean()) == 0.5
    assert float(network.backbone.stages[0][0].residual[1].weight.detach().mean()) == 0.75


def test_weights_of_something_else_are_refused(tmp_path: Path) -> None:
    torch.save({"a": torch.zeros(2)}, tmp_path / "other.pth")
    with pytest.raises(ModelError, match="No tensor of"):
        start_from(built("hafnet"), "hafnet", str(tmp_path / "other.pth"), faces)
    (tmp_path / "text.pth").write_text("no weights")
    with pytest.raises(ModelError, match="holds no weights that torch can read"):
        start_from(built("hafnet"), "hafnet", str(tmp_path / "text.pth"), faces)


@pytest.mark.parametrize("content", [[1, 2], None, "text", torch.zeros(3), {1: 2}])
def test_a_file_of_torchs_without_named_tensors_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "odd.pth")
    with pytest.raises(ModelError, match=r"odd\.pth holds no tensors by name"):
        start_from(built("hafnet"), "hafnet", str(tmp_path / "odd.pth"), faces)


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "damaged.pth").write_bytes(content)
    with pytest.raises(ModelError, match=r"damaged\.pth holds no weights that torch can read"):
        start_from(built("hafnet"), "hafnet", str(tmp_path / "damaged.pth"), faces)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_checkpoint_of_another_system_is_named(tmp_path: Path, system: str) -> None:
    other = "hafnet" if system != "hafnet" else "cbam-resnet50"
    reduced = REDUCED[other]
    kept = TrainedNetwork(
        other, reduced.switches, FER2013, SYSTEMS[other].input, built(other).state_dict()
    )
    (tmp_path / "best.ckpt").write_bytes(kept.to_bytes())
    words = rf"best\.ckpt is a checkpoint of {other}.*do not fit {system}.*of {system}"
    with pytest.raises(ModelError, match=words) as caught:
        start_from(built(system), system, str(tmp_path / "best.ckpt"), faces)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_file_of_another_networks_weights_is_named(tmp_path: Path, system: str) -> None:
    torch.save({"some.weight": torch.zeros(2)}, tmp_path / "other.pth")
    with pytest.raises(ModelError, match=r"other\.pth") as caught:
        start_from(built(system), system, str(tmp_path / "other.pth"), faces)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("system", SYSTEMS)
def test_own_weights_are_taken_out_of_a_wrapper(tmp_path: Path, system: str) -> None:
    state = {f"module.{name}": value for name, value in stirred(built(system)).state_dict().items()}
    torch.save({"state_dict": state}, tmp_path / "wrapped.pth")
    loaded = start_from(built(system), system, str(tmp_path / "wrapped.pth"), faces)
    assert loaded is not None
    assert loaded.taken == loaded.of == len(state)


@pytest.mark.parametrize(
    ("system", "switches"),
    [
        ("sfer-mdfae", {"backbone": "compact", "width": 48, "side_px": 56, "channels": 1}),
        ("landmark-cnn", {"form": "compact", "width": 48, "channels": 1}),
    ],
)
def test_the_bundled_weights_need_no_network(system: str, switches: dict[str, object]) -> None:
    network = SYSTEMS[system].build(7, **switches)
    loaded = start_from(network, system, "bundled", faces)
    assert loaded is not None
    assert loaded.taken == len(network.backbone.state_dict())
    assert str(loaded).endswith("from expression.onnx")
    # Its last map, averaged, is what the bundled heads read.
    images = faces()
    whole = restore(model_path("expression"), images)
    with torch.no_grad():
        mine = network.backbone.eval().forward_features(images).mean((2, 3))
        theirs = whole.eval().trunk(whole.seen(images)).mean((2, 3))
    torch.testing.assert_close(mine, theirs, atol=1e-3, rtol=1e-2)


def test_a_file_of_the_bundled_kind_that_is_not_there_is_told() -> None:
    network = SYSTEMS["landmark-cnn"].build(7, form="compact", width=48, channels=1)
    with pytest.raises(ModelError, match=r"no weights .*none\.onnx.*or give bundled"):
        start_from(network, "landmark-cnn", "none.onnx", faces)


def test_the_bundled_weights_fit_their_own_width_alone() -> None:
    network = SYSTEMS["landmark-cnn"].build(7, form="compact", width=16, channels=1)
    with pytest.raises(ModelError, match=r"switches\.width=48"):
        start_from(network, "landmark-cnn", "bundled", faces)


@pytest.mark.parametrize("content", [b"", b"no weights", b"\x08\x08"])
def test_a_file_that_is_no_model_is_told(tmp_path: Path, content: bytes) -> None:
    network = SYSTEMS["landmark-cnn"].build(7, form="compact", width=48, channels=1)
    file = tmp_path / "text.onnx"
    file.write_bytes(content)
    with pytest.raises(ModelError, match=r"text\.onnx does not hold a compact network"):
        start_from(network, "landmark-cnn", str(file), faces)
