"""``mien analyze SOURCE --out DIR``: a recording in, a timeline and a report out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mien.analysis import AnalysisOptions, analyze_recording
from mien.assessment.lesson import load_lesson
from mien.capture import DEFAULT_EVERY_S
from mien.errors import SettingsError
from mien.faces.detectors import DETECTORS
from mien.report.sections import may_show

#: Said once when expressions are read (EU AI Act, Art. 5(1)(f)).
LAW = (
    "Expressions are read. In the EU, inferring emotions of people in education is "
    "prohibited (AI Act, Art. 5(1)(f)) except for medical or safety reasons; consent is "
    "no exception. --no-affect reads presence and head pose only."
)


def analyze(
    source: Annotated[str, typer.Argument(help="Video, picture, folder, or webcam[:N].")],
    out: Annotated[Path, typer.Option(help="Folder for the results.")],
    every: Annotated[
        float, typer.Option(help="Seconds between readings; 0 reads every frame.")
    ] = DEFAULT_EVERY_S,
    classroom: Annotated[bool, typer.Option(help="Wide shot of many; report groups.")] = False,
    person_ids: Annotated[str, typer.Option(help="Keep only these persons, such as 1,3.")] = "",
    affect: Annotated[bool, typer.Option(help="Read expressions.")] = True,
    lesson: Annotated[Path | None, typer.Option(help="lesson.yaml: points by time.")] = None,
    annotated_video: Annotated[bool, typer.Option(help="Also write annotated.mp4.")] = False,
    detector: Annotated[str | None, typer.Option(help=f"One of: {', '.join(DETECTORS)}.")] = None,
    model: Annotated[Path | None, typer.Option(help="An exported expression model.")] = None,
    video_model: Annotated[
        Path | None, typer.Option(help="An exported video network; reads clips of each face.")
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="Stop after so many seconds.")] = None,
) -> None:
    """Reads a lesson and writes observations, states, summary.json and report.html.

    An interrupted run goes on when the same command is given again. A camera's cannot: what
    it saw gets a report of its own in the folder, and the next run begins anew.
    """
    if not 0 <= every < float("inf"):
        raise SettingsError(f"--every must be 0 or more seconds, got {every}.")
    options = AnalysisOptions(
        source=source,
        out=out,
        every_s=every if every > 0 else None,
        classroom=classroom,
        person_ids=parse_person_ids(person_ids),
        affect=affect,
        lesson=load_lesson(lesson) if lesson else None,
        annotated_video=annotated_video,
        detector=detector,
        model=model,
        video_model=video_model,
        seconds=seconds,
    )
    if affect:
        print(LAW, file=sys.stderr)
    result = analyze_recording(options, Console(stderr=True))
    people = f"{number(len(result.assessment.persons), 'person')} followed"
    if not may_show(result):
        people = "too few people to show as a class"
    print(
        f"{number(result.source.instants, 'instant')} read, {people}, "
        f"{number(result.source.undecodable, 'frame')} could not be decoded."
    )
    print(f"Report: {out / 'report.html'}")


def number(count: int, noun: str) -> str:
    """``1 person``, ``2 persons``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def parse_person_ids(text: str) -> frozenset[int] | None:
    """``"1,3"`` -> {1, 3}; '' -> None, everyone.

    Raises:
        SettingsError: for anything but positive whole numbers.
    """
    if not text.strip():
        return None
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise SettingsError(f"--person-ids must be whole numbers such as 1,3, got {text!r}.")
    return frozenset(int(part) for part in parts)
