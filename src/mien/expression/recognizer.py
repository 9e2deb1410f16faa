"""Reads expressions with an exported network, or says *unknown* and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.errors import ModelError
from mien.expression.exported_model import ExportedModel
from mien.expression.glare import hidden_by
from mien.expression.model_facts import ModelFacts
from mien.expression.preprocessing import face_landmarks, face_picture, normalised
from mien.labels import UNKNOWN
from mien.observations import Expression, Face
from mien.weights import model_path


class Recognizer:
    """Args:
    model: an exported ``.onnx``; None takes the bundled one.
    threads: cores for the network.

    Raises:
        ModelError: it is none of ours, or reads clips.
    """

    def __init__(self, model: Path | None = None, threads: int = 1) -> None:
        path = model or model_path("expression")
        opened = ExportedModel.open(path, threads)
        self._session, self.facts = opened.session, opened.facts
        if self.facts.input.frames is not None:
            raise ModelError(f"{path} reads clips, not pictures. Use it with --video-model.")

    def probabilities(
        self, crops: NDArray[np.float32], landmarks: NDArray[np.float32] | None = None
    ) -> NDArray[np.float64]:
        """Calibrated probabilities ``(N, K)``, in the order of ``facts.labels``.

        Args:
            crops: ``(N, C, side, side)`` in [0, 1], as ``face_picture`` gives them; grey
                ones may come as ``(N, side, side)``.
            landmarks: ``(N, n, 2)`` in [0, 1] of the crop, for networks that take them.
        """
        (logits,) = self._session.run([self.facts.output], self._feed(crops, landmarks))
        return self.facts.calibration.apply(np.asarray(logits, np.float64))

    def read(
        self, crops: NDArray[np.float32], landmarks: NDArray[np.float32] | None = None
    ) -> list[Expression]:
        """One expression a crop; *unknown* below the threshold. As :meth:`probabilities`."""
        if not len(crops):
            return []
        facts, feed = self.facts, self._feed(crops, landmarks)
        if facts.covered_threshold is None:
            (logits,) = self._session.run([facts.output], feed)
            return expressions_of(facts, logits)
        logits, covered = self._session.run([facts.output, "covered"], feed)
        return [
            Expression(UNKNOWN, {}, hidden_by(crop)) if hidden > facts.covered_threshold else said
            for said, hidden, crop in zip(
                expressions_of(facts, logits), np.asarray(covered)[:, 0], crops, strict=True
            )
        ]

    def _feed(
        self, crops: NDArray[np.float32], landmarks: NDArray[np.float32] | None
    ) -> dict[str, NDArray[np.float32]]:
        shape = self.facts.input
        pictures = crops[:, None] if crops.ndim == 3 else crops
        feed = {"image": normalised(pictures, shape)}
        if shape.landmarks:
            nowhere = np.full((len(crops), shape.landmarks, 2), -1.0, np.float32)
            feed["landmarks"] = nowhere if landmarks is None else landmarks
        return feed

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
        for i, said in zip(wanted, self._of_faces(image, [faces[i] for i in wanted]), strict=True):
            result[i] = said
        return [expression for expression in result if expression is not None]

    def _of_faces(self, image: NDArray[np.uint8], faces: Sequence[Face]) -> list[Expression]:
        if not faces:
            return []
        facts = self.facts
        count = facts.input.landmarks if facts.landmarks else 0
        pictures = np.stack(
            [face_picture(image, one, facts.input, facts.cut, facts.illumination) for one in faces]
        )
        landmarks = None
        if count:
            landmarks = np.stack([face_landmarks(face, facts.cut, count) for face in faces])
        return self.read(pictures, landmarks)


def expressions_of(facts: ModelFacts, logits: NDArray[Any]) -> list[Expression]:
    """One expression a row of logits ``(N, K)``; *unknown* below the threshold."""
    shares = facts.shares(logits)
    result = []
    for row in range(len(logits)):
        given = {name: float(values[row]) for name, values in shares.items()}
        best = max(given, key=lambda name: given[name])
        if given[best] < facts.threshold:
            result.append(Expression(UNKNOWN, given, "unsure"))
        else:
            result.append(Expression(best, given))
    return result
