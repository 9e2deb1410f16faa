"""The times of pictures, from stamps worked by hand; one picture lasts 40 ms."""

from fractions import Fraction
from types import SimpleNamespace

import pytest

from mien.capture.presentation import PresentationClock

TICK = Fraction(1, 25)


def clock(format: str = "matroska", start: int | None = 0) -> PresentationClock:
    container = SimpleNamespace(format=SimpleNamespace(name=format))
    stream = SimpleNamespace(
        start_time=start, time_base=TICK, guessed_rate=Fraction(25), average_rate=None
    )
    return PresentationClock(container, stream)


def picture(pts: int | None, dts: int | None) -> SimpleNamespace:
    return SimpleNamespace(pts=pts, dts=dts, time_base=TICK)


def frames(clock: PresentationClock, *stamps: tuple[int | None, int | None]) -> list[float]:
    """The times in pictures, 40 ms each, given (presentation, decoding) stamps."""
    return [clock.time_of(picture(*stamp)) * 25 for stamp in stamps]


def shown(clock: PresentationClock, *stamps: int) -> list[float]:
    """The times in pictures of a whole track, given stamps of presentation."""
    pictures = (picture(stamp, None) for stamp in stamps)
    return [time_s * 25 for _, time_s in clock.timed(pictures)]


def test_presentation_counts_from_the_tracks_start() -> None:
    read = frames(clock(start=100), (100, 98), (101, 99), (105, 103))
    assert read == pytest.approx([0, 1, 5])


def test_a_file_without_times_of_presentation() -> None:
    # What FFmpeg gives for H.264 in AVI: the third packet drives the first picture out.
    read = clock("avi")
    for dts in range(4):
        read.sending(SimpleNamespace(dts=dts))
    stamps = [(1, 2), (4, 3), (3, 4), (5, 5), (2, 6), (8, None)]
    assert frames(read, *stamps) == pytest.approx([0, 1, 2, 3, 4, 5])
    # After a seek two pictures that need an earlier one are left out: the first that
    # comes is driven out by the fifth packet, but is still two before it.
    read.restart()
    for dts in range(50, 55):
        read.sending(SimpleNamespace(dts=dts))
    assert frames(read, (50, 54)) == pytest.approx([52])


def test_presentation_out_of_order_gives_way_to_decoding() -> None:
    read = clock()
    for dts in range(3):
        read.sending(SimpleNamespace(dts=dts))
    times = frames(read, (0, 2), (3, 3), (2, 4), (4, 5), (1, 6), (7, 7))
    # The third is late by 3 - 2: until decoding has caught up, 1 ms (1/40) a picture.
    assert times == pytest.approx([0, 3, 3.025, 3.05, 4, 5])


def test_no_picture_is_dropped_for_standing_at_the_time_of_another() -> None:
    assert frames(clock(), (0, 0), (1, 1), (1, 2), (2, 3)) == pytest.approx([0, 1, 1.025, 2])


def test_a_time_that_falls_far_begins_another_recording() -> None:
    read = clock()
    # 26 pictures back is more than a second: the next place, and on from there.
    assert frames(read, (0, 0), (27, 27), (1, 1), (2, 2)) == pytest.approx([0, 27, 28, 29])
    assert read.joined
    assert read.end_s * 25 == pytest.approx(30)


def test_pictures_without_stamps_follow_each_other() -> None:
    assert frames(clock(start=None), (None, None), (None, None)) == pytest.approx([0, 1])
    assert frames(clock(), (5, 5), (None, None), (7, 7)) == pytest.approx([5, 6, 7])


@pytest.mark.parametrize("wild", [25_000, 62, 0])
def test_one_wild_stamp_moves_nothing_behind_it(wild: int) -> None:
    read = clock()
    assert shown(read, 30, 31, wild, 33, 34) == pytest.approx([30, 31, 32, 33, 34])
    assert read.corrected
    assert not read.joined
    assert read.end_s * 25 == pytest.approx(35)


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        ((0, 1, 500, 501, 502), (0, 1, 500, 501, 502)),  # a pause
        ((0, 1, 500, 1000, 1500), (0, 1, 500, 1000, 1500)),  # a picture in 20 s
        ((60, 61, 0, 1, 2), (60, 61, 62, 63, 64)),  # two recordings
        ((30, 31, 500, 0, 1), (30, 31, 500, 501, 502)),  # two, the first with a pause at its end
        ((30, 31, 500), (30, 31, 500)),  # nothing behind it that says otherwise
    ],
)
def test_gaps_and_joined_recordings_are_not_wild(
    stamps: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    read = clock()
    assert shown(read, *stamps) == pytest.approx(expected)
    assert not read.corrected
