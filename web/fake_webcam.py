"""Clips as Chromium's fake webcam plays them: MJPEG, over and over."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av

SIZE = 640, 360
FRAMES_A_SECOND = 10


def make_clip(video: Path, target: Path, start_s: float = 0.0, length_s: float = 8.0) -> Path:
    """A part of ``video`` at 640 x 360 and ten pictures a second."""
    with av.open(str(video)) as read, av.open(str(target), "w", format="mjpeg") as write:
        stream = write.add_stream("mjpeg", rate=FRAMES_A_SECOND)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuvj420p"
        stream.codec_context.qmin, stream.codec_context.qmax = 2, 4
        count = 0
        for frame in read.decode(video=0):
            if frame.time is None or frame.time < start_s + count / FRAMES_A_SECOND:
                continue
            if count >= length_s * FRAMES_A_SECOND:
                break
            picture = frame.reformat(*SIZE, "yuvj420p")
            picture.pts, picture.time_base = count, Fraction(1, FRAMES_A_SECOND)
            write.mux(stream.encode(picture))
            count += 1
        write.mux(stream.encode())
    return target
