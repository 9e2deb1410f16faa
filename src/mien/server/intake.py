"""Where batches of readings wait for the next transaction.

A transaction for each of hundreds of batches a second is most of their cost, so one thread
takes all that have come since its last transaction and stores them together. A batch is
answered when its transaction is committed, never before.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from mien.server.actions.observations import Arrival, take
from mien.server.problems import Problem, Unavailable
from mien.server.schemas.observation import BatchReceipt
from mien.server.services import Services

#: Batches of one transaction: SQLite allows 32,766 values in a statement, of 9 a batch.
MOST_AT_ONCE: Final = 500
#: More are not kept waiting: at a hundred a second, that is already twenty seconds.
MOST_WAITING: Final = 2_000
#: How long the first of a transaction waits for others to share it.
LINGER_S: Final = 0.08

Answer = BatchReceipt | Problem


class Intake:
    """One a process. ``start`` and ``stop`` belong to the app's lifespan."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._waiting = deque[tuple[Arrival, asyncio.AbstractEventLoop, asyncio.Future[Answer]]]()
        self._news = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)

    def start(self) -> None:
        """Begins to store."""
        self._thread.start()

    def stop(self) -> None:
        """Stores what waits, then ends."""
        with self._news:
            self._stopping = True
            self._news.notify()
        self._thread.join()

    async def put(self, arrival: Arrival) -> BatchReceipt:
        """Waits until the batch is stored.

        Raises:
            Problem: why it is not; Unavailable where too many wait or the database is gone.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        with self._news:
            if self._stopping or len(self._waiting) >= MOST_WAITING:
                raise Unavailable("Too much comes at once. Keep it; try again.", retry_after_s=5)
            self._waiting.append((arrival, loop, future))
            self._news.notify()
        answer = await future
        if isinstance(answer, Problem):
            raise answer
        return answer

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting or self._stopping)
                if not self._stopping:
                    self._news.wait_for(self._is_full, LINGER_S)
                taken = [
                    self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))
                ]
            if not taken:
                return
            answers = self._store([arrival for arrival, _, _ in taken])
            for (_, loop, future), answer in zip(taken, answers, strict=True):
                _tell(loop, future, answer)

    def _is_full(self) -> bool:
        return self._stopping or len(self._waiting) >= MOST_AT_ONCE

    def _store(self, arrivals: list[Arrival]) -> list[Answer]:
        try:
            with self._services.database.writing() as session:
                return list(take(session, self._services, arrivals))
        except Exception as error:
            if len(arrivals) > 1 and not _database_is_gone(error):
                # One of them broke the transaction (its course was just deleted, say).
                return [answer for a in arrivals for answer in self._store([a])]
            structlog.get_logger().error("intake", kind=type(error).__name__)
            gone = Unavailable("Nothing was stored. Keep it; try again.", retry_after_s=2)
            return [gone] * len(arrivals)


def _database_is_gone(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _tell(loop: asyncio.AbstractEventLoop, future: asyncio.Future[Answer], answer: Answer) -> None:
    def tell() -> None:
        if not future.done():  # the client may have hung up
            future.set_result(answer)

    try:
        loop.call_soon_threadsafe(tell)
    except RuntimeError:
        return  # the loop is closed: nobody waits
