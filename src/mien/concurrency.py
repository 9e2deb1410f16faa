"""Work side by side: how many cores there are, and things made ahead of their use.

Threads suffice: decoding, OpenCV and ONNX Runtime let go of Python's lock.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Executor
from queue import SimpleQueue
from threading import Event, Semaphore, Thread
from typing import Final, TypeVar

Item = TypeVar("Item")

#: A fifth of the time on a face is Python's own, which one thread does at a time; more
#: threads than this would wait for each other (Amdahl's law).
MOST_THREADS: Final = 4


def usable_cores() -> int:
    """Cores that this process may use; fewer than the machine has where it is bound."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def begun(pool: Executor | None, calls: Sequence[Callable[[], Item]]) -> Callable[[], list[Item]]:
    """Has threads begin with the calls; what it returns gives their answers, in order. Whoever
    asks lends a hand: threads take the calls from the first on, the caller those that are
    left from the last on, so that neither waits while there is something to do. Without
    threads the caller does all, in order.
    """
    if pool is None:
        return lambda: [call() for call in calls]
    tasks = [pool.submit(call) for call in calls]

    def answers() -> list[Item]:
        mine: dict[int, Item] = {}
        for place in reversed(range(len(tasks))):
            if tasks[place].cancel():  # nobody has begun it
                mine[place] = calls[place]()
        return [mine[n] if n in mine else task.result() for n, task in enumerate(tasks)]

    return answers


def made_ahead(items: Iterable[Item], most: int) -> Generator[Item, None, None]:
    """The same items in the same order, made in a thread of their own, at most ``most``
    before they are asked for. What the making raises is raised here, after the items
    made before it. Closing the iterator ends the thread before it returns.
    """
    made = SimpleQueue[tuple[Item] | BaseException | None]()
    room, ended = Semaphore(most), Event()

    def make() -> None:
        try:
            source = iter(items)
            while room.acquire() and not ended.is_set():
                made.put((next(source),))
        except StopIteration:
            made.put(None)
        except BaseException as error:  # handed to the one who asks
            made.put(error)

    maker = Thread(target=make, name="made-ahead", daemon=True)
    maker.start()
    try:
        while (one := made.get()) is not None:
            if isinstance(one, BaseException):
                raise one
            yield one[0]
            room.release()
    finally:
        ended.set()
        room.release()
        maker.join()
