"""What an exported network says of itself: everything that is needed to use it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from shlex import quote
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mien.errors import ModelError
from mien.expression.calibration import Calibration
from mien.expression.illumination import ILLUMINATION
from mien.expression.preprocessing import FER2013_CUT, PLAIN_GREY, FaceCut
from mien.labels import ALIASES, READABLE
from mien.network_input import NetworkInput

#: Key of the ONNX metadata that holds the facts as JSON.
METADATA_KEY: Final = "mien"
#: A clip lasts so long where the file does not say it: DFEW's clips last 2 to 5 s, DAiSEE's
#: 10 s (their papers).
CLIP_S: Final = 5.0


@dataclass(frozen=True)
class ModelFacts:
    """Attributes:
    labels: names of the outputs in order, in the words of the data set it learned from.
    calibration: of the output.
    threshold: below this probability of the likeliest the answer is unknown.
    covered_threshold: above this probability of the output ``covered`` the face is too
        much covered to be read; None where the file has no such output.
    output: name of the logits' output.
    input: what the file takes; mean and deviation are 0 and 1 where it normalises by
        itself, as all do that mien exports.
    cut: how the face is cut.
    illumination: normalisation of light before it.
    landmarks: landmarks of the mesh are given; else all as *not known*, as in a training
        without them.
    mapping: from labels to mien's names, those that differ.
    clip_s: seconds that a clip lasts; None for a still picture.
    system: name of the published network, '' for the bundled one.
    """

    labels: tuple[str, ...]
    calibration: Calibration
    threshold: float
    covered_threshold: float | None = None
    output: str = "ferplus"
    input: NetworkInput = PLAIN_GREY
    cut: FaceCut = FER2013_CUT
    illumination: str = "none"
    landmarks: bool = False
    mapping: Mapping[str, str] | None = None
    clip_s: float | None = None
    system: str = ""

    def __post_init__(self) -> None:
        if self.illumination not in ILLUMINATION:
            raise ValueError(f"illumination {self.illumination!r} is unknown")
        if len(self.labels) < 2 or len(set(self.labels)) != len(self.labels):
            raise ValueError(f"labels {self.labels} are too few or not unique")
        if not (self.calibration.temperature > 0 and 0 <= self.threshold <= 1):
            raise ValueError("temperature must be positive, threshold in 0 to 1")
        if self.calibration.bias and len(self.calibration.bias) != len(self.labels):
            raise ValueError("there must be one bias a label, or none")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The labels in mien's words, in order; several may have one name.

        Raises:
            ModelError: for a label that means nothing to mien.
        """
        return tuple(named(label, self.mapping or {}) for label in self.labels)

    def shares(self, logits: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
        """Calibrated probabilities ``(N,)`` by mien's names; outputs of one name add up."""
        columns = self.calibration.apply(np.asarray(logits, np.float64)).T
        result: dict[str, NDArray[np.float64]] = {}
        for name, column in zip(self.names, columns, strict=True):
            result[name] = result[name] + column if name in result else column
        return result

    def to_metadata(self, **more: Any) -> dict[str, str]:
        """For the ONNX file; ``more`` says where the network comes from."""
        facts = {
            "labels": list(self.labels),
            "temperature": self.calibration.temperature,
            "bias": list(self.calibration.bias),
            "threshold": self.threshold,
            "covered_threshold": self.covered_threshold,
            "output": self.output,
            "input": asdict(self.input),
            "cut": asdict(self.cut),
            "illumination": self.illumination,
            "landmarks": self.landmarks,
            "mapping": dict(self.mapping or {}),
            "clip_s": self.clip_s,
            "system": self.system,
            **more,
        }
        return {METADATA_KEY: json.dumps(facts)}

    @classmethod
    def read(cls, path: Path, metadata: Mapping[str, str]) -> ModelFacts:
        """Raises ModelError where anything is missing or makes no sense, or a label means
        nothing to mien. What older files do not say is as in the bundled one."""
        try:
            told: dict[str, Any] = json.loads(metadata[METADATA_KEY])
            covered = told.get("covered_threshold")
            facts = cls(
                labels=tuple(str(label) for label in told["labels"]),
                calibration=Calibration(float(told["temperature"]), _numbers(told["bias"])),
                threshold=float(told["threshold"]),
                covered_threshold=None if covered is None else float(covered),
                output=str(told.get("output", "ferplus")),
                input=_input_of(told["input"]) if "input" in told else PLAIN_GREY,
                cut=FaceCut(**told["cut"]) if "cut" in told else FER2013_CUT,
                illumination=str(told.get("illumination", "none")),
                landmarks=bool(told.get("landmarks", False)),
                mapping=told.get("mapping"),
                clip_s=None if told.get("clip_s") is None else float(told["clip_s"]),
                system=str(told.get("system", "")),
            )
        except (KeyError, ValueError, TypeError) as error:
            raise ModelError(
                f"{path} does not say how to use it (labels, temperature, bias, threshold "
                f"under the metadata key {METADATA_KEY!r}; {error}). Export it with "
                "'mien export'."
            ) from error
        _ = facts.names  # told when the file is opened, not at the first face
        return facts


def named(label: str, mapping: Mapping[str, str]) -> str:
    """A label in mien's words: by the mapping, as it is, or by its alias.

    Raises:
        ModelError: it means nothing to mien.
    """
    spelled = mapping.get(label, label)
    name = spelled if spelled in READABLE else ALIASES.get(spelled.lower(), "")
    if name not in READABLE:
        raise ModelError(
            f"The label {spelled!r} means nothing to mien. Export the network with "
            f"'mien export --map {quote(f'{label}=NAME')}', NAME one of: {', '.join(READABLE)}."
        )
    return name


def _numbers(values: Sequence[Any]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _input_of(told: Mapping[str, Any]) -> NetworkInput:
    lists = {"mean": _numbers(told["mean"]), "deviation": _numbers(told["deviation"])}
    return NetworkInput(**{**told, **lists})
