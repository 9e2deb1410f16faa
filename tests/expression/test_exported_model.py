"""An exported model is opened with what it says of itself; what is not true is told."""

import json
from pathlib import Path
from typing import Any

import onnx
import pytest

from mien.errors import ModelError
from mien.expression.exported_model import ExportedModel
from mien.expression.model_facts import METADATA_KEY
from mien.labels import FER2013, FERPLUS
from mien.weights import model_path


def told_otherwise(folder: Path, **facts: Any) -> Path:
    """The bundled file that says something else of itself."""
    model = onnx.load(model_path("expression"))
    entry = next(e for e in model.metadata_props if e.key == METADATA_KEY)
    entry.value = json.dumps(json.loads(entry.value) | facts)
    onnx.save(model, folder / "other.onnx")
    return folder / "other.onnx"


def test_the_bundled_model_tells_two_sets_of_classes() -> None:
    model = ExportedModel.open(model_path("expression"))
    assert [(head.output, head.labels) for head in model.heads] == [
        ("ferplus", FERPLUS),
        ("fer2013", FER2013),
    ]
    assert model.heads[0].calibration == model.facts.calibration
    assert model.told["labels"] == list(FERPLUS)


@pytest.mark.parametrize(
    "facts",
    [
        {"output": "valence"},
        {"input": {"side_px": 64, "channels": 1, "mean": [0.0], "deviation": [1.0]}},
        {
            "input": {
                "side_px": 48, "channels": 1, "landmarks": 34, "mean": [0.0], "deviation": [1.0],
            }
        },
    ],
)  # fmt: skip
def test_inputs_and_outputs_that_it_does_not_have_are_told(
    tmp_path: Path, facts: dict[str, Any]
) -> None:
    file = told_otherwise(tmp_path, **facts)
    with pytest.raises(ModelError, match=r"other\.onnx has inputs .*expected .*'mien export'"):
        ExportedModel.open(file)


def test_a_file_without_facts_is_told(tmp_path: Path) -> None:
    model = onnx.load(model_path("expression"))
    del model.metadata_props[:]
    onnx.save(model, tmp_path / "mute.onnx")
    with pytest.raises(ModelError, match="does not say how to use it"):
        ExportedModel.open(tmp_path / "mute.onnx")
