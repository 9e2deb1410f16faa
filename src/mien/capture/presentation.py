"""When each picture of a video is shown, whatever its file says of times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

#: A time that falls by more than this begins another recording, joined to the first.
#: Within one recording times are out of order by a few pictures at most.
JOIN_S: Final = 1.0
#: A picture whose time does not rise is shown this much after the one before.
STEP_S: Final = 1e-3
#: Pictures a second where the file says nothing: FFmpeg's own assumption.
_RATE: Final = 25.0
#: Files that hold no times at all: packets come at a fixed rate, in order of decoding,
#: and FFmpeg calls that order the times of presentation.
_WITHOUT_TIMES: Final = "avi"


def origin_s_of(stream: Any) -> float:
    """The time in the file, in seconds, that counts as 0."""
    return float(stream.start_time * stream.time_base) if stream.start_time else 0.0


class PresentationClock:
    """Gives a track's pictures their times, in seconds from its start. Times always
    rise: no picture is without one, none is dropped.

    Where a picture carries no time of presentation, or these prove to be out of order,
    the times of decoding are taken, less the decoder's delay; where neither is there
    (raw streams), one frame after the other.

    Attributes:
        corrected: a wild stamp was put right, so that what the file says of its length may be
            wrong as well.
    """

    def __init__(self, container: Any, stream: Any) -> None:
        rate = stream.guessed_rate or stream.average_rate or _RATE
        self._frame_s = 1 / float(rate)
        self._origin_s = origin_s_of(stream)
        self._by_decoding = container.format.name == _WITHOUT_TIMES
        self._sent: list[int] = []
        self._delay_s: float | None = None
        self.restart()

    def restart(self) -> None:
        """Reading begins anew, maybe at another place; the decoder's delay is known on."""
        self._last_s: float | None = None
        self._last_shown_s = self._last_decoded_s = float("-inf")
        self._offset_s = 0.0
        self.corrected = False
        self._sent.clear()

    @property
    def joined(self) -> bool:
        """True once another recording began behind the first."""
        return self._offset_s > 0

    @property
    def end_s(self) -> float:
        """The end of the last picture, in seconds; 0 before the first."""
        return 0.0 if self._last_s is None else self._last_s + self._frame_s

    @staticmethod
    def presents(container: Any) -> bool:
        """Whether the container's packets carry times of presentation."""
        return bool(container.format.name != _WITHOUT_TIMES)

    def sending(self, packet: Any) -> None:
        """Every packet on its way to the decoder: shows how many it holds back."""
        if self._delay_s is None and packet.dts is not None:
            self._sent.append(packet.dts)

    def timed(self, pictures: Iterable[Any]) -> Iterator[tuple[Any, float]]:
        """Each picture with its time. Only where one lies far from that before is the next
        looked at as well: when it goes on from there, the stamp between them is wild. A gap
        in the recording, and another recording joined to it, stay as they are."""
        rest = iter(pictures)
        picture = next(rest, None)
        while picture is not None:
            after = next(rest, None) if self._is_far(picture) else None
            between_s = None if after is None else self._between(picture, after)
            yield picture, self.time_of(picture) if between_s is None else between_s
            picture = next(rest, None) if after is None else after

    def _is_far(self, picture: Any) -> bool:
        stamped_s = self._stamped_s(picture)
        if stamped_s is None or self._last_s is None:
            return False
        return abs(stamped_s - self._last_s) > JOIN_S

    def _between(self, picture: Any, after: Any) -> float | None:
        """Half way from the last time to that of the picture after, where that goes on from
        there and the picture itself is far from both; otherwise None."""
        wild_s, after_s, last_s = self._stamped_s(picture), self._stamped_s(after), self._last_s
        if wild_s is None or after_s is None or last_s is None:
            return None
        if not last_s < after_s <= last_s + JOIN_S or abs(wild_s - after_s) <= JOIN_S:
            return None
        self.corrected = True
        self._last_s = (last_s + after_s) / 2
        return self._last_s

    def time_of(self, picture: Any) -> float:
        """Seconds from the track's start, above those of the picture before."""
        self._compare(self._seconds(picture, picture.pts), self._decoded_s(picture))
        stamped_s = self._stamped_s(picture)
        time_s = self.end_s if stamped_s is None else stamped_s
        if self._last_s is not None and time_s < self._last_s - JOIN_S:
            self._offset_s += self.end_s - time_s
            time_s = self.end_s
        if self._last_s is not None and time_s <= self._last_s:
            time_s = self._last_s + STEP_S
        self._last_s = time_s
        return time_s

    def _stamped_s(self, picture: Any) -> float | None:
        """The time that the file gives a picture, behind recordings that came before."""
        decoded_s, shown_s = self._decoded_s(picture), self._seconds(picture, picture.pts)
        stamped_s = decoded_s if self._by_decoding or shown_s is None else shown_s
        return None if stamped_s is None else stamped_s + self._offset_s

    def _compare(self, shown_s: float | None, decoded_s: float | None) -> None:
        """Sees whether presentation is out of order while decoding is in order."""
        if shown_s is None or decoded_s is None:
            return
        behind_s = self._last_shown_s - shown_s
        if 0 < behind_s <= JOIN_S and decoded_s > self._last_decoded_s:
            self._by_decoding = True
        self._last_shown_s, self._last_decoded_s = shown_s, decoded_s

    def _decoded_s(self, picture: Any) -> float | None:
        """The time of decoding of the picture itself: the decoder stamps a picture with
        the packet that drove it out, some packets after its own."""
        stamped_s = self._seconds(picture, picture.dts)
        if stamped_s is None:
            return None
        if self._delay_s is None:
            earlier = sum(dts < picture.dts for dts in self._sent)
            self._delay_s = earlier * self._frame_s
        return stamped_s - self._delay_s

    def _seconds(self, picture: Any, stamp: int | None) -> float | None:
        if stamp is None or not picture.time_base:
            return None
        return float(stamp * picture.time_base) - self._origin_s
