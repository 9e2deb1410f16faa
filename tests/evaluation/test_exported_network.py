"""What is shipped is judged as it is shipped."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from mien.errors import ModelError
from mien.evaluation.evaluate import evaluate
from mien.evaluation.exported_network import read_network
from mien.evaluation.options import EvaluationOptions
from mien.expression.judging import logits_of
from mien.expression.recognizer import Recognizer
from mien.labels import FER2013, FERPLUS
from mien.weights import model_path
from stub_network import pictures

BUNDLED = model_path("expression")


def faces(count: int = 5) -> torch.Tensor:
    return torch.rand(count, 1, 48, 48, generator=torch.Generator().manual_seed(2))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("faces")
    return pictures(root, {"train": 2, "val": 8, "test": 4}, wrong=0, broken=1)


@pytest.mark.parametrize(
    ("label_set", "output", "labels"),
    [
        ("ferplus", "ferplus", FERPLUS),
        ("fer2013", "fer2013", FER2013),
        ("rafdb", "fer2013", FER2013),  # the same seven, in another order
        ("daisee", "ferplus", FERPLUS),  # none fits: the model's own
    ],
)
def test_the_head_with_the_classes_of_the_data_is_judged(label_set, output, labels) -> None:
    opened = read_network(Path("bundled"), label_set)
    assert (opened.system, opened.labels) == ("bundled", labels)
    assert opened.facts["output"] == output
    with torch.inference_mode():
        logits = opened.network()(faces()).logits.numpy()
    wanted = logits_of(BUNDLED, faces()[:, 0].numpy())[output]
    np.testing.assert_allclose(logits, wanted, rtol=1e-5)


def test_its_calibration_is_a_part_of_it(tmp_path: Path) -> None:
    """The shift by class too, which a checkpoint does not have."""
    model = onnx.load(BUNDLED)
    entry = next(e for e in model.metadata_props if e.key == "mien")
    shift = {"temperature": 2.0, "bias": [0.5, *[0.0] * 7]}
    entry.value = json.dumps(json.loads(entry.value) | shift)
    onnx.save(model, tmp_path / "shifted.onnx")
    opened = read_network(tmp_path / "shifted.onnx", "ferplus")
    with torch.inference_mode():
        shares = (opened.network()(faces()).logits / opened.temperature).softmax(1)
    wanted = Recognizer(tmp_path / "shifted.onnx").probabilities(faces()[:, 0].numpy())
    np.testing.assert_allclose(shares.numpy(), wanted, atol=1e-5)


def test_a_whole_evaluation_keeps_its_temperature_and_counts_what_is_missed(data) -> None:
    """Enough validation pictures are there to fit another than the head's, which is 1."""
    (judged,) = evaluate(EvaluationOptions((Path("bundled"),), data)).judgements
    assert judged.temperature == 1.0
    assert (judged.count, judged.missed) == (28, 1)


def test_what_cannot_be_judged_is_told(data, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no exported model .*none\.onnx"):
        read_network(tmp_path / "none.onnx", "ferplus")
    with pytest.raises(ModelError, match="does not say how to use it"):
        read_network(model_path("face_mesh"), "ferplus")
    with pytest.raises(ModelError, match="bundled answers no features"):
        evaluate(EvaluationOptions((Path("bundled"),), data, classifier="svm"))
