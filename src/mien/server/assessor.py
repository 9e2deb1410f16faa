"""The one thread of a deployment that lets the rules look at what came.

Each worker has it; the one that holds the lock works, the others wait for it to be free,
which it is as soon as its holder dies. On PostgreSQL the lock is the server's, on SQLite a
file in the data folder.
"""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from typing import IO, Final
from uuid import UUID

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from mien.server.actions import events, live, offers, standing
from mien.server.actions.assessing import assess_due
from mien.server.actions.following import Followings
from mien.server.actions.present import Present
from mien.server.database.tables import Event
from mien.server.garbage import GarbageRounds
from mien.server.services import Services

#: How often it looks; the class view is to be at most two seconds behind.
EVERY_S: Final = 0.25
#: A class that is watched is drawn at most so often.
REDRAW_S: Final = 0.75
#: So often one that nobody watches, for the report (live.SNAPSHOT_S), and one without
#: news, because learners leave without a word.
QUIET_S: Final = 10.0
#: Effects of offers and old events can wait.
TIDY_S: Final = 15.0
#: Of PostgreSQL's advisory locks, ours (the letters "asse").
ASSESSOR_LOCK: Final = 0x61737365


class Assessor:
    """``look`` is one look, for tests and for the thread."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept = Followings()
        self._present = Present()
        self._drawn_at_s = dict[UUID, float]()
        self._undrawn = set[UUID]()
        self._told = set[str]()  # classes that whoever watches has been sent
        self._tidied_at_s = float("-inf")

    def look(self) -> int:
        """Judges all news in one transaction; answers how many pieces there were."""
        try:
            with self._services.database.writing() as session:
                outcome = assess_due(session, self._services, self._kept, self._present)
                self._undrawn |= outcome.courses
                drawn = self._draw(session)
                self._tidy(session)
                # Last: numbers of events are given one transaction at a time.
                events.emit_all(session, [*outcome.events, *drawn])
        except Exception:
            self.forget()  # what was remembered may be ahead of what was stored
            raise
        return outcome.news

    def forget(self) -> None:
        """Everything that is remembered; it is read again from the database."""
        self._kept.clear()
        self._present.clear()

    def _draw(self, session: Session) -> list[Event]:
        now_s = self._services.now_s()
        watched = events.watched(session, now_s)
        self._told &= watched
        due = {c for c in {*self._drawn_at_s, *self._undrawn} if self._is_due(c, now_s, watched)}
        self._undrawn -= due
        self._drawn_at_s.update(dict.fromkeys(due, now_s))
        if not due:
            return []
        present = self._present.of(session, self._services.settings, due, now_s)
        for course, people in present.items():
            if not people:  # drawn for the last time, until somebody comes
                del self._drawn_at_s[course]
        news = [e for e in live.redraw(session, self._services, present) if e.topic in watched]
        self._told |= {event.topic for event in news}
        return news

    def _is_due(self, course: UUID, now_s: float, watched: Collection[str]) -> bool:
        topic = events.of_class(course)
        fresh = course in self._undrawn or topic not in self._told
        every_s = REDRAW_S if fresh and topic in watched else QUIET_S
        return self._drawn_at_s.get(course, float("-inf")) <= now_s - every_s

    def _tidy(self, session: Session) -> None:
        now_s = self._services.now_s()
        if now_s - self._tidied_at_s < TIDY_S:
            return
        self._tidied_at_s = now_s
        offers.complete_effects(session, self._services)
        self._kept.keep_only(standing.learners_of(session, self._kept.learners()))
        events.forget_old(session, now_s)


class AssessorThread:
    """Looks again and again while it holds the lock."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._assessor = Assessor(services)
        self._lock = _lock_of(services)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="assessor", daemon=True)

    def start(self) -> None:
        """Begins to look."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the present look."""
        self._stopped.set()
        self._thread.join()
        self._lock.release()

    def _run(self) -> None:
        rounds = GarbageRounds(time.monotonic)
        while not self._stopped.wait(EVERY_S):
            try:
                if not self._lock.held():
                    self._assessor.forget()
                    if not self._lock.take():
                        continue
                self._assessor.look()
                rounds.go()
            except Exception as error:
                # The database is away, or a row breaks a rule: the next look tries again.
                structlog.get_logger().error("assessor", kind=type(error).__name__)
                self._stopped.wait(1.0)


class _AdvisoryLock:
    """Held by a connection of its own; lost with it."""

    def __init__(self, services: Services) -> None:
        self._engine = services.database.engine
        self._connection: Connection | None = None

    def held(self) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
            self._connection.rollback()
        except DBAPIError:
            self.release()
            return False
        return True

    def take(self) -> bool:
        connection = self._engine.connect()
        query = text("SELECT pg_try_advisory_lock(:key)")
        got = bool(connection.scalar(query, {"key": ASSESSOR_LOCK}))
        connection.rollback()
        if got:
            self._connection = connection
        else:
            connection.close()
        return got

    def release(self) -> None:
        if self._connection is not None:
            with suppress(DBAPIError):
                # Not back to the pool: it would keep the lock.
                self._connection.invalidate()
                self._connection.close()
            self._connection = None


class _FileLock:
    """Held by an open file; lost with the process."""

    def __init__(self, services: Services) -> None:
        self._path = services.settings.data_dir / "assessor.lock"
        self._file: IO[bytes] | None = None

    def held(self) -> bool:
        return self._file is not None

    def take(self) -> bool:
        file = self._path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _lock_of(services: Services) -> _AdvisoryLock | _FileLock:
    return _FileLock(services) if services.database.is_sqlite else _AdvisoryLock(services)
