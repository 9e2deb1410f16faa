"""Small videos with known pictures and times, made for the tests."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

#: H.264 as recorders write it; a fixed pattern, so that the tests can be worked by hand.
ORDER = {"preset": "veryfast", "bf": "2", "x264-params": "b-adapt=0:b-pyramid=none:scenecut=0"}


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
    codec: str = "mpeg4",
) -> Path:
    """A video whose picture i is shown at ``times_ms[i]``."""
    with av.open(str(path), "w") as container:
        options = ORDER if codec == "libx264" else None
        stream = container.add_stream(codec, rate=25, options=options)
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


def make_coded(
    path: Path, count: int, rate: int = 25, format: str | None = None, **options: str
) -> Path:
    """An H.264 video at a fixed rate, ``options`` are the encoder's: pictures are stored
    out of order (two between each and the next that others build on), unless told."""
    with av.open(str(path), "w", format=format) as container:
        stream = container.add_stream("libx264", rate=rate, options=ORDER | options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for index in range(count):
            frame = av.VideoFrame.from_ndarray(picture(index), format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def number_of(image: np.ndarray) -> int:
    """Which picture it is, modulo 10."""
    return round(int(image[40, 40, 0]) / 20)


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
