"""Made ahead: same items, same order, same errors, never more than asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from mien.concurrency import made_ahead, usable_cores


def test_items_and_order_are_kept() -> None:
    assert list(made_ahead(range(100), 2)) == list(range(100))
    assert list(made_ahead([], 2)) == []


def test_an_error_comes_after_the_items_before_it() -> None:
    def source() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("the file ends here")

    got = []
    items = made_ahead(source(), 2)
    with pytest.raises(ValueError, match="ends here"):
        got.extend(items)
    assert got == [1, 2]


def test_the_items_are_made_in_another_thread() -> None:
    here = threading.get_ident()
    assert list(made_ahead((threading.get_ident() == here for _ in range(2)), 1)) == [False] * 2


def test_no_more_is_made_than_there_is_room_for_and_closing_ends_the_thread() -> None:
    made, closed = [], []

    def source() -> Iterator[int]:
        try:
            for i in range(1000):
                made.append(i)
                yield i
        finally:
            closed.append(threading.get_ident())

    before = threading.active_count()
    items = made_ahead(source(), 3)
    assert [next(items), next(items)] == [0, 1]
    items.close()
    # Two were taken (the room of the first was given back), three lie ready at the most.
    assert len(made) <= 5
    assert len(closed) == 1
    assert threading.active_count() == before


def test_cores_are_those_that_this_process_is_bound_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {1, 4, 5}, raising=False)
    assert usable_cores() == 3
