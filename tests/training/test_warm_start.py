"""An exported network, taken back, answers as before and can learn on."""

from pathlib import Path

import pytest
import torch

from mien.errors import ModelError
from mien.export.bundled import export_bundled
from mien.networks.compact import CompactNet
from mien.training.warm_start import restore


def _lived_in(width: int) -> CompactNet:
    """A network whose normalisations have statistics of their own."""
    torch.manual_seed(5)
    network = CompactNet(width, 0.0)
    network.train()
    with torch.no_grad():
        for _ in range(5):
            network(torch.rand(16, 1, 48, 48))
    return network.eval()


def test_round_trip_keeps_the_answers(tmp_path: Path) -> None:
    network = _lived_in(16)
    export_bundled(network, tmp_path / "net.onnx", {})
    back = restore(tmp_path / "net.onnx", 16, torch.rand(64, 1, 48, 48))
    faces = torch.rand(8, 1, 48, 48)
    with torch.no_grad():
        for mine, theirs in zip(back.eval()(faces), network(faces), strict=True):
            # Weights are stored in 16 bits: three decimal digits.
            torch.testing.assert_close(mine, theirs, atol=5e-3, rtol=5e-3)


def test_training_mode_agrees_on_the_same_pictures(tmp_path: Path) -> None:
    network = _lived_in(16)
    export_bundled(network, tmp_path / "net.onnx", {})
    faces = torch.rand(256, 1, 48, 48)
    back = restore(tmp_path / "net.onnx", 16, faces)
    with torch.no_grad():
        settled = back.eval()(faces)[0]
        live = back.train()(faces)[0]
    assert (settled - live).abs().max() < 0.05 * settled.abs().max()


def test_wrong_width_is_told(tmp_path: Path) -> None:
    export_bundled(_lived_in(16), tmp_path / "net.onnx", {})
    with pytest.raises(ModelError, match="width 24"):
        restore(tmp_path / "net.onnx", 24, torch.rand(8, 1, 48, 48))
