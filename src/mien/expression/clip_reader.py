"""Reads clips of followed faces with an exported video network.

A clip of a person lasts ``clip_s``; when it is whole the network sees its pictures, spread
evenly to the number of frames that it takes. Its answer stands until the next clip is whole.
A clip in which the face was lost for more than half of the time says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.errors import ModelError
from mien.expression.exported_model import ExportedModel
from mien.expression.model_facts import CLIP_S
from mien.expression.preprocessing import face_picture, normalised
from mien.expression.recognizer import expressions_of
from mien.labels import UNKNOWN
from mien.observations import Expression, Face

#: Larger share of a clip without the face: nothing is said.
MOST_LOST: Final = 0.5
#: Time stamps of one instant differ by less.
_TOLERANCE_S: Final = 1e-3

WAITING: Final = Expression(UNKNOWN, {}, "waiting")
LOST: Final = Expression(UNKNOWN, {}, "lost")


class ClipReader:
    """Args:
    model: an exported video network.
    threads: cores for it.

    Raises:
        ModelError: it is none of ours, or reads single pictures.
    """

    def __init__(self, model: Path, threads: int = 1) -> None:
        opened = ExportedModel.open(model, threads)
        self._session, self.facts = opened.session, opened.facts
        if self.facts.input.frames is None:
            raise ModelError(f"{model} reads pictures, not clips. Use it with --model.")
        self.clip_s = self.facts.clip_s or CLIP_S

    def picture(self, image: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
        """What the network sees of one face at one instant: ``(C, side, side)`` uint8."""
        facts = self.facts
        seen = face_picture(image, face, facts.input, facts.cut, facts.illumination)
        return np.asarray(np.rint(seen * 255), np.uint8)

    def read(self, pictures: Sequence[NDArray[np.uint8]]) -> Expression:
        """Of a whole clip, one or more pictures in order of time."""
        frames = self.facts.input.frames or 1
        # The middles of equal parts, as in training (mien.datasets.pixels.spread).
        places = [int((2 * i + 1) * len(pictures) / (2 * frames)) for i in range(frames)]
        clip = np.divide(np.stack([pictures[p] for p in places], 1), 255, dtype=np.float32)
        feed = {"image": normalised(clip[None], self.facts.input)}
        (logits,) = self._session.run([self.facts.output], feed)
        return expressions_of(self.facts, logits)[0]


@dataclass
class _Clip:
    """One person's clip in the making."""

    start_s: float
    said: Expression = WAITING
    pictures: list[NDArray[np.uint8]] = field(default_factory=list)
    instants: int = 0


class ClipStream:
    """The clips of everybody in one recording; hand it every instant, in order."""

    def __init__(self, reader: ClipReader) -> None:
        self._reader = reader
        self._people: dict[int, _Clip] = {}

    def see(
        self, time_s: float, image: NDArray[np.uint8], faces: Sequence[tuple[int, Face]]
    ) -> dict[int, Expression]:
        """What is known of each person in this picture: the answer of the last whole clip."""
        for clip in self._people.values():
            self._close(clip, time_s)
            clip.instants += 1
        for person, face in faces:
            clip = self._people.setdefault(person, _Clip(time_s))
            clip.instants = max(clip.instants, 1)
            if face.quality is None or face.quality.readable:
                clip.pictures.append(self._reader.picture(image, face))
        return {person: self._people[person].said for person, _ in faces}

    def _close(self, clip: _Clip, time_s: float) -> None:
        """Reads a clip whose time is over and begins the next."""
        length = self._reader.clip_s
        passed = int((time_s - clip.start_s + _TOLERANCE_S) / length)
        if not passed:
            return
        lost = 1 - len(clip.pictures) / max(1, clip.instants)
        # More than one clip's time has passed where nothing was read for so long.
        whole = passed == 1 and clip.pictures and lost <= MOST_LOST
        clip.said = self._reader.read(clip.pictures) if whole else LOST
        clip.start_s += passed * length
        clip.pictures, clip.instants = [], 0
