"""The trained network as an ONNX file that Python and the browser can run.

``python -m mien.export.bundled --data fer2013.zip --checkpoint best.pt --out FILE``
exports, fits the temperature on FER2013's PublicTest (the validation split),
and writes the file with its facts; ``--eight-bits`` makes the form that ships. The
checkpoint may be a file that was exported before.
"""

from __future__ import annotations

import argparse
import copy
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from mien.datasets.fer2013 import FER2013Data, read_fer2013
from mien.export.quantisation import FACES, crop_feeds, quantised
from mien.expression.calibration import Calibration, fit_temperature
from mien.expression.judging import logits_of
from mien.labels import FERPLUS
from mien.networks.compact import INPUT_PX, CompactNet, Residual
from mien.networks.covering import CoveringNet
from mien.training.bundled_start import started_from
from mien.training.covering import Covering, fit_covering
from mien.whole_file import write_whole

#: Below even odds an answer is more often wrong than right, so it is not given. It is
#: a probability, and so means this only because the model is calibrated.
THRESHOLD = 0.5
#: Initialisers larger than this are stored in 16 bits.
_SMALL = 64


def load_network(checkpoint: Path, images: NDArray[np.uint8]) -> CompactNet:
    """The averaged weights of ``best.pt``, ready for inference, or a network that was
    exported.

    Args:
        images: ``(N, 48, 48)``, some training faces, for what an exported file leaves out.
    """
    return started_from(checkpoint, torch.from_numpy(images)[:, None]).eval()


def with_folded_pools(network: nn.Module) -> nn.Module:
    """A copy in which a shortcut's average over 2x2 places and its convolution of 1x1 are one
    convolution of 2x2: the same sums, and a quarter of the time in 8 bits, where ONNX Runtime
    averages slowly."""
    folded = copy.deepcopy(network)
    for block in folded.modules():
        if not (isinstance(block, Residual) and isinstance(block.shortcut, nn.Sequential)):
            continue
        pool, project, norm = block.shortcut
        if not (isinstance(pool, nn.AvgPool2d) and isinstance(project, nn.Conv2d)):
            continue
        side = int(pool.kernel_size)  # type: ignore[arg-type]  # CompactNet's are square
        whole = nn.Conv2d(project.in_channels, project.out_channels, side, side, bias=False)
        with torch.no_grad():
            whole.weight.copy_(project.weight.expand_as(whole.weight) / side**2)
        block.shortcut = nn.Sequential(whole, norm)
    return folded


def to_onnx(network: CompactNet | CoveringNet) -> onnx.ModelProto:
    """Input ``image`` ``(batch, 1, 48, 48)``, outputs ``ferplus`` and ``fer2013``, and
    ``covered`` where the network has it."""
    buffer = io.BytesIO()
    outputs = ["ferplus", "fer2013", *(["covered"] if isinstance(network, CoveringNet) else [])]
    axes = {name: {0: "batch"} for name in ("image", *outputs)}
    torch.onnx.export(
        with_folded_pools(network),
        (torch.zeros(1, 1, INPUT_PX, INPUT_PX),),
        buffer,  # type: ignore[arg-type]  # a stream is taken; the stub says a path
        input_names=["image"],
        output_names=outputs,
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


def export_bundled(
    network: CompactNet | CoveringNet,
    path: Path,
    facts: Mapping[str, Any],
    faces: NDArray[np.float32] | None = None,
) -> None:
    """Writes the file with its facts (labels, temperature, bias, threshold).

    Args:
        faces: ``(N, 48, 48)`` in [0, 1]; from them the ranges of the convolutions that go
            into 8 bits are taken. None keeps 32-bit arithmetic.
    """
    model = to_onnx(network)
    model = halve(model) if faces is None else quantised(model, crop_feeds(faces))
    entry = model.metadata_props.add()
    entry.key, entry.value = "mien", json.dumps(dict(facts))
    write_whole(path, model.SerializeToString())


def facts_of(calibration: Calibration, covering: Covering | None = None) -> dict[str, Any]:
    """What the file says of itself."""
    covered = {"covered_threshold": covering.threshold} if covering else {}
    return {
        **covered,
        "labels": list(FERPLUS),
        "temperature": calibration.temperature,
        "bias": list(calibration.bias),
        "threshold": THRESHOLD,
    }


def export_calibrated(
    data: Path, checkpoint: Path, out: Path, *, eight_bits: bool = False
) -> Calibration:
    """Exports, and calibrates on the pictures of PublicTest that have an FER+ majority.

    Args:
        eight_bits: twice as fast and smaller, as the file that ships
            (docs/experiment-log.md).
    """
    learn, split = (read_fer2013(data, name) for name in ("train", "validation"))
    network = CoveringNet(load_network(checkpoint, learn.images[learn.is_face])).eval()
    covering = fit_covering(network, learn.images[learn.is_face], split.images[split.is_face])
    faces = some_faces(learn) if eight_bits else None
    export_bundled(network, out, facts_of(Calibration(), covering), faces)
    truth, keep = split.majority()
    crops = split.images[keep].astype(np.float32) / 255
    calibration = fit_temperature(logits_of(out, crops)["ferplus"], truth[keep])
    export_bundled(network, out, facts_of(calibration, covering), faces)
    print(covering)
    return calibration


def some_faces(learn: FER2013Data, seed: int = 1) -> NDArray[np.float32]:
    """Training faces from which the ranges of the convolutions are taken."""
    images = learn.images[learn.is_face]
    chosen = np.random.default_rng(seed).permutation(len(images))[:FACES]
    return np.asarray(images[chosen], np.float32) / np.float32(255)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("src/mien/weights/expression.onnx"))
    parser.add_argument("--eight-bits", action="store_true")
    given = parser.parse_args()
    print(export_calibrated(given.data, given.checkpoint, given.out, eight_bits=given.eight_bits))


if __name__ == "__main__":
    main()
