"""The whole way on one page: source -> frames -> faces -> expressions ->
observations -> learning states.

>>> import mien
>>> with mien.Pipeline() as pipeline:                      # doctest: +SKIP
...     result = pipeline("lesson.mp4")
...     result.save("out")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from mien.assessment.assess import Assessment, assess
from mien.assessment.lesson import Lesson
from mien.assessment.settings import AssessmentSettings
from mien.capture import DEFAULT_EVERY_S, Source, open_source
from mien.errors import SettingsError
from mien.expression.recognizer import Recognizer
from mien.faces.detectors import open_detector
from mien.faces.follower import FaceFollower
from mien.faces.mesh import FaceMesh
from mien.observations import Expression, Face, Frame, LearningState, Observation

#: Called after each instant with the seconds read and the length (None: unknown).
Progress = Callable[[float, float | None], None]


@dataclass(frozen=True)
class Reading:
    """One frame with everything seen in it: for drawing and for live use."""

    frame: Frame
    faces: tuple[tuple[int, Face], ...]
    observations: tuple[Observation, ...]


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
    """What :class:`Pipeline` returns: observations, states, and how they came about."""

    observations: tuple[Observation, ...]
    assessment: Assessment
    source: SourceNotes
    affect: bool
    classroom: bool
    lesson: Lesson | None = None

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


class Pipeline:
    """Models loaded once; any number of sources may be read, by several threads too,
    because everything that changes belongs to one call.

    Args:
        detector: a name of :data:`mien.faces.detectors.DETECTORS`; None takes
            ``blazeface``, with tiles for a classroom.
        every_s: seconds between the instants that are read; None reads every frame.
        affect: False reads presence and head pose only; no expression is computed.
        classroom: wide shot of many people: tiles, and the report shows groups.
        model: an exported expression model; None takes the bundled one.
        threads: of each network; 1 is the fastest for these small ones.
        settings: thresholds of the rules.
    """

    def __init__(
        self,
        *,
        detector: str | None = None,
        every_s: float | None = DEFAULT_EVERY_S,
        affect: bool = True,
        classroom: bool = False,
        model: str | Path | None = None,
        threads: int = 1,
        settings: AssessmentSettings | None = None,
    ) -> None:
        if every_s is not None and not 0 < every_s < float("inf"):
            raise SettingsError(f"every_s must be a positive number of seconds, got {every_s}.")
        self.detector = detector or ("blazeface-tiles" if classroom else "blazeface")
        self.every_s = every_s
        self.affect = affect
        self.classroom = classroom
        self.settings = settings or AssessmentSettings()
        self._detector = open_detector(self.detector)
        self._mesh = FaceMesh(threads)
        self._recognizer = Recognizer(Path(model) if model else None, threads) if affect else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the networks' memory; the pipeline cannot be used afterwards."""
        del self._mesh, self._detector
        self._recognizer = None

    def follower(self) -> FaceFollower:
        """A fresh follower of faces: one for each recording."""
        return FaceFollower(self._detector, self._mesh)

    def read(self, frame: Frame, follower: FaceFollower) -> Reading:
        """One frame through faces and expressions."""
        seen = follower.read(frame)
        faces = [face for _, face in seen]
        expressions: Sequence[Expression | None] = [None] * len(faces)
        if self._recognizer is not None and faces:
            expressions = self._recognizer.read_faces(frame.image, faces)
        rows = tuple(
            observation_of(frame.time_s, person, face, expression)
            for (person, face), expression in zip(seen, expressions, strict=True)
        )
        return Reading(frame, tuple(seen), rows or (Observation(frame.time_s),))

    def stream(
        self, source: str | Path | int | Source, *, progress: Progress | None = None
    ) -> Iterator[Observation]:
        """Observations as they are made, in order of time, in constant memory."""
        if isinstance(source, str | Path | int):
            with open_source(source, every_s=self.every_s) as opened:
                yield from self.stream(opened, progress=progress)
            return
        follower = self.follower()
        for frame in source:
            yield from self.read(frame, follower).observations
            if progress is not None:
                progress(frame.time_s, source.duration_s)

    def __call__(
        self,
        source: str | Path | int,
        *,
        lesson: Lesson | None = None,
        progress: Progress | None = None,
    ) -> Result:
        """Reads a whole source and assesses it."""
        with open_source(source, every_s=self.every_s) as opened:
            observations = tuple(self.stream(opened, progress=progress))
            notes = notes_of(opened, observations, self.every_s)
        return self.result(observations, notes, lesson)

    def result(
        self, observations: Sequence[Observation], notes: SourceNotes, lesson: Lesson | None
    ) -> Result:
        """Assesses observations that were made earlier."""
        assessment = assess(observations, settings=self.settings, lesson=lesson, affect=self.affect)
        return Result(tuple(observations), assessment, notes, self.affect, self.classroom, lesson)


def notes_of(
    source: Source, observations: Sequence[Observation], every_s: float | None
) -> SourceNotes:
    """The notes of a source that has been read to its end."""
    times = {o.time_s for o in observations}
    duration = source.duration_s or max(times, default=0.0)
    return SourceNotes(source.name, duration, len(times), source.undecodable, every_s)


def observation_of(
    time_s: float, person_id: int, face: Face, expression: Expression | None
) -> Observation:
    """The row of one face at one instant."""
    return Observation(
        time_s=time_s,
        person_id=person_id,
        box_px=face.box_px,
        score=face.score,
        pose=face.pose,
        eye_openness=face.eye_openness,
        mouth_openness=face.mouth_openness,
        quality=face.quality,
        expression=expression,
    )
