"""The whole way on one page: source -> frames -> faces -> expressions ->
observations -> learning states.

>>> import mien
>>> with mien.Pipeline() as pipeline:                      # doctest: +SKIP
...     result = pipeline("lesson.mp4")
...     result.save("out")
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final, Self

from mien.assessment.assess import assess
from mien.assessment.lesson import Lesson, lesson_of
from mien.assessment.settings import AssessmentSettings
from mien.capture import DEFAULT_EVERY_S, Source, open_source
from mien.concurrency import MOST_THREADS, begun, made_ahead, usable_cores
from mien.errors import SettingsError, SourceError
from mien.expression.clip_reader import ClipReader, ClipStream
from mien.expression.recognizer import Recognizer
from mien.faces.detectors import open_detector
from mien.faces.follower import Candidate, FaceFollower
from mien.faces.mesh import FaceMesh
from mien.instruments import Instruments
from mien.observation_log import ObservationLog
from mien.observations import Frame, Observation
from mien.reading import Look, Reading, reading_of, with_clips
from mien.result import Result, SourceNotes

#: Frames that lie decoded before they are read: one is at hand while the next is made.
FRAMES_AHEAD: Final = 2
#: Frames that have been followed and whose faces are still looked at: while those of one are,
#: the faces of another wait, so that no thread waits for work.
FRAMES_BEHIND: Final = 2
#: Frames that a thread on its own follows before it looks at the faces of all: networks that
#: take turns find the processor's caches full of the other's (one to three hundredths
#: of the time with five faces; eight frames gain no more).
FRAMES_TOGETHER: Final = 4
#: Faces of a frame that a thread looks at in one go: measuring all before reading all leaves
#: each step its data at hand. More gain nothing, and could not be shared out.
TOGETHER: Final = 5

#: Called after each instant with the seconds read and the length (None: unknown).
Progress = Callable[[float, float | None], None]


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
        video_model: an exported video network; its answer to each person's last whole clip
            takes the place of readings of single pictures.
        threads: how many work side by side, half following faces and half looking at
            them, and whether frames are decoded meanwhile (from 2 on); None takes one for
            each core that this process may use, four at the most. The readings do not
            depend on it.
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
        video_model: str | Path | None = None,
        threads: int | None = None,
        settings: AssessmentSettings | None = None,
    ) -> None:
        check_arguments(every_s, threads, settings)
        self.detector = detector or ("blazeface-tiles" if classroom else "blazeface")
        self.every_s = every_s
        self.affect = affect
        self.classroom = classroom
        self.settings = settings or AssessmentSettings()
        self._closed = False
        # Networks so small gain nothing from threads of their own. Half of the threads follow
        # faces (one alone is the caller's), the others look at them: a core that stays with
        # one network keeps its weights at hand.
        count = threads or min(usable_cores(), MOST_THREADS)
        following = count // 2
        self._lookers = ThreadPoolExecutor(count - following, "look") if count > 1 else None
        self._followers = ThreadPoolExecutor(following, "follow") if following > 1 else None
        self._instruments = Instruments.chosen(self.detector, model, video_model)
        self._detector = open_detector(self.detector)
        self._mesh = FaceMesh(self._followers)
        if model is not None and video_model is not None:
            raise SettingsError("Expressions are read by --model or --video-model, not by both.")
        by_picture = affect and video_model is None
        self._recognizer = Recognizer(Path(model) if model else None) if by_picture else None
        self._clips = ClipReader(Path(video_model)) if affect and video_model else None

    def __enter__(self) -> Self:
        self._check_open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the networks and threads, once; it cannot be used afterwards."""
        if self._closed:
            return
        self._closed = True
        for pool in (self._lookers, self._followers):
            if pool is not None:
                pool.shutdown()
        del self._mesh, self._detector
        self._recognizer = self._clips = None

    def _check_open(self) -> None:
        if self._closed:
            raise SettingsError("This pipeline was closed; make a new one.")

    def follower(self) -> FaceFollower:
        """A fresh follower of faces: one for each recording."""
        self._check_open()
        return FaceFollower(self._detector, self._mesh)

    def read(self, frame: Frame, follower: FaceFollower) -> Reading:
        """One frame through faces and expressions."""
        return self._begin(frame, follower)()

    def readings(
        self, frames: Iterable[Frame], follower: FaceFollower, *, live: bool = False
    ) -> Generator[Reading, None, None]:
        """A reading for each frame, in order; close it before the frames' source.

        With several threads frames are decoded ahead, and the faces of one are read while
        those of the next are followed: a reading comes :data:`FRAMES_BEHIND` frames later.
        One thread gives :data:`FRAMES_TOGETHER` readings after so many frames.

        Args:
            live: give each reading before the next frame is asked for.
        """
        read = self._readings(frames, follower, live)
        if self._clips is None:
            yield from read
            return
        stream = ClipStream(self._clips)
        with closing(read):
            yield from (with_clips(reading, stream) for reading in read)

    def _readings(
        self, frames: Iterable[Frame], follower: FaceFollower, live: bool
    ) -> Generator[Reading, None, None]:
        if live:
            yield from (self.read(frame, follower) for frame in frames)
            return
        alone = self._lookers is None
        most, least = (FRAMES_TOGETHER - 1, 0) if alone else (FRAMES_BEHIND, FRAMES_BEHIND)
        waiting: deque[Callable[[], Reading]] = deque()
        fault: SourceError | None = None
        with nullcontext(frames) if alone else closing(made_ahead(frames, FRAMES_AHEAD)) as decoded:
            try:
                for frame in decoded:
                    waiting.append(self._begin(frame, follower))
                    if len(waiting) > most:
                        while len(waiting) > least:
                            yield waiting.popleft()()
            except SourceError as error:
                fault = error
        while waiting:
            yield waiting.popleft()()
        if fault is not None:  # what came before it was read
            raise fault

    def _begin(self, frame: Frame, follower: FaceFollower) -> Callable[[], Reading]:
        """Follows the faces; what it returns waits until they have been read."""
        self._check_open()
        found = follower.follow(frame)
        people, candidates = [person for person, _ in found], [one for _, one in found]
        calls = [
            partial(self._look, frame, follower, candidates[i : i + TOGETHER])
            for i in range(0, len(candidates), TOGETHER)
        ]
        looks = begun(self._lookers, calls)
        return lambda: reading_of(frame, people, chain(*looks()))

    def _look(self, frame: Frame, follower: FaceFollower, found: Sequence[Candidate]) -> list[Look]:
        """All that is read of some faces; changes nothing, so threads may share it."""
        faces = [follower.face(frame, one) for one in found]
        if self._recognizer is None:
            return [(face, None) for face in faces]
        return list(zip(faces, self._recognizer.read_faces(frame.image, faces), strict=True))

    def stream(
        self, source: str | Path | int | Source, *, progress: Progress | None = None
    ) -> Iterator[Observation]:
        """Observations as they are made, in order of time, in constant memory."""
        if not isinstance(source, Source):
            with open_source(source, every_s=self.every_s) as opened:
                yield from self.stream(opened, progress=progress)
            return
        live = is_live(source)
        with closing(self.readings(source, self.follower(), live=live)) as readings:
            for reading in readings:
                yield from reading.observations
                if progress is not None:
                    progress(reading.frame.time_s, source.duration_s)

    def __call__(
        self,
        source: str | Path | int,
        *,
        lesson: Lesson | str | Path | None = None,
        progress: Progress | None = None,
    ) -> Result:
        """Reads a whole source and assesses it, by a lesson or the path of its file."""
        self._check_open()
        points = lesson_of(lesson)
        with open_source(source, every_s=self.every_s) as opened:
            observations = ObservationLog(self.stream(opened, progress=progress))
            notes = notes_of(opened, observations, self.every_s)
        return self.result(observations, notes, points)

    def result(
        self, observations: Sequence[Observation], notes: SourceNotes, lesson: Lesson | None
    ) -> Result:
        """Assesses observations that were made earlier."""
        assessment = assess(observations, settings=self.settings, lesson=lesson, affect=self.affect)
        return Result(
            observations,
            assessment,
            notes,
            self.affect,
            self.classroom,
            lesson,
            self._instruments,
        )


def check_arguments(every_s: float | None, threads: int | None, settings: object) -> None:
    """Raises SettingsError for what a pipeline cannot be made of."""
    if every_s is not None and not 0 < every_s < float("inf"):
        raise SettingsError(f"every_s must be a positive number of seconds, got {every_s}.")
    if threads is not None and threads < 1:
        raise SettingsError(f"threads must be 1 or more, or None for all, got {threads}.")
    if not isinstance(settings, AssessmentSettings | None):
        raise SettingsError(
            "settings must be AssessmentSettings (mien.assessment.settings.load_settings "
            f"makes them of a mapping), got {type(settings).__name__}."
        )


def notes_of(
    source: Source, observations: Sequence[Observation], every_s: float | None
) -> SourceNotes:
    """The notes of a source that has been read to its end."""
    times = {o.time_s for o in observations}
    duration = source.duration_s or max(times, default=0.0)
    return SourceNotes(source.name, duration, len(times), source.undecodable, every_s)


def is_live(source: Source) -> bool:
    """Whether it is a camera, which gives pictures when they happen."""
    return bool(getattr(source, "is_live", False))
