"""Recordings that were joined by copying one file behind another."""

from __future__ import annotations

import contextlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
from av.format import Flags

from mien.capture.presentation import JOIN_S


def may_be_joined(container: Any) -> bool:
    """True for the formats whose files can be joined by copying: MPEG-TS, MPEG-PS."""
    return bool(container.format.flags & Flags.ts_discont.value)


@lru_cache(maxsize=8)
def is_joined(path: Path, track: int, _fingerprint: str) -> bool:
    """Whether the times of a track begin again somewhere; nothing is decoded.

    In such a file a time stands at several places, so it cannot be sought. The whole
    file is gone through once; the fingerprint makes a changed file be read anew.
    """
    last_s = float("-inf")
    with (
        contextlib.suppress(av.FFmpegError),  # damaged there: what is before it counts
        av.open(str(path.absolute()), metadata_errors="ignore") as container,
    ):
        for packet in container.demux(container.streams[track]):
            if packet.dts is None or packet.time_base is None:
                continue
            time_s = float(packet.dts * packet.time_base)
            if time_s < last_s - JOIN_S:
                return True
            last_s = max(last_s, time_s)
    return False
