"""What ``mien export`` is told; reading this imports no torch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from mien.errors import SettingsError, choose_from
from mien.labels import READABLE

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class ExportOptions:
    """Attributes:
    checkpoint: that ``mien train`` wrote.
    out: the ``.onnx`` file; figures go into a ``.json`` beside it.
    int8: convolutions in 8 bits, their ranges taken from training pictures of ``data``.
    data: to calibrate and judge on; None for neither.
    dataset: its name; None tells it by its layout.
    split: that accuracy is told of.
    limit: at most that many pictures of it, spread evenly; 0 for all.
    mapping: from labels of the network to mien's names, where they differ.

    Raises:
        SettingsError: they do not fit together.
    """

    checkpoint: Path
    out: Path
    int8: bool = False
    data: Path | None = None
    dataset: str | None = None
    split: str = "test"
    limit: int = 0
    mapping: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.out.suffix.lower() != ".onnx":
            raise SettingsError(f"--out must name an .onnx file; got {self.out}.")
        if self.int8 and self.data is None:
            raise SettingsError(
                "--int8 takes the ranges of 8 bits from pictures. Add --data with the data set "
                "that the network learned from."
            )
        if self.split not in SPLITS:
            raise SettingsError(choose_from("Split", self.split, SPLITS))
        if self.limit < 0:
            raise SettingsError(f"--limit must be 0 or more pictures; got {self.limit}.")
        if self.data is None and (self.dataset or self.limit):
            raise SettingsError("--dataset and --limit are of pictures to judge. Add --data.")


def mapping_of(texts: Iterable[str]) -> dict[str, str]:
    """``["angry=anger"]`` as a table.

    Raises:
        SettingsError: another form, a name that mien does not have, or two for one label.
    """
    found: dict[str, str] = {}
    for text in texts:
        # A class may have "=" in its name, mien's names have none.
        label, name = (part.strip() for part in text.rpartition("=")[::2])
        if not (label and name):
            raise SettingsError(f"--map takes LABEL=NAME, for example angry=anger; got {text!r}.")
        if name not in READABLE:
            raise SettingsError(choose_from("Name", name, READABLE))
        if found.get(label, name) != name:
            raise SettingsError(
                f"--map gives {label!r} two names: {found[label]!r} and {name!r}. Give one."
            )
        found[label] = name
    return found
