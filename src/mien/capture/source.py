"""What every source offers, and the sampling by time that they share."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self, runtime_checkable

from mien.observations import Frame

#: Seconds between readings unless told otherwise: posed and felt expressions last from
#: 0.5 to 4 s (Ekman 2003), so two readings a second miss none; blinks are shorter, but
#: PERCLOS is a share, which point samples estimate without bias.
DEFAULT_EVERY_S: Final = 0.5
#: Larger pictures are refused before they are decoded: 100 megapixels take 300 MB.
MAX_PIXELS: Final = 100_000_000
#: A time stamp a rounding error before its slot belongs to the slot, seconds.
SLACK_S: Final = 1e-6


@runtime_checkable
class Source(Protocol):
    """A context manager that yields frames in order of time, once."""

    @property
    def name(self) -> str:
        """What to call it in a report; no folder names."""
        ...

    @property
    def duration_s(self) -> float | None:
        """Length in seconds where it is known beforehand."""
        ...

    @property
    def undecodable(self) -> int:
        """Frames that could not be decoded so far."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes when the content changes; '' for what cannot be read again."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def __iter__(self) -> Iterator[Frame]: ...


class Closing:
    """The lifetime of every source: used with ``with``, closed at its end."""

    def close(self) -> None:
        """Lets go of what is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def slot_of(time_s: float, every_s: float) -> int:
    """The number of the last multiple of ``every_s`` at or before a time."""
    return math.floor((time_s + SLACK_S) / every_s)


class Sampler:
    """Says which times to keep: the first at or after each multiple of ``every_s``.

    Every time is kept for ``every_s=None``. The grid starts at 0, not at the first
    frame, so a run that starts in the middle keeps the same frames.
    """

    def __init__(self, every_s: float | None) -> None:
        self._every_s = every_s
        self._slot = -math.inf

    def keep(self, time_s: float) -> bool:
        """True for the first time of each slot; times must not fall."""
        if self._every_s is None:
            return True
        slot = slot_of(time_s, self._every_s)
        if slot <= self._slot:
            return False
        self._slot = slot
        return True


def shown_name(path: Path) -> str:
    """The name of a file as it can be written: bytes that are no UTF-8 as ``\\udce7``."""
    return shown_path(path.name)


def shown_path(path: str) -> str:
    """A path as it can be written, in the same way."""
    return path.encode(errors="backslashreplace").decode()


def fingerprint_of(*paths: Path) -> str:
    """A hash over names, sizes and times of change; no content is read."""
    digest = hashlib.sha256()
    for path in paths:
        about = path.stat()
        digest.update(os.fsencode(path.resolve()))
        digest.update(f"|{about.st_size}|{about.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:32]
