"""A copy of a video with everything that was read drawn on it, frame by frame.

The sound is left out: the copy shows how faces were read, and voices are not needed
for that.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.capture import open_source
from mien.errors import OutputError
from mien.labels import UNKNOWN
from mien.observations import LearningState, Observation
from mien.report.charts.meaning import words
from mien.report.drawing import FaceDrawing, Placed, arrange_panels, draw_faces, font_px_of
from mien.report.lettering import line_height_px, text_width_px, write_text
from mien.report.panel import GROUND, INK
from mien.report.video_encoder import VideoEncoder
from mien.whole_file import part_of, remove, unwritable

#: Called after each frame with the seconds written and the length (None: unknown).
Progress = Callable[[float, float | None], None]

#: Rules whose present state stands beside a face; the others speak of longer spans.
SHOWN_RULES: Final = {"classroom_state": "state", "focus": "focus"}
#: Presentation times pass through integers: equal up to this.
_SAME_TIME_S: Final = 1e-4

NO_FACE: Final = "no face found"
NOT_SEEN: Final = "not seen at this moment"
UNVALIDATED: Final = "* by a rule that no study has checked"


@dataclass(frozen=True)
class Instant:
    """All that was seen at one sampled time."""

    time_s: float
    observations: tuple[Observation, ...]


def instants_of(observations: Sequence[Observation]) -> list[Instant]:
    """Observations by their time, in order."""
    at: dict[float, list[Observation]] = {}
    for one in observations:
        at.setdefault(one.time_s, []).append(one)
    return [Instant(time_s, tuple(at[time_s])) for time_s in sorted(at)]


def instant_at(instants: Sequence[Instant], time_s: float, hold_s: float) -> Instant | None:
    """The latest instant at or before a time, None where it is older than ``hold_s``."""
    place = bisect_right(instants, time_s + _SAME_TIME_S, key=lambda i: i.time_s)
    if place == 0 or time_s - instants[place - 1].time_s > hold_s + _SAME_TIME_S:
        return None
    return instants[place - 1]


def state_text(states: Sequence[LearningState], person_id: int | None, time_s: float) -> str:
    """What the shown rules say of a person at a time, one a line; a star marks rules
    that no study has checked. ``states`` may hold other people's."""
    said: dict[str, str] = {}
    for state in states:
        shown = state.rule in SHOWN_RULES and state.person_id == person_id
        if shown and state.start_s <= time_s + _SAME_TIME_S and time_s <= state.end_s:
            star = "" if state.validated or state.state == UNKNOWN else "*"
            said[state.rule] = f"{SHOWN_RULES[state.rule]}: {words(state.state)}{star}"
    return "\n".join(said[rule] for rule in SHOWN_RULES if rule in said)


def write_annotated_video(
    path: Path,
    source_path: Path,
    observations: Sequence[Observation],
    states: Sequence[LearningState],
    *,
    hold_s: float,
    every_s: float | None = None,
    progress: Progress | None = None,
) -> None:
    """Writes an .mp4 with the frames and the times of the source, upright, and on
    each frame what was seen at the latest sampled instant, whole or not at all.

    Args:
        hold_s: how long an instant stands, in seconds; then the frame says that
            nothing was seen.
        every_s: seconds between the pictures of a folder, as they were read; a video's
            frames have their own times, and all are drawn.
        progress: called with the seconds done and the length.

    Raises:
        SourceError: when the source cannot be read.
        OutputError: when the copy cannot be written: folder, rights, full disk.
    """
    path, source_path = Path(path), Path(source_path)
    if path.exists() and source_path.exists() and path.samefile(source_path):
        raise OutputError(
            f"The annotated copy would overwrite its own source {path}. Choose another name."
        )
    instants = instants_of(observations)
    artist = Artist(states)
    step_s = every_s if source_path.is_dir() else None
    part = part_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with (
            open_source(source_path, every_s=step_s) as source,
            VideoEncoder(part, shown_as=path) as out,
        ):
            for frame in source:
                instant = instant_at(instants, frame.time_s, hold_s)
                out.write(artist.drawn(frame.image, frame.time_s, instant), frame.time_s)
                if progress is not None:
                    progress(frame.time_s, source.duration_s)
        os.replace(part, path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        remove(part)


class Artist:
    """Draws one frame after the other; what is the same as in the frame before is
    arranged only once."""

    def __init__(self, states: Sequence[LearningState]) -> None:
        self._states: dict[int | None, list[LearningState]] = {}
        for state in states:
            self._states.setdefault(state.person_id, []).append(state)
        self._last: tuple[object, ...] = ()
        self._faces: list[FaceDrawing] = []
        self._panels: list[Placed] = []

    def drawn(
        self, image: NDArray[np.uint8], time_s: float, instant: Instant | None
    ) -> NDArray[np.uint8]:
        """A copy of one frame with the instant's faces and people's present states."""
        rows = [r for r in (instant.observations if instant else ()) if r.person_id is not None]
        said = [state_text(self._states.get(r.person_id, ()), r.person_id, time_s) for r in rows]
        shown = (instant, said, image.shape)
        if shown != self._last:
            pairs = zip(rows, said, strict=True)
            faces = [face_drawing(row, text) for row, text in pairs]
            self._faces = [face for face in faces if face is not None]
            self._panels = arrange_panels(image, self._faces)
            self._last = shown
        copy = draw_faces(image, self._faces, self._panels)
        if not self._faces:
            _write_note(copy, NO_FACE if instant else NOT_SEEN)
        elif any("*" in text for text in said):
            _write_note(copy, UNVALIDATED)
        return copy


def face_drawing(row: Observation, said: str) -> FaceDrawing | None:
    """What is drawn of an observation with its states' text; None without a box."""
    if row.box_px is None:
        return None
    return FaceDrawing(
        row.box_px,
        f"person {row.person_id}",
        pose=row.pose,
        expression=row.expression,
        quality=row.quality,
        state_text=said,
    )


def _write_note(image: NDArray[np.uint8], text: str) -> None:
    """A line in the lower left corner."""
    size = font_px_of(image)
    while size > 6 and text_width_px(text, size) + size > image.shape[1]:
        size -= 1
    high = line_height_px(size) + size // 2
    top = max(0, image.shape[0] - high)
    image[top:, : text_width_px(text, size) + size] = GROUND
    write_text(image, text, (size // 2, top + size // 4), size, INK)
