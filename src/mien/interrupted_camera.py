"""A camera's run that was interrupted: the lesson is over, so it cannot go on, and the
next run is of another lesson. What was read is made a report of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mien.assessment.assess import assess
from mien.instruments import Instruments
from mien.observation_log import ObservationLog
from mien.partial_run import camera_run_in
from mien.result import Result, SourceNotes

#: Stands for what a run did not note; nobody is shown who may have asked not to be.
UNSAID: Final = {"name": "webcam", "classroom": True, "clips": False}


def finish_interrupted_camera(out: Path) -> Path | None:
    """Writes the results of a camera's run that was interrupted in ``out`` into a folder
    ``interrupted-DATE-TIME`` there, named by its begin, and removes what was kept of it.

    Returns:
        The new folder; None where there was no such run, or nothing had been kept.

    Raises:
        OutputError: when they cannot be written; what was kept is still there.
    """
    run = camera_run_in(out)
    if run is None:
        return None
    observations = run.readable()
    if not observations:
        return None
    folder = out / f"interrupted-{run.begun:%Y-%m-%d-%H%M%S}"
    result_of({**UNSAID, **run.settings}, observations, run.undecodable).save(folder)
    run.finish()
    return folder


def result_of(
    settings: Mapping[str, Any], observations: ObservationLog, undecodable: int
) -> Result:
    """The result as that run would have written it; its lesson's points are not known."""
    times = observations.times_s
    notes = SourceNotes(
        settings["name"], max(times), len(set(times)), undecodable, settings["every_s"]
    )
    affect, model = bool(settings["affect"]), settings["model"]
    return Result(
        observations,
        assess(observations, affect=affect),
        notes,
        affect=affect,
        classroom=bool(settings["classroom"]),
        instruments=Instruments.chosen(
            settings["detector"],
            None if model == "bundled" or settings["clips"] else model,
            model if settings["clips"] else None,
        ),
    )
