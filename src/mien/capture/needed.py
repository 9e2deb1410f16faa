"""Which pictures of a video must be decoded to sample it."""

from __future__ import annotations

from typing import Any, Final

from mien.capture.presentation import JOIN_S, PresentationClock, origin_s_of
from mien.capture.source import SLACK_S, slot_of

#: Slots that are held: pictures are at most 16 places from their order of decoding
#: (H.264, H.265), so one of a slot this far back is rare, and is then decoded.
_HELD_SLOTS: Final = 100


class NeededPictures:
    """Says of each packet, before it is decoded, whether its picture may be a reading.

    That is the first at or after each multiple of ``every_s``. Packets come out of order,
    but one with a later time than another of its slot is never the first of it: the
    decoder may pass over it where no other picture is built on it. What is kept is thus
    the same as if all were decoded, at any frame rate, even or not.
    """

    def __init__(
        self, container: Any, stream: Any, every_s: float | None, start_s: float = 0.0
    ) -> None:
        self._every_s = every_s
        self._start_s = start_s
        self._origin_s = origin_s_of(stream)
        self._first_s: dict[int, float] = {}
        self._last_s = float("-inf")
        self._all = every_s is None or not PresentationClock.presents(container)

    def needed(self, packet: Any) -> bool:
        """True unless its picture is certainly no reading."""
        if not packet.size:  # the end: the decoder empties itself
            return True
        if packet.pts is None or not packet.time_base:
            self._all = True  # times will be counted picture by picture
        if self._all or self._every_s is None:
            return True
        time_s = float(packet.pts * packet.time_base) - self._origin_s
        if self._begins_again(packet):
            self._all = True  # another recording: its slots have been seen already
            return True
        return time_s >= self._start_s - SLACK_S and self._is_first(time_s)

    def seen(self, picture: Any) -> None:
        """A decoded picture: of an interlaced one either half may be a packet of its own,
        and no half is passed over for itself."""
        if picture.interlaced_frame:
            self._all = True

    def _begins_again(self, packet: Any) -> bool:
        if packet.dts is None:
            return False
        time_s = float(packet.dts * packet.time_base)
        last_s, self._last_s = self._last_s, time_s
        return time_s < last_s - JOIN_S

    def _is_first(self, time_s: float) -> bool:
        assert self._every_s is not None
        slot = slot_of(time_s, self._every_s)
        if time_s >= self._first_s.get(slot, float("inf")):
            return False
        self._first_s[slot] = time_s
        if len(self._first_s) > _HELD_SLOTS:
            del self._first_s[next(iter(self._first_s))]
        return True
