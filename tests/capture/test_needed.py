"""What the decoder may pass over, from packets worked by hand; ticks of 100 ms."""

from fractions import Fraction
from types import SimpleNamespace

from mien.capture.needed import NeededPictures

TICK = Fraction(1, 10)


Stamps = list[tuple[int | None, int | None]]


def asked(every_s: float | None = 0.5, start_s: float = 0.0, format: str = "mov") -> NeededPictures:
    container = SimpleNamespace(format=SimpleNamespace(name=format))
    stream = SimpleNamespace(start_time=None, time_base=TICK)
    return NeededPictures(container, stream, every_s, start_s)


def answers(pictures: NeededPictures, stamps: Stamps) -> list[bool]:
    return [
        pictures.needed(SimpleNamespace(pts=pts, dts=dts, time_base=TICK, size=1))
        for pts, dts in stamps
    ]


def needed(stamps: Stamps, **options) -> list[bool]:
    return answers(asked(**options), stamps)


#: Pictures 0 to 8 as they are stored: each fourth first, then the three before it.
STORED = [(0, -1), (4, 0), (1, 1), (2, 2), (3, 3), (8, 4), (5, 5), (6, 6), (7, 7)]


def test_the_first_of_each_slot_is_needed_and_what_may_be() -> None:
    # Slots 0-4 and 5-9. 8 comes before 5 and could be the first of its slot.
    assert needed(STORED) == [True, False, False, False, False, True, True, False, False]


def test_nothing_before_the_start_is_needed() -> None:
    # From 0.2 s: 4 could be the first of its slot, 2 is.
    read = needed(STORED, start_s=0.2)
    assert read == [False, True, False, True, False, True, True, False, False]


def test_all_are_needed_where_times_are_not_known_beforehand() -> None:
    assert all(needed(STORED, every_s=None))
    assert all(needed(STORED, format="avi"))
    assert all(needed([(None, None)] * 3))
    # From the first without a stamp on.
    assert needed([(0, 0), (1, 1), (None, 2), (3, 3)]) == [True, False, True, True]


def test_all_are_needed_once_another_recording_begins() -> None:
    stamps = [(20, 20), (21, 21), (0, 0), (1, 1)]
    assert needed(stamps) == [True, False, True, True]


def test_all_are_needed_once_a_picture_is_of_two_halves() -> None:
    pictures = asked()
    assert answers(pictures, [(0, 0), (1, 1)]) == [True, False]
    pictures.seen(SimpleNamespace(interlaced_frame=False))
    assert answers(pictures, [(2, 2)]) == [False]
    pictures.seen(SimpleNamespace(interlaced_frame=True))
    assert answers(pictures, [(3, 3), (4, 4)]) == [True, True]
