"""An exported network, taken back, answers as before and can learn on."""

from pathlib import Path

import pytest
import torch

from mien.errors import ModelError
from mien.export.bundled import export_bundled
from mien.networks.compact import BLOCKS, INPUT_PX, CompactNet
from mien.training.warm_start import restore
from mien.weights import model_path


def _lived_in(width: int, blocks: tuple[int, ...] = BLOCKS, side_px: int = INPUT_PX) -> CompactNet:
    """A network whose normalisations have statistics of their own."""
    torch.manual_seed(5)
    network = CompactNet(width, 0.0, blocks=blocks, side_px=side_px)
    network.train()
    with torch.no_grad():
        for _ in range(5):
            network(torch.rand(16, 1, 48, 48))
    return network.eval()


def test_round_trip_keeps_the_answers(tmp_path: Path) -> None:
    network = _lived_in(16)
    export_bundled(network, tmp_path / "net.onnx", {})
    back = restore(tmp_path / "net.onnx", torch.rand(64, 1, 48, 48))
    faces = torch.rand(8, 1, 48, 48)
    with torch.no_grad():
        for mine, theirs in zip(back.eval()(faces), network(faces), strict=True):
            # Weights are stored in 16 bits: three decimal digits.
            torch.testing.assert_close(mine, theirs, atol=5e-3, rtol=5e-3)


def test_training_mode_agrees_on_the_same_pictures(tmp_path: Path) -> None:
    network = _lived_in(16)
    export_bundled(network, tmp_path / "net.onnx", {})
    faces = torch.rand(256, 1, 48, 48)
    back = restore(tmp_path / "net.onnx", faces)
    with torch.no_grad():
        settled = back.eval()(faces)[0]
        live = back.train()(faces)[0]
    assert (settled - live).abs().max() < 0.05 * settled.abs().max()


@pytest.mark.parametrize("blocks", [(1, 2, 2), (2, 3, 3), (1, 6, 1)])
def test_the_form_is_read_from_the_file(tmp_path: Path, blocks: tuple[int, ...]) -> None:
    network = _lived_in(16, blocks)
    export_bundled(network, tmp_path / "net.onnx", {})
    faces = torch.rand(8, 1, 48, 48)
    back = restore(tmp_path / "net.onnx", faces)
    assert (back.width, back.blocks) == (16, blocks)
    with torch.no_grad():
        answer = back.eval()(faces)[0]
        torch.testing.assert_close(answer, network(faces)[0], atol=5e-3, rtol=5e-3)


@pytest.mark.parametrize("eight_bits", [False, True])
def test_the_side_to_which_it_enlarges_is_read_from_the_file(
    tmp_path: Path, eight_bits: bool
) -> None:
    network = _lived_in(16, side_px=64)
    faces = torch.rand(64, 1, 48, 48)
    export_bundled(network, tmp_path / "net.onnx", {}, faces[:, 0].numpy() if eight_bits else None)
    back = restore(tmp_path / "net.onnx", faces)
    assert back.side_px == 64
    with torch.no_grad():
        mine, theirs = back.eval()(faces)[0], network(faces)[0]
    assert float((mine - theirs).abs().max()) < 0.1 * float(theirs.abs().max())


def test_a_file_in_eight_bits_comes_back_on_its_grid(tmp_path: Path) -> None:
    network = _lived_in(16)
    faces = torch.rand(64, 1, 48, 48)
    export_bundled(network, tmp_path / "net.onnx", {}, faces[:, 0].numpy())
    back = restore(tmp_path / "net.onnx", faces)
    deep = network.trunk[8].second
    # As folded: the file's weight is the convolution's times gain by deviation.
    gain = deep[1].weight / (deep[1].running_var + deep[1].eps).sqrt()
    folded = deep[0].weight * gain[:, None, None, None]
    step = folded.abs().amax((1, 2, 3), keepdim=True) / 64
    assert bool(((back.trunk[8].second[0].weight - folded).abs() <= 0.51 * step).all())
    with torch.no_grad():
        mine, theirs = back.eval()(faces)[0], network(faces)[0]
    assert float((mine - theirs).abs().max()) < 0.1 * float(theirs.abs().max())


def test_another_network_is_told() -> None:
    with pytest.raises(ModelError, match="does not hold a compact network"):
        restore(model_path("face_mesh"), torch.rand(8, 1, 48, 48))
