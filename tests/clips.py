"""Small videos with known pictures and times, made for the tests."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np


def picture(index: int, width: int = 64, height: int = 48) -> np.ndarray:
    """Grey of the index's value, with a white corner at the top left."""
    image = np.full((height, width, 3), (index * 20) % 200, np.uint8)
    image[: height // 4, : width // 4] = 255
    return image


def make_video(
    path: Path,
    times_ms: Sequence[int],
    size: tuple[int, int] = (64, 48),
    rotation: int = 0,
) -> Path:
    """An MPEG-4 video whose picture i is shown at ``times_ms[i]``."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
        if rotation:
            stream.set_display_rotation(rotation)
        for index, time_ms in enumerate(times_ms):
            frame = av.VideoFrame.from_ndarray(picture(index, *size), format="rgb24")
            frame.pts, frame.time_base = time_ms, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def make_sound(path: Path) -> Path:
    """A file with sound and no picture."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16000)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 16000), np.float32), format="fltp", layout="mono"
        )
        frame.sample_rate, frame.pts = 16000, 0
        for packet in stream.encode(frame):
            container.mux(packet)
        container.mux(stream.encode())
    return path
