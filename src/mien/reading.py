"""One frame with everything that was seen in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mien.expression.clip_reader import ClipStream
from mien.observation_log import as_kept
from mien.observations import Expression, Face, Frame, Observation

#: What was read of one face.
Look = tuple[Face, Expression | None]


@dataclass(frozen=True)
class Reading:
    """One frame with everything seen in it: for drawing and for live use."""

    frame: Frame
    faces: tuple[tuple[int, Face], ...]
    observations: tuple[Observation, ...]


def reading_of(frame: Frame, people: Sequence[int], looks: Iterable[Look]) -> Reading:
    """What was seen in a frame; ``looks`` are those of ``people``, in their order."""
    seen = list(zip(people, looks, strict=True))
    rows = as_kept(
        Observation.of_face(frame.time_s, person, face, expression)
        for person, (face, expression) in seen
    )
    faces = tuple((person, face) for person, (face, _) in seen)
    return Reading(frame, faces, rows or (Observation(frame.time_s),))


def with_clips(reading: Reading, stream: ClipStream) -> Reading:
    """The reading with what clips say of each person."""
    said = stream.see(reading.frame.time_s, reading.frame.image, reading.faces)
    rows = as_kept(
        row if row.person_id is None else replace(row, expression=said[row.person_id])
        for row in reading.observations
    )
    return replace(reading, observations=rows)
