"""An exported expression model, opened: what it says of itself, and whether that is true."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mien.errors import ModelError
from mien.expression.heads import Head, heads_of
from mien.expression.model_facts import METADATA_KEY, ModelFacts
from mien.weights.runtime import onnxruntime
from mien.weights.session import open_session


@dataclass(frozen=True)
class ExportedModel:
    """Attributes:
    path: of the file.
    session: on the CPU; ``image`` and, where the facts say so, ``landmarks`` in.
    facts: how to use it.
    """

    path: Path
    session: onnxruntime.InferenceSession
    facts: ModelFacts

    @classmethod
    def open(cls, path: Path, threads: int = 1) -> ExportedModel:
        """Raises:
        ModelError: the file is missing, damaged, does not say how to use it, or has other
            inputs or outputs than it says.
        """
        session = open_session(path, threads)
        facts = ModelFacts.read(path, session.get_modelmeta().custom_metadata_map)
        model = cls(path, session, facts)
        model._check_form()
        return model

    @property
    def told(self) -> Mapping[str, Any]:
        """All that the file says, where the network comes from too."""
        found: dict[str, Any] = json.loads(
            self.session.get_modelmeta().custom_metadata_map[METADATA_KEY]
        )
        return found

    @cached_property
    def heads(self) -> tuple[Head, ...]:
        """Its outputs that tell classes, its own first."""
        return heads_of(self.facts, [output.name for output in self.session.get_outputs()])

    def _check_form(self) -> None:
        facts = self.facts
        expected = [("image", list(facts.input.shape))]
        if facts.input.landmarks:
            expected.append(("landmarks", [facts.input.landmarks, 2]))
        inputs = [(i.name, i.shape[1:]) for i in self.session.get_inputs()]
        outputs = [o.name for o in self.session.get_outputs()]
        wanted = {facts.output} | ({"covered"} if facts.covered_threshold is not None else set())
        if inputs != expected or not wanted <= set(outputs):
            raise ModelError(
                f"{self.path} has inputs {inputs} and outputs {outputs}; expected {expected} and "
                f"{sorted(wanted)}. Export it again with 'mien export'."
            )
