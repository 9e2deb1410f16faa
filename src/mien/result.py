"""What a reading of a source comes to: observations, states, and how they came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mien.assessment.assess import Assessment
from mien.assessment.lesson import Lesson
from mien.instruments import Instruments
from mien.observations import LearningState, Observation


@dataclass(frozen=True)
class SourceNotes:
    """What is known of the source after it was read."""

    name: str
    duration_s: float
    instants: int
    undecodable: int
    every_s: float | None


@dataclass(frozen=True)
class Result:
    """What :class:`mien.pipeline.Pipeline` returns."""

    observations: Sequence[Observation]
    assessment: Assessment
    source: SourceNotes
    affect: bool
    classroom: bool
    lesson: Lesson | None = None
    instruments: Instruments = field(default_factory=Instruments)

    @property
    def states(self) -> Sequence[LearningState]:
        return self.assessment.states

    def save(self, directory: str | Path) -> None:
        """Writes the tables, ``summary.json`` and ``report.html`` into a folder, each
        whole or not at all.

        Raises:
            OutputError: when the folder cannot be written.
        """
        from mien.report.saving import save_result

        save_result(self, Path(directory))
