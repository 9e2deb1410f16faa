"""A camera that is not there, one that stutters, one that vanishes."""

import itertools

import numpy as np
import pytest

from mien.capture import open_source
from mien.capture.webcam import MAX_FAILURES, WebcamSource
from mien.errors import SourceError


class Camera:
    """Gives the listed answers, then fails for ever."""

    def __init__(self, answers: list[bool], there: bool = True) -> None:
        self.answers, self.there, self.released = iter(answers), there, False

    def isOpened(self) -> bool:
        return self.there

    def read(self) -> tuple[bool, np.ndarray | None]:
        good = next(self.answers, False)
        return good, np.full((2, 2, 3), (1, 2, 3), np.uint8) if good else None

    def release(self) -> None:
        self.released = True


def source(camera: Camera, every_s: float | None = None) -> WebcamSource:
    ticks = itertools.count(100.0, 0.25)
    return WebcamSource(
        0, every_s, opener=lambda _: camera, clock=lambda: next(ticks), sleep=lambda _: None
    )


def test_no_camera() -> None:
    camera = Camera([], there=False)
    with pytest.raises(SourceError, match="no camera 0"):
        source(camera)
    assert camera.released


@pytest.mark.parametrize(("number", "other"), [(0, "webcam:1"), (1, "webcam:0")])
def test_another_camera_is_another_one(number: int, other: str) -> None:
    with pytest.raises(SourceError, match=f"such as {other}"):
        WebcamSource(number, None, opener=lambda _: Camera([], there=False))


@pytest.mark.parametrize("number", [-1, 100, 99_999_999_999, True, False])
def test_a_number_that_no_camera_has_never_reaches_opencv(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("cv2.VideoCapture", asked.append)
    with pytest.raises(SourceError, match="numbers 0 to 99"):
        open_source(number)
    assert not asked


def test_a_number_that_no_camera_has_on_the_command_line() -> None:
    with pytest.raises(SourceError, match="numbers 0 to 99, got 99999999999"):
        open_source("webcam:99999999999")


def test_frames_are_rgb_and_timed_from_the_start() -> None:
    with source(Camera([True, False, True])) as opened:
        frames = list(itertools.islice(opened, 2))
    assert [f.time_s for f in frames] == [0.25, 0.5]
    np.testing.assert_array_equal(frames[0].image[0, 0], [3, 2, 1])
    assert opened.undecodable == 1


def test_a_camera_that_vanishes_ends_with_what_to_do() -> None:
    camera = Camera([True])
    frames = []
    with pytest.raises(SourceError, match="stopped giving pictures"), source(camera) as opened:
        frames.extend(opened)
    assert len(frames) == 1
    assert opened.undecodable == MAX_FAILURES
    assert camera.released
