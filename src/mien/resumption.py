"""Going on with an interrupted run: who was who, and where to start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from mien.capture import Source, open_source
from mien.faces.follower import FaceFollower
from mien.observations import Box, Frame, Observation

#: Looks taken up for each person; spread over all that was read of them.
LOOKS = 6
#: A frame this little after the last instant that was read is that instant again.
TIME_TOLERANCE_S = 1e-3


def instants_to_recall(
    observations: Sequence[Observation],
) -> dict[float, list[tuple[int, Box]]]:
    """The instants, in order, at which to look at each person again, with the boxes."""
    by_person: dict[int, list[Observation]] = defaultdict(list)
    for row in observations:
        if row.person_id is not None:
            by_person[row.person_id].append(row)
    wanted: dict[float, list[tuple[int, Box]]] = defaultdict(list)
    for person, rows in by_person.items():
        readable = [r for r in rows if r.quality is None or r.quality.readable] or rows
        count = min(LOOKS, len(readable))
        picks = {round(i * (len(readable) - 1) / max(1, count - 1)) for i in range(count)}
        for pick in picks:
            box = readable[pick].box_px
            if box is not None:
                wanted[readable[pick].time_s].append((person, box))
    return dict(sorted(wanted.items()))


def recall_people(
    follower: FaceFollower,
    source: str,
    every_s: float | None,
    observations: Sequence[Observation],
) -> None:
    """Shows the follower the people of the part that was read already."""
    for time_s, people in instants_to_recall(observations).items():
        with open_source(source, every_s=every_s, start_s=time_s) as opened:
            frame = next(iter(opened), None)
            if frame is not None and abs(frame.time_s - time_s) <= TIME_TOLERANCE_S:
                follower.recall(frame, people)


class UnreadFrames:
    """The frames of a source after those that were read, to be gone through once.

    Args:
        source: opened at the last instant that was read, or at its start.
        last_s: that instant; minus infinity before any.
        undecodable: frames up to there that could not be decoded. Those that come again
            on the way to it do not count again.
    """

    def __init__(self, source: Source, last_s: float, undecodable: int) -> None:
        self._source, self._last_s = source, last_s
        self._undecodable = undecodable
        self._seen_before = 0
        self._at: dict[float, int] = {}

    def __iter__(self) -> Iterator[Frame]:
        for frame in self._source:
            if frame.time_s > self._last_s + TIME_TOLERANCE_S:
                self._at[frame.time_s] = self.undecodable
                yield frame
            else:
                self._seen_before = self._source.undecodable

    @property
    def undecodable(self) -> int:
        """Frames from the recording's start up to now that could not be decoded."""
        return self._undecodable + self._source.undecodable - self._seen_before

    def undecodable_before(self, time_s: float) -> int:
        """The same as it was when the frame of this time came (frames come ahead of their
        reading); to be asked once a frame."""
        return self._at.pop(time_s)
