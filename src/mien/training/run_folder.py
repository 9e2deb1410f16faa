"""The folder of one training: what is in it, and when it may be written to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mien.errors import OutputError
from mien.training.recipe_file import as_yaml, differences, read_recipe
from mien.training.system_recipe import SystemRecipe
from mien.whole_file import remove_parts, write_whole


@dataclass(frozen=True)
class RunFolder:
    """Attributes:
    path: of the folder; made with the first file.
    """

    path: Path

    @property
    def best(self) -> Path:
        """The network with the best validation accuracy: a ``TrainedNetwork``."""
        return self.path / "best.ckpt"

    @property
    def last(self) -> Path:
        """Lightning's checkpoint after the last whole epoch, to go on from."""
        return self.path / "last.ckpt"

    @property
    def log(self) -> Path:
        return self.path / "log.csv"

    @property
    def curves(self) -> Path:
        return self.path / "curves.svg"

    @property
    def recipe(self) -> Path:
        """As resolved: every key, overrides laid over."""
        return self.path / "recipe.yaml"

    @property
    def summary(self) -> Path:
        """Written when the training is complete."""
        return self.path / "summary.json"

    def stage(self, name: str) -> RunFolder:
        """Of one of several stages; the last stage's is the folder itself, named ''."""
        return RunFolder(self.path / name) if name else self

    def claim(self, recipe: SystemRecipe) -> None:
        """Writes the recipe, once :meth:`check` agrees, and removes the parts of checkpoints
        that a training left which was killed while it wrote one."""
        self.check(recipe)
        remove_parts(self.last)
        write_whole(self.recipe, as_yaml(recipe).encode())

    def check(self, recipe: SystemRecipe) -> None:
        """Whether this recipe may run here.

        Raises:
            OutputError: a training of another recipe lives here; the first keys that differ
                are told.
        """
        if self.recipe.is_file():
            told = differences(read_recipe(self.recipe), recipe)
            if told:
                more = f" and {len(told) - 3} more" if len(told) > 3 else ""
                raise OutputError(
                    f"{self.path} holds a training of another recipe "
                    f"({'; '.join(told[:3])}{more}). Choose another --out, or remove that folder."
                )
        elif self.best.exists() or self.last.exists():
            raise OutputError(
                f"{self.path} holds a training without its recipe. Choose another --out."
            )

    def finished(self) -> dict[str, Any] | None:
        """The summary of a complete training, None where it is not complete."""
        if not self.summary.is_file():
            return None
        summary: dict[str, Any] = json.loads(self.summary.read_text())
        return summary

    def finish(self, summary: dict[str, Any]) -> None:
        write_whole(self.summary, (json.dumps(summary, indent=2) + "\n").encode())
