"""Where the reading of a recording ended, by its own end or by ``--seconds``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console

from mien.assessment.lesson import Lesson
from mien.assessment.wording import clock
from mien.observations import Observation
from mien.result import SourceNotes


def cut_notes(
    notes: SourceNotes, observations: Sequence[Observation], limit_s: float | None, console: Console
) -> SourceNotes:
    """The notes of what was read: where the limit ended it, that is as long as the recording
    is for the report, which then speaks of nothing behind it."""
    end_s = observations[-1].time_s if observations else 0.0
    if limit_s is None or end_s < limit_s:
        return notes
    console.print(f"Stopped after {limit_s:g} s, as --seconds says.", highlight=False)
    return replace(notes, duration_s=end_s)


def tell_points_after(lesson: Lesson | None, end_s: float, console: Console) -> None:
    """One line for knowledge points of which nothing was read: a slip in the lesson file, or
    the file of another recording."""
    after = [p.title for p in lesson.points if p.start_s >= end_s] if lesson else []
    if after:
        line = f"Read to {clock(end_s)}; these knowledge points come later: {', '.join(after)}."
        console.print(line, markup=False, highlight=False, soft_wrap=True)
