"""Made ahead: same items, same order, same errors, never more than asked for. Begun: answers in
order, and nobody waits while there is something to do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from mien.concurrency import begun, made_ahead, usable_cores


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


def test_whoever_asks_does_what_is_left_from_the_last_on() -> None:
    started, open_gate = threading.Event(), threading.Event()
    here, hands, order = threading.get_ident(), {}, []

    def call(number: int) -> Callable[[], int]:
        def made() -> int:
            hands[number] = threading.get_ident() == here
            order.append(number)
            if number == 0:  # holds the only thread until all others are done
                started.set()
                assert open_gate.wait(10)
            elif number == 1:
                open_gate.set()
            return number * number

        return made

    with ThreadPoolExecutor(1) as pool:
        answers = begun(pool, [call(n) for n in range(4)])
        assert started.wait(10)
        assert answers() == [0, 1, 4, 9]
    assert hands == {0: False, 1: True, 2: True, 3: True}
    assert order == [0, 3, 2, 1]


def test_without_threads_the_caller_does_all_in_order_when_it_asks() -> None:
    order: list[int] = []

    def call(number: int) -> Callable[[], int]:
        return lambda: order.append(number) or number * number

    answers = begun(None, [call(n) for n in range(3)])
    assert order == []
    assert answers() == [0, 1, 4]
    assert order == [0, 1, 2]


def test_what_a_thread_raised_is_raised_where_it_is_asked_for() -> None:
    def broken() -> int:
        raise ValueError("no answer")

    with ThreadPoolExecutor(1) as pool:
        answers = begun(pool, [lambda: 1, broken])
        with pytest.raises(ValueError, match="no answer"):
            answers()
        assert begun(pool, [])() == []


def test_cores_are_those_that_this_process_is_bound_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {1, 4, 5}, raising=False)
    assert usable_cores() == 3
