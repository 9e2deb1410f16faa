"""Opens a database and hands out transactions; the same for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from mien.errors import SettingsError
from mien.server.database.encoded import decode, encode

#: Another writer is waited for so long before a request is refused.
SQLITE_BUSY_MS = 10_000
#: FastAPI's threads (AnyIO's 40) share these; PostgreSQL's own default is 100 in all.
POOL_SIZE, POOL_OVERFLOW = 10, 10


class Database:
    """One engine. ``reading`` and ``writing`` are transactions that end with the block."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _open(url)
        self._writer = self.engine.execution_options(mien_writes=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that is always rolled back."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed unless the block raises.

        On SQLite it takes the write lock at once: one that begins by reading and then
        writes fails at once if another wrote between, without waiting.
        """
        with Session(self._writer) as session, session.begin():
            yield session

    def answers(self) -> bool:
        """Whether a query comes back."""
        try:
            with self.reading() as session:
                session.execute(text("SELECT 1"))
        except OperationalError:
            return False
        return True

    def close(self) -> None:
        """Closes the pooled connections."""
        self.engine.dispose()


def _open(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except Exception as error:
        raise SettingsError(f"The database address cannot be read: {error}") from error
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=POOL_SIZE,
            max_overflow=POOL_OVERFLOW,
            json_serializer=encode,
            json_deserializer=decode,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        json_serializer=encode,
        json_deserializer=decode,
        hide_parameters=True,  # errors are logged, and hold nothing of anybody
        pool_pre_ping=True,  # after a restart of the database, old connections are dead
        connect_args={"connect_timeout": 5},
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",  # readers do not wait for the writer
        "synchronous=NORMAL",  # safe with WAL: a power cut may lose, never damage
        "foreign_keys=ON",
        f"busy_timeout={SQLITE_BUSY_MS}",
        "secure_delete=ON",  # what is erased is overwritten in the file
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("mien_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
