"""A camera: frames as they come, stamped by a clock that never jumps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import cv2
import numpy as np

from mien.capture.source import Closing, Sampler
from mien.errors import SourceError
from mien.observations import Frame

#: Reads that may fail in a row before the camera counts as gone (a second at 30/s).
MAX_FAILURES: Final = 30
#: Cameras that can be asked for: OpenCV takes the hundreds of a number for a choice of
#: its ways to a camera, and ends the process at -1.
NUMBERS: Final = range(100)
#: Pause after a failed read, seconds.
RETRY_S: Final = 1 / 30


def open_camera(number: int) -> Any:
    """OpenCV's camera; its own warnings are kept quiet, our error says what to do."""
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2.VideoCapture(number)


class WebcamSource(Closing):
    """Args:
    number: the camera, from 0.
    opener, clock, sleep: for tests; the real camera and clocks otherwise.

    Raises:
        SourceError: for a camera that is not there, or a number that none can have.
    """

    is_live = True
    duration_s: float | None = None
    fingerprint = ""

    def __init__(
        self,
        number: int,
        every_s: float | None,
        *,
        opener: Callable[[int], Any] = open_camera,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if isinstance(number, bool) or number not in NUMBERS:
            raise SourceError(
                f"Cameras have the numbers {NUMBERS[0]} to {NUMBERS[-1]}, got {number}. The "
                "first is webcam:0."
            )
        self.name = f"webcam:{number}"
        self.undecodable = 0
        self._every_s, self._clock, self._sleep = every_s, clock, sleep
        self._camera = opener(number)
        if not self._camera.isOpened():
            self._camera.release()
            raise SourceError(
                f"There is no camera {number}, or another program uses it. Close that "
                f"program, or choose another, such as webcam:{0 if number else 1}."
            )

    def close(self) -> None:
        self._camera.release()

    def __iter__(self) -> Iterator[Frame]:
        sampler, start, failures, index = Sampler(self._every_s), self._clock(), 0, 0
        while True:
            good, image = self._camera.read()
            if not good or image is None:
                failures += 1
                self.undecodable += 1
                if failures >= MAX_FAILURES:
                    raise SourceError(
                        f"{self.name} stopped giving pictures. Check its cable and start "
                        "again; what was read so far is kept."
                    )
                self._sleep(RETRY_S)
                continue
            failures = 0
            time_s = self._clock() - start
            if sampler.keep(time_s):
                yield Frame(np.ascontiguousarray(image[..., ::-1]), time_s, index)
                index += 1
