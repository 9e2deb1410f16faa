"""Rounding by hand, gradients straight through, and that it foretells the exported file."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from mien.export.bundled import export_bundled, facts_of  # noqa: E402
from mien.expression.calibration import Calibration  # noqa: E402
from mien.networks.compact import CompactNet  # noqa: E402
from mien.networks.eight_bits import (  # noqa: E402
    Convolution,
    rounded_activation,
    rounded_weight,
)
from mien.weights.runtime import onnxruntime  # noqa: E402


def test_weights_by_hand_a_grid_a_channel() -> None:
    # Greatest 6.4 and 64: steps 0.1 and 1.
    weight = torch.tensor([[6.4, 0.14, -0.16, 0.04], [64.0, 0.6, -1.4, 0.4]]).reshape(2, 1, 2, 2)
    expected = torch.tensor([[6.4, 0.1, -0.2, 0.0], [64.0, 1.0, -1.0, 0.0]]).reshape(2, 1, 2, 2)
    torch.testing.assert_close(rounded_weight(weight), expected)


def test_activations_by_hand_between_the_mean_extremes() -> None:
    # Least -1 and -1, greatest 3 and 5.12: from -1 to 4.06 in 255 steps of 0.019843; zero is
    # the 50th (50.4 rounded), so the grid ends 50 steps below and 205 above.
    x = torch.tensor([[-1.0, 0.0, 0.03, 3.0], [-1.0, 0.0, 1.0, 5.12]]).reshape(2, 1, 2, 2)
    step = 5.06 / 255
    expected = torch.tensor(
        [[-50 * step, 0, 2 * step, 151 * step], [-50 * step, 0, 50 * step, 205 * step]]
    ).reshape(2, 1, 2, 2)
    torch.testing.assert_close(rounded_activation(x), expected)


def test_gradients_pass_but_where_the_range_cuts() -> None:
    x = torch.tensor([[0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 2.0, 5.0]]).reshape(2, 1, 2, 2)
    x.requires_grad_()
    rounded_activation(x).sum().backward()
    assert x.grad is not None
    assert x.grad.flatten().tolist() == [1, 1, 1, 1, 1, 1, 1, 0]
    weight = torch.randn(3, 2, 3, 3, requires_grad=True)
    rounded_weight(weight).sum().backward()
    assert weight.grad is not None
    torch.testing.assert_close(weight.grad, torch.ones_like(weight))


def test_zeros_stay_zeros() -> None:
    zeros = torch.zeros(2, 3, 4, 4)
    assert not rounded_activation(zeros).any()
    assert not rounded_weight(zeros).any()


def test_the_first_convolution_alone_stays_in_floats() -> None:
    network = CompactNet(8, eight_bits=True)
    kinds = [part.eight_bits for part in network.modules() if isinstance(part, Convolution)]
    assert kinds == [False] + [True] * (len(kinds) - 1)
    assert not any(
        part.eight_bits for part in CompactNet(8).modules() if isinstance(part, Convolution)
    )


def test_it_foretells_the_file_in_eight_bits(tmp_path: Path) -> None:
    """Rounded in training, the network stands nearer to its file than in floats."""
    torch.manual_seed(3)
    plain = CompactNet(16, 0.0).train()
    faces = torch.rand(64, 1, 48, 48)
    with torch.no_grad():
        for _ in range(5):
            plain(faces)
    rounded = CompactNet(16, 0.0, eight_bits=True)
    rounded.load_state_dict(plain.state_dict())
    path = tmp_path / "bytes.onnx"
    export_bundled(plain.eval(), path, facts_of(Calibration()), faces[:, 0].numpy())
    session = onnxruntime.InferenceSession(str(path))
    said = session.run(["ferplus"], {"image": faces.numpy()})[0]
    with torch.no_grad():
        off = [
            float(np.abs(net.eval()(faces)[0].numpy() - said).mean()) for net in (rounded, plain)
        ]
    assert off[0] < off[1]
