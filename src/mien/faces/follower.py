"""Follows every face through a recording: mesh on the last place, detector only when a
face was lost or newcomers are due; looks are compared where faces may be mistaken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.faces.appearance import appearance
from mien.faces.detectors import Detector
from mien.faces.detectors.detection import contained_share, intersection_over_union
from mien.faces.mesh import (
    MIN_PRESENCE,
    FaceMesh,
    Region,
    box_of_mesh,
    region_of_box,
    region_of_mesh,
)
from mien.faces.quality import QualityLimits
from mien.faces.reading import read_face
from mien.faces.tracking import Tracker, TrackingSettings, centre_distance
from mien.observations import Box, Face, Frame

#: Two meshes that overlap more than this are the same face, read twice.
SAME_FACE_IOU: Final = 0.5
#: Faces closer than this, in their own sizes, touch: they may be mistaken for each other.
TOUCH: Final = 1.0
#: Up to this distance they may be too, unless both keep still,
CLOSE: Final = 1.5
#: moving less than this, in their own sizes a second: a pan over a photograph moves faces by
#: 0.1 to 0.4, somebody who walks through a composite clip by 1.1. With half covered faces
#: compared only from 1.5 on one of those clips had an exchange.
STILL_PER_S: Final = 0.5


@dataclass(frozen=True)
class FollowSettings:
    """Attributes:
    detect_every_s: at the latest after this time the detector looks for newcomers.
    follow_within_s: a mesh is followed only over gaps up to this; over longer ones
        (sparse sampling) people may have changed places.
    """

    detect_every_s: float = 0.5
    follow_within_s: float = 0.25


@dataclass(frozen=True, eq=False)
class Candidate:
    """A mesh found in the present picture and how sure it is."""

    mesh: NDArray[np.float32]
    presence: float

    @cached_property
    def box_px(self) -> Box:
        return box_of_mesh(self.mesh)

    @property
    def plausible(self) -> bool:
        return self.presence >= MIN_PRESENCE


class FaceFollower:
    """Stateful: one for each recording; give it the frames in order of time."""

    def __init__(
        self,
        detector: Detector,
        mesh: FaceMesh,
        *,
        settings: FollowSettings | None = None,
        tracking: TrackingSettings | None = None,
        limits: QualityLimits | None = None,
    ) -> None:
        self.settings = settings or FollowSettings()
        self.tracker = Tracker(tracking)
        self.detections = 0
        self._detector = detector
        self._mesh = mesh
        self._limits = limits
        self._last: dict[int, Candidate] = {}
        self._last_time_s = -1e9
        self._detected_s = -1e9

    def read(self, frame: Frame) -> list[tuple[int, Face]]:
        """The faces of the next frame as ``(person_id, face)``, by person."""
        return [(person, self.face(frame, found)) for person, found in self.follow(frame)]

    def face(self, frame: Frame, found: Candidate) -> Face:
        """What is measured on one face that :meth:`follow` found in this frame; changes
        nothing, so that several threads may call it."""
        return read_face(frame.image, found.mesh, found.box_px, found.presence, self._limits)

    def follow(self, frame: Frame) -> list[tuple[int, Candidate]]:
        """The faces of the next frame as ``(person_id, mesh)``, by person."""
        followed = self._follow(frame)
        if self._must_detect(followed, frame.time_s):
            candidates = self._detect(frame, list(followed.values()))
            owners = self._identify(frame, candidates)
        elif self._mistakable(followed, frame.time_s - self._last_time_s):
            # Two meshes may have slipped onto one face, or changed faces: compare the
            # looks; the detector is needed only where one was lost.
            candidates = distinct(list(followed.values()))
            owners = self._identify(frame, candidates)
        else:
            candidates = list(followed.values())
            owners = self._keep(frame, followed)
        self._last = dict(zip(owners, candidates, strict=True))
        self._last_time_s = frame.time_s
        return sorted(zip(owners, candidates, strict=True), key=lambda pair: pair[0])

    def recall(self, frame: Frame, people: Sequence[tuple[int, Box]]) -> None:
        """Learns anew what known people look like, from a frame that was read before
        and their boxes in it: a run that goes on keeps its numbers, although no look
        was ever stored."""
        regions = [region_of_box(box) for _, box in people]
        read = self._mesh.read(frame.image, regions)
        for (person, box), (mesh, presence) in zip(people, read, strict=True):
            sure = presence >= MIN_PRESENCE
            look = appearance(frame.image, mesh, box_of_mesh(mesh)) if sure else None
            self.tracker.recall(person, box, frame.time_s, look)

    def _follow(self, frame: Frame) -> dict[int, Candidate]:
        if not 0 < frame.time_s - self._last_time_s <= self.settings.follow_within_s:
            return {}
        regions = [region_of_mesh(seen.mesh, seen.box_px) for seen in self._last.values()]
        read = self._mesh.read(frame.image, regions)
        pairs = zip(self._last, read, strict=True)
        return {person: Candidate(mesh, presence) for person, (mesh, presence) in pairs}

    def _must_detect(self, followed: dict[int, Candidate], time_s: float) -> bool:
        if not followed or time_s - self._detected_s >= self.settings.detect_every_s:
            return True
        if not all(self._steady(person, c) for person, c in followed.items()):
            return True
        return len(distinct(list(followed.values()))) < len(followed)

    def _steady(self, person: int, candidate: Candidate) -> bool:
        """Still a face, about as large as before and not far from there."""
        before, now = self._last[person].box_px, candidate.box_px
        return (
            candidate.plausible
            and 0.6 < now[3] / before[3] < 1.6
            and centre_distance(before, now) < 0.5
        )

    def _mistakable(self, followed: dict[int, Candidate], gap_s: float) -> bool:
        now = [c.box_px for c in followed.values()]
        return mistakable(now, [self._last[person].box_px for person in followed], gap_s)

    def _detect(self, frame: Frame, followed: Sequence[Candidate]) -> list[Candidate]:
        """The faces that the detector finds, each with its mesh; a followed mesh that
        the detector does not confirm stays when it is sure of itself."""
        self.detections += 1
        self._detected_s = frame.time_s
        kept = [c for c in followed if c.plausible]
        boxes = [c.box_px for c in kept]
        fresh: list[Region] = []
        for detection in self._detector.detect(frame.image):
            known = any(
                intersection_over_union(detection.box_px, box) > 0.4
                or contained_share(detection.box_px, box) > 0.8
                for box in boxes
            )
            if not known:
                fresh.append(region_of_box(detection.box_px, detection.roll_deg))
        settled = [Candidate(*read) for read in self._mesh.settle(frame.image, fresh)]
        return distinct([*kept, *(c for c in settled if c.plausible)])

    def _identify(self, frame: Frame, candidates: Sequence[Candidate]) -> list[int]:
        boxes = [c.box_px for c in candidates]
        looks = [
            appearance(frame.image, c.mesh, box) for c, box in zip(candidates, boxes, strict=True)
        ]
        return [t.person_id for t in self.tracker.assign(boxes, looks, frame.time_s)]

    def _keep(self, frame: Frame, followed: dict[int, Candidate]) -> list[int]:
        """Everyone was followed and stands apart: no question who is who."""
        tracks = {track.person_id: track for track in self.tracker.tracks}
        for person, candidate in followed.items():
            box = candidate.box_px
            tracks[person].update(box, frame.time_s, None, self.tracker.settings.gallery)
        return list(followed)


def mistakable(boxes: Sequence[Box], before: Sequence[Box], gap_s: float) -> bool:
    """Whether any two faces are so close that they could be mistaken for each other.

    Args:
        boxes, before: of the same faces in this picture and in the last, in the same order.
        gap_s: seconds between the two pictures, more than 0.
    """
    stirred = [
        centre_distance(then, now) > STILL_PER_S * gap_s
        for then, now in zip(before, boxes, strict=True)
    ]
    for one, other in combinations(range(len(boxes)), 2):
        away = centre_distance(boxes[one], boxes[other])
        if away < TOUCH or (away < CLOSE and (stirred[one] or stirred[other])):
            return True
    return False


def distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Without the meshes that show a face already shown by a surer one."""
    kept: list[Candidate] = []
    for one in sorted(candidates, key=lambda c: -c.presence):
        box = one.box_px
        if all(intersection_over_union(box, k.box_px) < SAME_FACE_IOU for k in kept):
            kept.append(one)
    return kept
