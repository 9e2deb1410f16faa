"""A whole run of ``mien analyze``: read (or go on reading), assess, write."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from mien.assessment.lesson import Lesson
from mien.capture import Source, open_source
from mien.chosen_persons import chosen
from mien.errors import SettingsError, SourceError
from mien.interrupted_camera import finish_interrupted_camera
from mien.observation_log import ObservationLog
from mien.observations import Observation
from mien.partial_run import STRETCH_S, PartialRun, cannot_write
from mien.pipeline import Pipeline, is_live, notes_of
from mien.reading import Reading
from mien.reading_end import cut_notes, tell_points_after
from mien.report.annotated_video import write_annotated_video
from mien.report.saving import RESULT_FILES
from mien.report.sections import as_class
from mien.result import Result, SourceNotes
from mien.resumption import UnreadFrames, recall_people
from mien.version import VERSION
from mien.whole_file import remove_parts


@dataclass(frozen=True)
class AnalysisOptions:
    """The options of ``mien analyze``; see its help.

    Raises:
        SettingsError: for a class and what shows its single persons; for a limit that is
            no positive number.
    """

    source: str
    out: Path
    every_s: float | None
    classroom: bool = False
    person_ids: frozenset[int] | None = None
    affect: bool = True
    lesson: Lesson | None = None
    annotated_video: bool = False
    detector: str | None = None
    model: Path | None = None
    video_model: Path | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        if self.classroom and self.annotated_video:
            raise SettingsError(
                "--annotated-video shows each person, and --classroom tells of groups only. "
                "Leave one of them out."
            )
        if self.classroom and self.person_ids is not None:
            raise SettingsError(
                "--person-ids keeps single persons, and --classroom tells of groups only. "
                "Leave one of them out."
            )
        if self.seconds is not None and not 0 < self.seconds < float("inf"):
            raise SettingsError(
                f"--seconds must be a positive number of seconds, got {self.seconds}. Leave it "
                "out to read to the end."
            )

    @property
    def drawn_copy(self) -> Path:
        """Where the drawn copy is written."""
        return self.out / "annotated.mp4"


@dataclass
class Run:
    """What one run works with."""

    options: AnalysisOptions
    pipeline: Pipeline
    partial: PartialRun
    known: ObservationLog
    fault: SourceError | None = None


def analyze_recording(options: AnalysisOptions, console: Console) -> Result:
    """Runs it all; what is printed goes to ``console``.

    Raises:
        SourceError, ModelError, SettingsError, OutputError: with a one-line message.
    """
    with open_source(options.source, every_s=options.every_s) as source:
        if options.annotated_video and is_live(source):
            raise SettingsError(
                "--annotated-video draws on a recording, and a camera leaves none. Leave it "
                "out, or record the lesson to a file and analyze that."
            )
        prepare_folder(options)
        pipeline = pipeline_of(options)
        report_camera(options.out, console)
        partial = PartialRun(options.out, run_settings(options, pipeline, source))
        run = Run(options, pipeline, partial, partial.resume())
        if not run.known:
            observations, undecodable = read_on(run, source, console)
    if run.known:
        start = run.known[-1].time_s
        console.print(f"Going on at {start:.0f} s of an interrupted run.")
        with open_source(options.source, every_s=options.every_s, start_s=start) as source:
            observations, undecodable = read_on(run, source, console)
    notes = replace(notes_of(source, observations, options.every_s), undecodable=undecodable)
    notes = cut_notes(notes, observations, options.seconds, console)
    tell_points_after(options.lesson, notes.duration_s, console)
    try:
        result = finish(run, notes, observations)
    except SettingsError:
        report_camera(options.out, console)  # it cannot be asked again
        raise
    if options.annotated_video:
        annotate_video(options, result, console)
    partial.finish()
    if run.fault is not None:
        raise run.fault
    return result


def pipeline_of(options: AnalysisOptions) -> Pipeline:
    """The pipeline as the options want it."""
    return Pipeline(
        detector=options.detector,
        every_s=options.every_s,
        affect=options.affect,
        classroom=options.classroom,
        model=options.model,
        video_model=options.video_model,
    )


def report_camera(out: Path, console: Console) -> None:
    """Tells of a camera's run in this folder that came to no report, which it gets here."""
    folder = finish_interrupted_camera(out)
    if folder is not None:  # as it is: brackets in a path are no colours, and it is not broken
        line = f"A camera's run came to no report. It has one of its own now: {folder}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def prepare_folder(options: AnalysisOptions) -> None:
    """Shows at the start, not after an hour, that results cannot be written; removes what
    an earlier run was writing, faces drawn among it, when it was killed."""
    out = options.out
    probe = out / ".writable"
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"mien")
        probe.unlink()
    except OSError as error:
        raise cannot_write(out, error) from error
    for path in (options.drawn_copy, *(out / name for name in RESULT_FILES)):
        remove_parts(path)


