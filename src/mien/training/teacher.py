"""An exported model that teaches: its answers to the augmented pictures become a part of
what the network should answer (Hinton et al. 2015, arXiv:1503.02531)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from mien.errors import SettingsError
from mien.expression.exported_model import ExportedModel
from mien.expression.heads import Head, head_with
from mien.network_input import LUMA, NetworkInput
from mien.training.system_recipe import SystemRecipe
from mien.training.total_loss import Targets
from mien.weights import BUNDLED, model_path


class Teacher:
    """Answers in the classes of a training, whatever the order of its own.

    Args:
        path: an exported expression model (``mien export``, or the bundled one).
        labels: classes of the training, in order.
        input: of the network that learns.
        illumination: of the training's pictures.

    Raises:
        ModelError: the file cannot be used.
        SettingsError: it has no output for these classes, or wants other pictures.
    """

    def __init__(
        self, path: Path, labels: Sequence[str], input: NetworkInput, illumination: str = "none"
    ) -> None:
        self._model = ExportedModel.open(path, torch.get_num_threads())
        self._input = input
        wanted = self._model.facts.input
        if wanted.frames or wanted.landmarks or input.frames:
            raise SettingsError(
                f"loss.teacher takes a model of single pictures without landmarks; {path} "
                f"wants {wanted.frames or 1} frames and {wanted.landmarks} landmarks, the "
                f"training has {input.frames or 1} frames."
            )
        light = self._model.facts.illumination
        if light != illumination:
            raise SettingsError(
                f"{path} learned from pictures with illumination {light!r}, the training has "
                f"{illumination!r}. Use --set data.illumination={light}, or another teacher."
            )
        self._head, self._columns = self._asked(labels)

    def _asked(self, labels: Sequence[str]) -> tuple[Head, NDArray[np.int64]]:
        """The output that tells these classes, and which of its columns is which."""
        heads = self._model.heads
        head = head_with(heads, labels)
        if head is not None:
            return head, np.array([head.labels.index(label) for label in labels])
        known = "; ".join(f"{one.output}: {', '.join(one.labels)}" for one in heads)
        raise SettingsError(
            f"{self._model.path} cannot teach the classes {', '.join(labels)}. It tells {known}. "
            "Choose a teacher with the same classes."
        )

    @torch.no_grad()
    def shares(self, pictures: Tensor) -> Tensor:
        """Probabilities ``(B, K)``, rows summing to 1.

        Args:
            pictures: ``(B, C, side, side)`` as the learning network is given them.
        """
        seen = self._seen(pictures.detach().float().cpu()).contiguous().numpy()
        (logits,) = self._model.session.run([self._head.output], {"image": seen})
        columns = np.asarray(logits, np.float64)
        shares: NDArray[Any] = self._head.calibration.apply(columns)[:, self._columns]
        return torch.from_numpy(shares.astype(np.float32)).to(pictures.device)

    def _seen(self, pictures: Tensor) -> Tensor:
        """The same pictures as the teacher wants them: channels, size, normalisation."""
        mine, wanted = self._input, self._model.facts.input
        plain = (pictures * _planes(mine.deviation) + _planes(mine.mean)).clamp(0, 1)
        if wanted.channels < mine.channels:
            plain = (plain * _planes(LUMA)).sum(1, keepdim=True)
        elif wanted.channels > mine.channels:
            plain = plain.expand(-1, wanted.channels, -1, -1)
        if wanted.side_px != mine.side_px:
            size = (wanted.side_px, wanted.side_px)
            plain = F.interpolate(plain, size, mode="bilinear", antialias=True)
        return (plain - _planes(wanted.mean)) / _planes(wanted.deviation)


def _planes(values: Sequence[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float32)[:, None, None]


def taught(targets: Targets, shares: Tensor, part: float) -> Targets:
    """``part`` of what the picture should become is the teacher's answer to it; as the
    cross-entropy is linear in the targets, that is the weighted sum of both losses."""
    return replace(targets, shares=(1 - part) * targets.shares + part * shares)


def teacher_of(recipe: SystemRecipe, labels: Sequence[str], input: NetworkInput) -> Teacher | None:
    """The model that the recipe names, where it names one. Raises as :class:`Teacher`."""
    if not recipe.loss.teacher:
        return None
    told = recipe.loss.teacher
    path = model_path("expression") if told == BUNDLED else Path(told)
    return Teacher(path, labels, input, recipe.data.illumination)
