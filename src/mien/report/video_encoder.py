"""Writes pictures with their own times as an .mp4."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import av
import av.error
import cv2
import numpy as np
from numpy.typing import NDArray

from mien.errors import OutputError

#: Ticks of the time stamps: 1/90,000 s is MPEG's own; MPEG-4 part 2 allows 16 bits.
TICKS: Final = {"libx264": 90_000, "mpeg4": 60_000}
#: x264's own default quality is 23; 20 keeps fine letters sharp. "veryfast" because
#: the copy is looked at once, on the machine that analyses.
OPTIONS: Final[dict[str, dict[str, str]]] = {
    "libx264": {"crf": "20", "preset": "veryfast"},
    "mpeg4": {"qscale": "3"},
}
#: Only tells the encoder how to share out its bits; the times are the frames' own.
NOMINAL_RATE: Final = 25


def encoder_name() -> str:
    """H.264 where this FFmpeg can write it, else MPEG-4 part 2."""
    return "libx264" if "libx264" in av.codecs_available else "mpeg4"


class VideoEncoder:
    """Opens with the first picture, whose size is the video's.

    Args:
        path: of the file to write, which may have any ending.
        shown_as: the path that messages name.
        codec: None takes :func:`encoder_name`.

    Raises:
        OutputError: from every method, when the file cannot be written.
    """

    def __init__(self, path: Path, *, shown_as: Path, codec: str | None = None) -> None:
        self._path = path
        self._shown = shown_as
        self._codec = codec or encoder_name()
        self._ticks = TICKS[self._codec]
        self._container: av.container.OutputContainer | None = None
        self._stream: av.VideoStream | None = None
        self._last_tick = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._close(failed=kind is not None)

    def write(self, image: NDArray[np.uint8], time_s: float) -> None:
        """One picture ``(H, W, 3)`` uint8 RGB at its time, in order of time; times that
        fall on one tick are moved one tick apart."""
        try:
            stream = self._stream or self._open(image)
            size = stream.width, stream.height
            frame = av.VideoFrame.from_ndarray(fitted(image, size), format="rgb24")
            tick = max(self._last_tick + 1, round(time_s * self._ticks))
            frame.pts, frame.time_base = tick, Fraction(1, self._ticks)
            self._last_tick = tick
            self._mux(stream.encode(frame))
        except (av.error.FFmpegError, OSError) as error:
            raise self._unwritable(error) from error

    def _open(self, image: NDArray[np.uint8]) -> av.VideoStream:
        self._container = av.open(str(self._path), "w", format="mp4")
        stream = self._container.add_stream(
            self._codec, rate=NOMINAL_RATE, options=OPTIONS[self._codec]
        )
        if not isinstance(stream, av.VideoStream):  # only an unfit codec name leads here
            raise OutputError(f"{self._codec} does not encode video.")
        height, width = image.shape[:2]
        stream.width, stream.height = width + width % 2, height + height % 2
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, self._ticks)
        self._stream = stream
        return stream

    def _mux(self, packets: list[av.Packet[av.VideoStream]]) -> None:
        if self._container is not None:
            self._container.mux(packets)

    def _finish(self) -> None:
        if self._stream is None:
            raise OutputError(f"{self._shown} was not written: the source holds no picture.")
        try:
            self._mux(self._stream.encode(None))
        except (av.error.FFmpegError, OSError) as error:
            raise self._unwritable(error) from error

    def _close(self, *, failed: bool) -> None:
        container, self._container, self._stream = self._container, None, None
        try:
            if container is not None:
                container.close()
        except (av.error.FFmpegError, OSError) as error:
            if not failed:  # else the first error is the one to be told
                raise self._unwritable(error) from error

    def _unwritable(self, error: Exception) -> OutputError:
        said = getattr(error, "strerror", None) or str(error)
        return OutputError(
            f"Cannot write {self._shown}: {said}. Free some space or choose another folder."
        )


def fitted(image: NDArray[np.uint8], size_px: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture in that ``(width, height)``: the last row and column are doubled
    where only evenness is missing, else (the source changed its size) it is scaled."""
    height, width = image.shape[:2]
    right, below = size_px[0] - width, size_px[1] - height
    if right == 0 and below == 0:
        return np.ascontiguousarray(image)
    if 0 <= right <= 1 and 0 <= below <= 1:
        return np.pad(image, ((0, below), (0, right), (0, 0)), mode="edge")
    resized = cv2.resize(image, size_px, interpolation=cv2.INTER_AREA)
    return resized.astype(np.uint8, copy=False)