def run_settings(options: AnalysisOptions, pipeline: Pipeline, source: Source) -> dict[str, object]:
    """What must be equal for a run to be continued, and is needed to make a report of a
    camera's that was interrupted."""
    return {
        "version": VERSION,
        "source": source.fingerprint,
        "name": source.name,
        "every_s": options.every_s,
        "detector": pipeline.detector,
        "affect": options.affect,
        "classroom": options.classroom,
        "model": str(options.video_model or options.model or "bundled"),
        "clips": options.video_model is not None,
        "seconds": options.seconds,
    }


def read_on(run: Run, source: Source, console: Console) -> tuple[ObservationLog, int]:
    """Reads from where ``run.known`` ends, keeping each finished stretch; with the number
    of frames that could not be decoded."""
    observations, stretch = ObservationLog(run.known), list[Observation]()
    last_s = run.known[-1].time_s if run.known else float("-inf")
    undecodable, limit_s = run.partial.undecodable, run.options.seconds
    if limit_s is not None and last_s >= limit_s:
        return observations, undecodable  # all had been read
    stretch_start_s = max(last_s, 0.0)
    unread = UnreadFrames(source, last_s, undecodable)
    with progress_bar(console) as bar, closing(readings(run, unread, is_live(source))) as read:
        task = bar.add_task("Reading", total=source.duration_s, clock="")
        try:
            for reading in read:
                time_s = reading.frame.time_s
                if time_s - stretch_start_s >= STRETCH_S:
                    run.partial.keep(stretch, undecodable)
                    stretch, stretch_start_s = [], time_s
                observations.extend(reading.observations)
                stretch.extend(reading.observations)
                undecodable = unread.undecodable_before(time_s)
                show(bar, task, time_s)
                if limit_s is not None and time_s >= limit_s:
                    return observations, undecodable
        except KeyboardInterrupt:
            if not is_live(source):
                raise
            # A camera is stopped this way: what was read is the recording.
        except SourceError as error:
            if not is_live(source) or not observations:
                raise
            run.fault = error  # a camera that vanished: told once its results are written
        finally:
            run.partial.keep(stretch, undecodable)
    return observations, unread.undecodable


def readings(run: Run, unread: UnreadFrames, live: bool) -> Generator[Reading, None, None]:
    """The readings of frames that had not been read, an instant at a time."""
    follower = run.pipeline.follower()
    if run.known:
        recall_people(follower, run.options.source, run.options.every_s, run.known)
    with closing(run.pipeline.readings(unread, follower, live=live)) as read:
        yield from read


def finish(run: Run, notes: SourceNotes, observations: ObservationLog) -> Result:
    """Assesses and writes the results."""
    kept = chosen(observations, run.options.person_ids)
    result = run.pipeline.result(kept, notes, run.options.lesson)
    remove_older_copy(run.options)
    result.save(run.options.out)
    return result


def remove_older_copy(options: AnalysisOptions) -> None:
    """An earlier run's drawn copy would pass for this one's, and shows people of whom its
    report may be silent; one that is itself being read stays."""
    copy, source = options.drawn_copy, Path(options.source)
    try:
        if copy.exists() and not (source.exists() and copy.samefile(source)):
            copy.unlink()
    except OSError as error:
        raise cannot_write(options.out, error) from error


def annotate_video(options: AnalysisOptions, result: Result, console: Console) -> None:
    """Writes ``annotated.mp4`` beside the report, unless there are so many as to be a class."""
    if as_class(result):
        people = f"{len(result.assessment.persons)} people are told as a class"
        line = f"annotated.mp4 is not written: {people}, and it shows each of them."
        return console.print(line, soft_wrap=True)
    hold = 2.5 * options.every_s if options.every_s else 0.5
    with progress_bar(console) as bar:
        task = bar.add_task("Drawing", total=result.source.duration_s, clock="")
        write_annotated_video(
            options.drawn_copy,
            Path(options.source),
            result.observations,
            result.states,
            hold_s=hold,
            every_s=options.every_s,
            progress=lambda time_s, _total: show(bar, task, time_s),
        )


def progress_bar(console: Console) -> Progress:
    """A bar with the time of the recording and the time left."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[clock]}"),
        TimeRemainingColumn(),
        console=console,
    )


def show(bar: Progress, task: TaskID, time_s: float) -> None:
    """Moves the bar to a time of the recording."""
    bar.update(task, completed=time_s, clock=f"{time_s / 60:.1f} min")
