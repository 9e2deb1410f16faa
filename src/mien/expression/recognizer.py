"""Reads expressions with an exported network, or says *unknown* and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.errors import ModelError
from mien.expression.calibration import Calibration
from mien.expression.preprocessing import INPUT_PX, face_crop
from mien.labels import FERPLUS, UNKNOWN
from mien.observations import Expression, Face
from mien.weights import model_path
from mien.weights.session import open_session


@dataclass(frozen=True)
class ModelFacts:
    """What an exported model says of itself, in its ONNX metadata under ``mien``.

    Attributes:
        labels: names of the outputs, of FER+'s eight.
        calibration: of the output ``ferplus``.
        threshold: below this probability of the likeliest the answer is unknown.
    """

    labels: tuple[str, ...]
    calibration: Calibration
    threshold: float

    @classmethod
    def read(cls, path: Path, metadata: dict[str, str]) -> ModelFacts:
        """Raises ModelError where anything is missing or makes no sense."""
        try:
            facts: dict[str, Any] = json.loads(metadata["mien"])
            labels = tuple(facts["labels"])
            calibration = Calibration(float(facts["temperature"]), tuple(facts["bias"]))
            threshold = float(facts["threshold"])
        except (KeyError, ValueError, TypeError) as error:
            raise ModelError(
                f"{path} does not say how to use it (labels, temperature, bias, threshold "
                "under the metadata key 'mien'). Export it with mien."
            ) from error
        if set(labels) != set(FERPLUS) or len(labels) != len(FERPLUS):
            raise ModelError(f"{path} has the labels {labels}; expected {FERPLUS}.")
        return cls(labels, calibration, threshold)


class Recognizer:
    """Args:
    model: an exported ``.onnx``; None takes the bundled one.
    threads: cores for the network.
    """

    def __init__(self, model: Path | None = None, threads: int = 1) -> None:
        path = model or model_path("expression")
        self._session = open_session(path, threads)
        self.facts = ModelFacts.read(path, self._session.get_modelmeta().custom_metadata_map)
        inputs = [(i.name, i.shape[1:]) for i in self._session.get_inputs()]
        outputs = [o.name for o in self._session.get_outputs()]
        if inputs != [("image", [1, INPUT_PX, INPUT_PX])] or "ferplus" not in outputs:
            raise ModelError(
                f"{path} has inputs {inputs} and outputs {outputs}; expected one input "
                f"'image' (batch, 1, {INPUT_PX}, {INPUT_PX}) and an output 'ferplus'."
            )

    def probabilities(self, crops: NDArray[np.float32]) -> NDArray[np.float64]:
        """Calibrated probabilities ``(N, 8)``, in the order of ``facts.labels``.

        Args:
            crops: ``(N, 48, 48)`` in [0, 1], as :func:`face_crop` gives them.
        """
        (logits,) = self._session.run(["ferplus"], {"image": crops[:, None]})
        return self.facts.calibration.apply(np.asarray(logits, np.float64))

    def read(self, crops: NDArray[np.float32]) -> list[Expression]:
        """One expression a crop ``(N, 48, 48)``; *unknown* below the threshold."""
        if not len(crops):
            return []
        return [self._expression(shares) for shares in self.probabilities(crops)]

    def read_faces(self, image: NDArray[np.uint8], faces: Sequence[Face]) -> list[Expression]:
        """One expression a face of ``image`` ``(H, W, 3)`` RGB; a face too poor to read
        is not looked at: *unknown* with the reason of its quality."""
        result = [
            Expression(UNKNOWN, {}, face.quality.reason)
            if face.quality is not None and not face.quality.readable
            else None
            for face in faces
        ]
        wanted = [i for i, known in enumerate(result) if known is None]
        # One at a time: a face costs the same in a batch, and batches of changing
        # size make ONNX Runtime plan its memory anew.
        for i in wanted:
            result[i] = self.read(face_crop(image, faces[i])[None])[0]
        return [expression for expression in result if expression is not None]

    def _expression(self, shares: NDArray[np.float64]) -> Expression:
        named = {name: float(share) for name, share in zip(self.facts.labels, shares, strict=True)}
        best = max(named, key=lambda name: named[name])
        if named[best] < self.facts.threshold:
            return Expression(UNKNOWN, named, "unsure")
        return Expression(best, named)
