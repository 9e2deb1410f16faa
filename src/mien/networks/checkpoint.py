"""A trained network in one file, with everything that is needed to use it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from mien.errors import ModelError
from mien.network_input import NetworkInput
from mien.networks.table import system_of

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
    """

    system: str
    switches: Mapping[str, Any]
    labels: tuple[str, ...]
    input: NetworkInput
    weights: Mapping[str, torch.Tensor]
    temperature: float = 1.0
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def calibrated(self) -> bool:
        """Whether ``temperature`` is a part of it, which judging must not fit anew."""
        return False

    def network(self) -> nn.Module:
        """Built and loaded, in evaluation mode."""
        network = system_of(self.system).build(len(self.labels), **self.switches)
        network.load_state_dict(self.weights)
        return network.eval()

    def to_bytes(self) -> bytes:
        """The whole file's content; writing it is the caller's."""
        stream = io.BytesIO()
        state = {**vars(self), "input": asdict(self.input), "format": FORMAT}
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
            return cls(**state)
        except Exception as error:
            raise ModelError(
                f"{path} is not a checkpoint that this version of mien wrote "
                f"({type(error).__name__}). Train it anew, or name another file."
            ) from error
