"""Exported models, judged as checkpoints are: what is shipped is what is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mien.errors import ModelError
from mien.expression.exported_model import ExportedModel
from mien.expression.heads import Head, head_with
from mien.labels import labels_of
from mien.networks.checkpoint import TrainedNetwork
from mien.networks.output import NetworkOutput
from mien.weights import BUNDLED, model_path
from mien.weights.runtime import onnxruntime


class OnnxNetwork(nn.Module):
    """An exported file as a network: logits, and no features.

    Args:
        session: of the opened file.
        head: the output that is asked.
    """

    def __init__(self, session: onnxruntime.InferenceSession, head: Head) -> None:
        super().__init__()
        self._session, self._head = session, head

    def forward(self, image: Tensor, landmarks: Tensor | None = None) -> NetworkOutput:
        """``(B, *input.shape)`` -> logits ``(B, K)``; the calibration's shift is in them."""
        feed = {"image": image.cpu().numpy()}
        if landmarks is not None:
            feed["landmarks"] = landmarks.cpu().numpy()
        (logits,) = self._session.run([self._head.output], feed)
        calibration = self._head.calibration
        if calibration.bias:
            # Answers are softmax(logits / temperature).
            logits = logits + calibration.temperature * np.array(calibration.bias, np.float32)
        return NetworkOutput(torch.from_numpy(logits).to(image.device))


@dataclass(frozen=True, kw_only=True)
class ExportedNetwork(TrainedNetwork):
    """Attributes:
    opened: the file, opened once however many splits are judged.
    """

    opened: OnnxNetwork

    @property
    def calibrated(self) -> bool:
        return True

    def network(self) -> nn.Module:
        return self.opened.eval()

    @classmethod
    def open(cls, path: Path, label_set: str) -> ExportedNetwork:
        """The head with the classes of ``label_set``, else the model's own.

        Raises:
            ModelError: the file is missing, damaged, or does not say how to use it.
        """
        model = ExportedModel.open(path, torch.get_num_threads())
        facts = model.facts
        head = head_with(model.heads, labels_of(label_set)) or model.heads[0]
        return cls(
            system=facts.system or BUNDLED,
            switches={},
            labels=head.labels,
            input=facts.input,
            weights={},
            temperature=head.calibration.temperature,
            facts=_provenance(model.told) | {"output": head.output},
            opened=OnnxNetwork(model.session, head),
        )


def _provenance(told: Mapping[str, Any]) -> dict[str, Any]:
    """What the file says of its training, as a checkpoint says it."""
    kept = ("dataset", "commit", "trained", "exported", "version", "int8", "illumination")
    recipe = {"data": told.get("recipe", {})}
    recipe |= {key: told[key] for key in ("seed", "cross_validation") if told.get(key) is not None}
    facts = {key: told[key] for key in kept if key in told} | {"recipe": recipe}
    return facts | ({"split": told["split"]} if told.get("split") else {})


def read_network(path: Path, label_set: str) -> TrainedNetwork:
    """A checkpoint, an exported file, or the model that ships (``bundled``).

    Raises:
        ModelError: the file cannot be used.
    """
    if str(path) == BUNDLED and not path.exists():
        return ExportedNetwork.open(model_path("expression"), label_set)
    if path.suffix != ".onnx":
        return TrainedNetwork.read(path)
    if not path.is_file():
        raise ModelError(f"There is no exported model {path}. 'mien export' writes one.")
    return ExportedNetwork.open(path, label_set)
