"""``last.ckpt``: what a training goes on from."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import torch

from mien.errors import ModelError

#: What torch raises for a file that is cut short, empty, or something else.
_FAULTS: Final = (
    *(OSError, RuntimeError, EOFError, LookupError, TypeError, ValueError),
    pickle.UnpicklingError,
)


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
    except _FAULTS as error:
        raise ModelError(
            f"{path} cannot be read ({type(error).__name__}), so this training cannot go on. "
            "Remove that file to begin anew in the same folder. best.ckpt beside it can be kept: "
            "copy it and start from it with --weights."
        ) from error
