"""A trained network in one file, with everything that is needed to use it."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from mien.errors import MienError, ModelError
from mien.network_input import NetworkInput
from mien.networks.table import System, system_of

#: Raised when a field changes its meaning.
FORMAT = 1


@dataclass(frozen=True)
class TrainedNetwork:
    """What the file holds beside nothing else: no optimiser, no pictures.

    Attributes:
        system: a name of :data:`mien.networks.table.SYSTEMS`.
        switches: that it was built with.
        labels: names of the outputs, in order.
        input: what it was trained on (a reduced size is told here).
        weights: the state to use (the averaged one where training kept an average).
        temperature: fitted on the validation split; 1 before calibration.
        facts: recipe, data set, commit, date, machine, validation figures.
        file: that it was read from, for errors; no part of its content.
    """

    system: str
    switches: Mapping[str, Any]
    labels: tuple[str, ...]
    input: NetworkInput
    weights: Mapping[str, torch.Tensor]
    temperature: float = 1.0
    facts: Mapping[str, Any] = field(default_factory=dict)
    file: Path | None = None

    @property
    def calibrated(self) -> bool:
        """Whether ``temperature`` is a part of it, which judging must not fit anew."""
        return False

    def network(self) -> nn.Module:
        """Built and loaded, in evaluation mode.

        Raises:
            ModelError: the weights are those of another network, or damaged.
        """
        try:
            system = system_of(self.system)
            network = system.build(len(self.labels), **self.switches)
        except MienError as error:
            raise self._unfit(str(error)) from error
        except Exception as error:  # whatever a switch of another type makes of it
            reason = f"{self.system} cannot be built with {dict(self.switches)}"
            raise self._unfit(f"{reason} ({type(error).__name__}).") from error
        if fault := _misread(system, self):
            raise self._unfit(fault)
        if fault := _misfit(network.state_dict(), self.weights):
            told = f"{self.system} with {len(self.labels)} labels and {dict(self.switches)}"
            raise self._unfit(f"Its weights do not fit {told}: {fault}.")
        network.load_state_dict(self.weights)
        return network.eval()

    def _unfit(self, reason: str) -> ModelError:
        return ModelError(
            f"{self.file or 'The network'} cannot be used: {reason} The file is damaged or was "
            "changed. Train it anew, or name another file."
        )

    def to_bytes(self) -> bytes:
        """The whole file's content; writing it is the caller's."""
        stream = io.BytesIO()
        state = {**vars(self), "input": asdict(self.input), "format": FORMAT}
        del state["file"]
        torch.save(state, stream)
        return stream.getvalue()

    @classmethod
    def read(cls, path: Path) -> TrainedNetwork:
        """Raises ModelError where the file is missing or is none of ours."""
        if not path.is_file():
            raise ModelError(f"There is no checkpoint {path}. 'mien train' writes one.")
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
            if state.pop("format") != FORMAT:
                raise KeyError("format")
            state["input"] = NetworkInput(**state["input"])
            trained = cls(**state, file=path)
        except Exception as error:
            raise _no_checkpoint(path, type(error).__name__) from error
        if fault := _odd_part(trained):
            raise _no_checkpoint(path, fault)
        return trained


def _no_checkpoint(path: Path, reason: str) -> ModelError:
    return ModelError(
        f"{path} is not a checkpoint that this version of mien wrote ({reason}). Train it anew, "
        "or name another file, such as best.ckpt of a run."
    )


def _odd_part(trained: TrainedNetwork) -> str:
    """Name of the first part that is of another kind than it must be; '' where all are."""
    labels, weights, temperature = trained.labels, trained.weights, trained.temperature
    shape = trained.input
    sides = (shape.side_px, shape.channels, 1 if shape.frames is None else shape.frames)
    right = {
        "labels": isinstance(labels, (tuple, list))
        and len(set(labels)) == len(labels) > 1
        and all(isinstance(label, str) for label in labels),
        "switches": isinstance(trained.switches, Mapping),
        "weights": isinstance(weights, Mapping)
        and all(isinstance(value, torch.Tensor) for value in weights.values()),
        "temperature": isinstance(temperature, (int, float)) and 0 < temperature < math.inf,
        "facts": isinstance(trained.facts, Mapping) and _told_by_name(trained.facts),
        "input": all(isinstance(side, int) and side > 0 for side in sides)
        and isinstance(shape.landmarks, int)
        and shape.landmarks >= 0
        and all(_is_finite(value) for value in (*shape.mean, *shape.deviation))
        and all(value > 0 for value in shape.deviation),
    }
    return next((name for name, is_right in right.items() if not is_right), "")


def _is_finite(value: object) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)


def _told_by_name(facts: Mapping[str, Any]) -> bool:
    """Whether the recipe, where there is one, and its part on the data are tables."""
    recipe = facts.get("recipe", {})
    return isinstance(recipe, Mapping) and isinstance(recipe.get("data", {}), Mapping)


def _misread(system: System, trained: TrainedNetwork) -> str:
    """How the pictures that the file tells of are none for its network; '' where they are."""
    shape = trained.input
    channels = {**system.switches, **trained.switches}.get("channels", system.input.channels)
    if shape.channels != channels:
        return f"It tells of pictures of {shape.channels} channels, and was built for {channels}."
    if (shape.frames is None) != (system.input.frames is None):
        told, built = ("pictures", "clips") if shape.frames is None else ("clips", "pictures")
        return f"It tells of {told}, and {trained.system} reads {built}."
    return ""


def _misfit(own: Mapping[str, torch.Tensor], given: Mapping[str, torch.Tensor]) -> str:
    """The first tensor that differs in name or shape, or holds no numbers; '' for none."""
    for name in [*own, *(name for name in given if name not in own)]:
        expected, came = (
            tuple(state[name].shape) if name in state else "absent" for state in (own, given)
        )
        if expected != came:
            return f"{name} is {came} in the file and {expected} in the network"
        if not torch.isfinite(given[name]).all():
            return f"{name} holds no finite numbers"
    return ""
