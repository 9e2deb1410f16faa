"""The exported file answers as the network does."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto

torch = pytest.importorskip("torch")

from mien.evaluation.bundled import form_of_file  # noqa: E402
from mien.export.bundled import (  # noqa: E402
    export_bundled,
    facts_of,
    load_network,
    with_folded_pools,
)
from mien.expression.calibration import Calibration  # noqa: E402
from mien.expression.recognizer import Recognizer  # noqa: E402
from mien.networks.compact import CompactNet  # noqa: E402
from mien.networks.covering import CoveringNet  # noqa: E402
from mien.training.covering import Covering  # noqa: E402
from mien.weights.runtime import onnxruntime  # noqa: E402


def test_parity_metadata_and_dynamic_batch(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = CompactNet(16, 0.0).eval()
    path = tmp_path / "model.onnx"
    export_bundled(network, path, facts_of(Calibration(1.5)))
    session = onnxruntime.InferenceSession(str(path))
    for count in (1, 3):
        images = torch.rand(count, 1, 48, 48)
        with torch.no_grad():
            expected = network(images)
        answers = session.run(["ferplus", "fer2013"], {"image": images.numpy()})
        for answer, truth in zip(answers, expected, strict=True):
            np.testing.assert_allclose(answer, truth.numpy(), atol=1e-3)
    facts = json.loads(onnx.load(path).metadata_props[0].value)
    assert facts["temperature"] == 1.5
    assert Recognizer(path).facts.calibration.temperature == 1.5


@pytest.mark.parametrize("side_px", [48, 64])
def test_pools_are_taken_into_convolutions_and_nothing_changes(side_px: int) -> None:
    torch.manual_seed(1)
    network = CompactNet(16, 0.0, side_px=side_px).eval()
    folded = with_folded_pools(network)
    assert sum(isinstance(m, torch.nn.AvgPool2d) for m in network.modules()) == 2
    assert not any(isinstance(m, torch.nn.AvgPool2d) for m in folded.modules())
    images = torch.rand(3, 1, 48, 48)
    with torch.no_grad():
        for mine, theirs in zip(folded(images), network(images), strict=True):
            torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=1e-5)


def test_in_eight_bits_the_answers_stay_near(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = CoveringNet(CompactNet(16, 0.0)).eval()
    faces = np.random.default_rng(0).random((64, 48, 48)).astype(np.float32)
    facts = facts_of(Calibration(), Covering(0.7, 0.97, 0.02, 0.7, 0.9))
    export_bundled(network, tmp_path / "halves.onnx", facts)
    export_bundled(network, tmp_path / "bytes.onnx", facts, faces)
    images = torch.rand(5, 1, 48, 48)
    with torch.no_grad():
        expected = network(images)
    session = onnxruntime.InferenceSession(str(tmp_path / "bytes.onnx"))
    answers = session.run(["ferplus", "fer2013", "covered"], {"image": images.numpy()})
    for answer, truth in zip(answers, expected, strict=True):
        # 7-bit weights round by 1/128 of their channel's range, eleven layers deep.
        assert np.abs(answer - truth.numpy()).max() < 0.1 * float(truth.abs().max())
    kinds = {node.op_type for node in onnx.load(tmp_path / "bytes.onnx").graph.node}
    assert {"QuantizeLinear", "DequantizeLinear"} <= kinds
    # All but the first: one more before the blocks, two a block, two shortcuts.
    wholes = [
        t
        for t in onnx.load(tmp_path / "bytes.onnx").graph.initializer
        if t.data_type == TensorProto.INT8
    ]
    assert sorted(len(t.dims) for t in wholes if len(t.dims) > 1) == [4] * (1 + 2 * 5 + 2)
    size = (tmp_path / "bytes.onnx").stat().st_size
    assert size < 0.75 * (tmp_path / "halves.onnx").stat().st_size
    # Normalisations are folded: their gains and shifts become a bias a channel.
    own = sum(p.numel() for p in with_folded_pools(network).parameters())
    for name, eight_bits in (("bytes.onnx", True), ("halves.onnx", False)):
        form = form_of_file(tmp_path / name)
        assert form["eight_bits"] is eight_bits
        assert form["parameters"] == pytest.approx(own, rel=0.01)
    assert Recognizer(tmp_path / "bytes.onnx").facts.covered_threshold == 0.7


def test_the_covered_answer_is_exported_with_the_rest(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = CoveringNet(CompactNet(16, 0.0)).eval()
    path = tmp_path / "model.onnx"
    covering = Covering(0.7, 0.97, 0.02, 0.7, 0.9)
    export_bundled(network, path, facts_of(Calibration(1.5), covering))
    images = torch.rand(3, 1, 48, 48)
    with torch.no_grad():
        expected = network(images)
        plain = network.network(images)
    session = onnxruntime.InferenceSession(str(path))
    answers = session.run(["ferplus", "fer2013", "covered"], {"image": images.numpy()})
    for answer, truth in zip(answers, expected, strict=True):
        np.testing.assert_allclose(answer, truth.numpy(), atol=1e-3)
    for mine, theirs in zip(expected[:2], plain, strict=True):
        torch.testing.assert_close(mine, theirs)
    assert json.loads(onnx.load(path).metadata_props[0].value)["covered_threshold"] == 0.7


def test_an_exported_network_can_be_exported_again(tmp_path: Path) -> None:
    torch.manual_seed(1)
    network = CompactNet(16, 0.0).train()
    with torch.no_grad():  # a network whose normalisations have statistics of their own
        for _ in range(5):
            network(torch.rand(16, 1, 48, 48))
    export_bundled(network.eval(), tmp_path / "first.onnx", facts_of(Calibration()))
    images = torch.randint(0, 256, (40, 48, 48), dtype=torch.uint8).numpy()
    again = load_network(tmp_path / "first.onnx", images)
    x = torch.rand(3, 1, 48, 48)
    with torch.no_grad():
        for mine, theirs in zip(network(x), again(x), strict=True):
            torch.testing.assert_close(mine, theirs, atol=5e-3, rtol=5e-3)  # 16-bit weights
