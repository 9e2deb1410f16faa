"""Who is who from picture to picture: motion and appearance, matched by Hungarian
assignment (Kuhn 1955), with a gallery of looks for people who come back.

Pure bookkeeping: it sees boxes, looks and times, never pictures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from mien.faces.appearance import least_unlikeness, unlikeness
from mien.observations import Box

Array = NDArray[np.float32]

#: Cost of a pair that must not be matched.
_NEVER: Final = 1e6


@dataclass(frozen=True)
class TrackingSettings:
    """Thresholds, set on composite clips of moving, crossing and returning faces.

    Attributes:
        steady_s: within this gap the last place still tells; after it only the
            look counts.
        reach: how far a face may move within ``steady_s``, in its own sizes.
        same_look: up to this unlikeness a face that was lost is the same person.
        other_look: above this a face is another person even in the same place.
        gallery: looks kept for each person, spread over time.
        forget_s: a person not seen for so long is a new one on return.
    """

    steady_s: float = 1.0
    reach: float = 1.2
    same_look: float = 0.30
    other_look: float = 0.55
    gallery: int = 12
    forget_s: float = 1800.0


@dataclass
class Track:
    """One person: last place, velocity, and looks."""

    person_id: int
    box_px: Box
    time_s: float
    looks: list[Array] = field(default_factory=list[Array])
    velocity_px_s: tuple[float, float] = (0.0, 0.0)

    def predicted(self, time_s: float) -> Box:
        """The last box moved on by the velocity, for half a second at the most."""
        step = min(max(time_s - self.time_s, 0.0), 0.5)
        x, y, w, h = self.box_px
        return x + self.velocity_px_s[0] * step, y + self.velocity_px_s[1] * step, w, h

    def unlikeness(self, look: Array) -> float:
        return least_unlikeness(look, self.looks)

    def update(self, box: Box, time_s: float, look: Array | None, gallery: int) -> None:
        gap = time_s - self.time_s
        if 0 < gap <= 1.0:
            self.velocity_px_s = (
                (box[0] + box[2] / 2 - self.box_px[0] - self.box_px[2] / 2) / gap,
                (box[1] + box[3] / 2 - self.box_px[1] - self.box_px[3] / 2) / gap,
            )
        else:
            self.velocity_px_s = (0.0, 0.0)
        self.box_px, self.time_s = box, time_s
        if look is not None:
            self._remember(look, gallery)

    def _remember(self, look: Array, gallery: int) -> None:
        """Keeps looks that add something; a full gallery drops its closest pair's one."""
        nearest = self.unlikeness(look)
        if self.looks and nearest < 0.05:  # as good as one that is known
            return
        self.looks.append(look)
        if len(self.looks) > gallery:
            crowded = [
                min(unlikeness(a, b) for b in self.looks if b is not a) for a in self.looks[1:]
            ]
            self.looks.pop(1 + int(np.argmin(crowded)))


def centre_distance(a: Box, b: Box) -> float:
    """Distance of the centres over the geometric mean of the boxes' sizes."""
    dx = a[0] + a[2] / 2 - b[0] - b[2] / 2
    dy = a[1] + a[3] / 2 - b[1] - b[3] / 2
    size = math.sqrt(max(math.sqrt(a[2] * a[3] * b[2] * b[3]), 1e-6))
    return math.hypot(dx, dy) / size


class Tracker:
    """Gives faces their person numbers, from 1, in the order of appearance."""

    def __init__(self, settings: TrackingSettings | None = None) -> None:
        self.settings = settings or TrackingSettings()
        self.tracks: list[Track] = []
        self._next_id = 1

    def assign(self, boxes: Sequence[Box], looks: Sequence[Array], time_s: float) -> list[Track]:
        """Matches the faces of one picture to people, known or new, and updates them.

        Args:
            boxes, looks: of the same faces, in the same order.

        Returns:
            one track a face, in that order, no track twice.
        """
        self._forget(time_s)
        chosen: list[Track | None] = [None] * len(boxes)
        if self.tracks and boxes:
            cost = np.array(
                [
                    [self._cost(t, b, look, time_s) for t in self.tracks]
                    for b, look in zip(boxes, looks, strict=True)
                ]
            )
            for row, column in zip(*linear_sum_assignment(cost), strict=True):
                if cost[row, column] < _NEVER:
                    chosen[row] = self.tracks[column]
        result = []
        for box, look, track in zip(boxes, looks, chosen, strict=True):
            owner = track if track is not None else self._new_track(box, time_s)
            owner.update(box, time_s, look, self.settings.gallery)
            result.append(owner)
        return result

    def recall(self, person_id: int, box: Box, time_s: float, look: Array | None) -> None:
        """Takes up a person of an earlier part of the run, or another look of theirs."""
        track = next((t for t in self.tracks if t.person_id == person_id), None)
        if track is None:
            track = Track(person_id, box, time_s)
            self.tracks.append(track)
            self._next_id = max(self._next_id, person_id + 1)
        if time_s >= track.time_s:
            track.box_px, track.time_s = box, time_s
        if look is not None:
            track.update(track.box_px, track.time_s, look, self.settings.gallery)

    def _cost(self, track: Track, box: Box, look: Array, time_s: float) -> float:
        limits = self.settings
        unlike = track.unlikeness(look)
        steady = time_s - track.time_s <= limits.steady_s
        away = centre_distance(track.predicted(time_s), box)
        if steady and away <= limits.reach and unlike <= limits.other_look:
            return 0.5 * away / limits.reach + unlike / limits.other_look
        if unlike <= limits.same_look:
            # Never cheaper than staying in place: 2 is above every cost of that kind.
            return 2.0 + unlike
        return _NEVER

    def _new_track(self, box: Box, time_s: float) -> Track:
        track = Track(self._next_id, box, time_s)
        self._next_id += 1
        self.tracks.append(track)
        return track

    def _forget(self, time_s: float) -> None:
        limit = time_s - self.settings.forget_s
        self.tracks = [track for track in self.tracks if track.time_s >= limit]
