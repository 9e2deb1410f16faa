"""``last.ckpt``, what a training goes on from: written whole, and told where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from lightning.pytorch.plugins.io import TorchCheckpointIO

from mien.errors import ModelError
from mien.whole_file import opened_whole


class WholeCheckpoints(TorchCheckpointIO):
    """Puts a checkpoint in its place when it is whole. Lightning's own way goes over the
    system's temporary folder: on another disk that is a copy over the only checkpoint, and
    a training that ends in its middle cannot go on.
    """

    def save_checkpoint(
        self,
        checkpoint: dict[str, Any],
        path: str | Path,
        storage_options: Any = None,  # noqa: ARG002 - of Lightning's interface; disks have none
    ) -> None:
        """Raises OutputError, the older file untouched, where it cannot be written."""
        with opened_whole(Path(path)) as file:
            try:
                torch.save(checkpoint, file)
            except RuntimeError as error:
                # torch, too, ends the file that could not be written, and fails over that.
                cause = error.__context__
                raise (cause if isinstance(cause, OSError) else error) from None

    def load_checkpoint(self, path: str | Path, *args: Any, **more: Any) -> dict[str, Any]:
        """Raises ModelError where it cannot be read."""
        with _told_unreadable(Path(path)):
            return super().load_checkpoint(path, *args, **more)


def epochs_done(path: Path) -> int:
    """Whole epochs that the training of a checkpoint has behind it. Weights stay on disk.

    Raises:
        ModelError: it cannot be read.
    """
    with _told_unreadable(path):
        held = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        return int(held["epoch"]) + 1


@contextmanager
def _told_unreadable(path: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # torch raises a dozen kinds for damaged files
        raise ModelError(
            f"{path} cannot be read ({type(error).__name__}), so this training cannot go on. "
            "Remove that file to begin anew in the same folder. best.ckpt beside it can be kept: "
            "copy it and start from it with --weights."
        ) from error
