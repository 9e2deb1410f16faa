"""The trained network as an ONNX file that Python and the browser can run.

``python -m mien.export.bundled --data fer2013.zip --checkpoint best.pt --out FILE``
exports, fits the temperature on FER2013's PublicTest (the validation split), and
writes the file with its facts.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from mien.datasets.fer2013 import read_fer2013
from mien.expression.calibration import Calibration, fit_temperature
from mien.expression.judging import logits_of
from mien.labels import FERPLUS
from mien.networks.compact import INPUT_PX, CompactNet
from mien.report.tables import write_whole

#: Below even odds an answer is more often wrong than right, so it is not given. It is
#: a probability, and so means this only because the model is calibrated.
THRESHOLD = 0.5
#: Initialisers larger than this are stored in 16 bits.
_SMALL = 64


def load_network(checkpoint: Path) -> CompactNet:
    """The averaged weights of ``best.pt``, ready for inference."""
    state = torch.load(checkpoint, weights_only=True)
    network = CompactNet(state["recipe"]["width"], state["recipe"]["dropout"])
    network.load_state_dict(state["weights"])
    return network.eval()


def to_onnx(network: CompactNet) -> onnx.ModelProto:
    """Input ``image`` ``(batch, 1, 48, 48)``, outputs ``ferplus`` and ``fer2013``."""
    buffer = io.BytesIO()
    axes = {name: {0: "batch"} for name in ("image", "ferplus", "fer2013")}
    torch.onnx.export(
        network,
        (torch.zeros(1, 1, INPUT_PX, INPUT_PX),),
        buffer,  # type: ignore[arg-type]  # a stream is taken; the stub says a path
        input_names=["image"],
        output_names=["ferplus", "fer2013"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    return onnx.load_from_string(buffer.getvalue())


def halve(model: onnx.ModelProto) -> onnx.ModelProto:
    """Weights in 16 bits with a cast to 32, which ONNX Runtime folds when it opens the
    file: half the size, the same speed."""
    casts = []
    for tensor in list(model.graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size <= _SMALL:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_16"))
        casts.append(helper.make_node("Cast", [f"{name}_16"], [name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)
    onnx.checker.check_model(model)
    return model


def export_bundled(network: CompactNet, path: Path, facts: Mapping[str, Any]) -> None:
    """Writes the file with its facts (labels, temperature, bias, threshold)."""
    model = halve(to_onnx(network))
    entry = model.metadata_props.add()
    entry.key, entry.value = "mien", json.dumps(dict(facts))
    write_whole(path, model.SerializeToString())


def facts_of(calibration: Calibration) -> dict[str, Any]:
    """What the file says of itself."""
    return {
        "labels": list(FERPLUS),
        "temperature": calibration.temperature,
        "bias": list(calibration.bias),
        "threshold": THRESHOLD,
    }


def export_calibrated(data: Path, checkpoint: Path, out: Path) -> Calibration:
    """Exports, and calibrates on the pictures of PublicTest that have an FER+ majority."""
    network = load_network(checkpoint)
    export_bundled(network, out, facts_of(Calibration()))
    split = read_fer2013(data, "validation")
    truth, keep = split.majority()
    crops = split.images[keep].astype(np.float32) / 255
    calibration = fit_temperature(logits_of(out, crops)["ferplus"], truth[keep])
    export_bundled(network, out, facts_of(calibration))
    return calibration


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("src/mien/weights/expression.onnx"))
    arguments = parser.parse_args()
    print(export_calibrated(arguments.data, arguments.checkpoint, arguments.out))


if __name__ == "__main__":
    main()
