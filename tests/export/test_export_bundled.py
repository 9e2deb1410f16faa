"""The exported file answers as the network does."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

torch = pytest.importorskip("torch")

from mien.export.bundled import export_bundled, facts_of  # noqa: E402
from mien.expression.calibration import Calibration  # noqa: E402
from mien.expression.recognizer import Recognizer  # noqa: E402
from mien.networks.compact import CompactNet  # noqa: E402


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
