"""Events for the streams of this process: the database is asked once for all of them.

A stream first gets what it missed (``Last-Event-ID``), then what comes. Numbers are given
in the order of commits, so that nothing is told twice and nothing is skipped.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any, Final, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool

from mien.server.access import logins_in_force
from mien.server.actions import events
from mien.server.database.statements import among
from mien.server.database.tables import LoginSession
from mien.server.services import Services

#: How often the database is asked while anybody listens.
EVERY_S: Final = 0.25
#: A line so often keeps proxies from closing a quiet stream (nginx: after 60 s).
HEARTBEAT_S: Final = 15.0
#: How often it is said which classes are watched here (events.WATCHED_S).
SAID_EVERY_S: Final = 5.0
#: A browser tries again after so long.
RETRY_MS: Final = 2_000
#: A stream ends after so long, and the browser asks again: whoever may no longer see it is
#: then refused. Who was logged out or suspended is told nothing more at once.
STREAM_S: Final = 300.0
#: A listener that lags behind by more is cut off, and catches up by its Last-Event-ID.
MOST_WAITING: Final = 1_000


class News(NamedTuple):
    """An event on its way."""

    number: int
    topic: str
    kind: str
    payload: dict[str, Any]


class _Listener(NamedTuple):
    """A stream that is open: what it has still to tell, and the log-in that it rests on."""

    queue: asyncio.Queue[News | None]
    login_id: UUID | None


class Feed:
    """One a process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._listeners = defaultdict[str, set[_Listener]](set)
        self._task: asyncio.Task[None] | None = None
        self._number = 0

    async def stop(self) -> None:
        """Ends every stream."""
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.queue.put_nowait(None)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def stream(
        self, topic: str, after: int | None, login_id: UUID | None
    ) -> AsyncIterator[str]:
        """Server-sent events of a topic, until the client goes or is logged out.

        Args:
            after: the last number that the client got; None: only what comes.
            login_id: the client's log-in. Without one that is in force nothing is told.
        """
        listener = _Listener(asyncio.Queue(), login_id)
        self._listeners[topic].add(listener)
        try:
            start = await self._begin(after)
            await run_in_threadpool(self._say_watched, [topic])
            missed = [] if after is None else await run_in_threadpool(self._after, start, topic)
            newest = max([start, *(news.number for news in missed)])
            yield f"retry: {RETRY_MS}\n" + _told(News(newest, topic, "hello", {}))
            for late in missed:
                yield _told(late)
            async for news in self._heard(listener.queue):
                if news is None:
                    yield ": still here\n\n"
                elif news.number > newest:
                    newest = news.number
                    yield _told(news)
        finally:
            self._listeners[topic].discard(listener)
            if not self._listeners[topic]:
                del self._listeners[topic]

    async def _begin(self, after: int | None) -> int:
        if self._task is None or self._task.done():
            self._number = await run_in_threadpool(self._newest)
            self._task = asyncio.create_task(self._poll())
        if after is None:
            return self._number
        # A number from before the database was restored or replaced is ahead of all that
        # comes: the stream would be silent until the numbers catch up.
        return min(after, await run_in_threadpool(self._newest))

    async def _heard(self, queue: asyncio.Queue[News | None]) -> AsyncIterator[News | None]:
        """What comes; None where nothing came for a while. Ends with the server or log-in."""
        clock = asyncio.get_running_loop().time
        until_s = clock() + STREAM_S
        while clock() < until_s:
            try:
                news = await asyncio.wait_for(queue.get(), HEARTBEAT_S)
            except TimeoutError:
                yield None
                continue
            if news is None or queue.qsize() > MOST_WAITING:
                return
            yield news

    async def _poll(self) -> None:
        clock = asyncio.get_running_loop().time
        said_s = clock()
        while self._listeners:
            await asyncio.sleep(EVERY_S)
            try:
                if clock() - said_s >= SAID_EVERY_S:
                    await run_in_threadpool(self._say_watched, list(self._listeners))
                    said_s = clock()
                found = await run_in_threadpool(self._after, self._number, None)
                ended = await self._ended({news.topic for news in found})
            except DBAPIError as error:
                structlog.get_logger().error("feed", kind=type(error).__name__)
                continue
            for news in found:
                self._number = news.number
                for listener in self._listeners.get(news.topic, ()):
                    listener.queue.put_nowait(None if listener.login_id in ended else news)

    async def _ended(self, topics: set[str]) -> set[UUID | None]:
        """Log-ins that end the streams of these topics: one query for all that are to be told
        something. Nothing else of a stream can change: accounts keep their role, courses
        their teacher, and a learner's topic holds only what is theirs."""
        asked = {heard.login_id for topic in topics for heard in self._listeners.get(topic, ())}
        if not asked:
            return set()
        return asked - await run_in_threadpool(self._in_force, asked - {None})

    def _in_force(self, login_ids: set[UUID | None]) -> set[UUID]:
        with self._services.database.reading() as session:
            query = logins_in_force(self._services, self._services.now_s())
            among_them = query.where(among(session, LoginSession.id, login_ids))
            return {login.id for login, _ in session.execute(among_them)}

    def _say_watched(self, topics: list[str]) -> None:
        classes = events.classes_among(topics)
        if not classes:
            return  # learners' streams cost no transaction
        with self._services.database.writing() as session:
            events.say_watched(session, classes, self._services.now_s())

    def _newest(self) -> int:
        with self._services.database.reading() as session:
            return events.newest(session)

    def _after(self, number: int, topic: str | None) -> list[News]:
        with self._services.database.reading() as session:
            rows = events.after(session, number, topic)
            return [News(row.id, row.topic, row.kind, row.payload) for row in rows]


def _told(news: News) -> str:
    """One event on the wire (HTML standard, 9.2.6)."""
    data = json.dumps(news.payload, allow_nan=False, separators=(",", ":"))
    return f"id: {news.number}\nevent: {news.kind}\ndata: {data}\n\n"
