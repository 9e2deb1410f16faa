"""A server in the process, on SQLite and on PostgreSQL, with a clock that tests move."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from mien.server.database.engine import Database
from mien.server.database.tables import Base, LegalBasis
from mien.server.database.upgrade import upgrade
from server.classroom import Classroom, open_classroom
from server.lessons import Taught, taught_course

#: A server on which databases may be made; elsewhere those tests say that they skip.
POSTGRESQL = os.environ.get("MIEN_TEST_POSTGRESQL", "postgresql+psycopg://127.0.0.1:5432/test")


@pytest.fixture(autouse=True, scope="session")
def prompt_intake() -> Iterator[None]:
    """A batch that comes alone waits for company otherwise, hundreds of times a test; servers
    in processes of their own linger as they do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mien.server.intake.LINGER_S", 0.001)
        yield


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The address of a server that answers."""
    engine = create_engine(POSTGRESQL, connect_args={"connect_timeout": 2})
    try:
        with engine.connect():
            return POSTGRESQL
    except OperationalError as error:
        first = str(error.orig).splitlines()[0]
        pytest.skip(f"no PostgreSQL at {POSTGRESQL} (MIEN_TEST_POSTGRESQL): {first}")
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server: str) -> Iterator[str]:
    """A migrated database of this run's own."""
    with new_database(postgresql_server) as url:
        database = Database(url)
        upgrade(database)
        database.close()
        yield url


class new_database:
    """Makes a database and drops it at the end."""

    def __init__(self, server: str) -> None:
        self.name = f"mien_{uuid4().hex[:12]}"
        self.engine = create_engine(server, isolation_level="AUTOCOMMIT")
        self.url = make_url(server).set(database=self.name).render_as_string(hide_password=False)

    def __enter__(self) -> str:
        with self.engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {self.name}"))
        return self.url

    def __exit__(self, *_: object) -> None:
        with self.engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {self.name} WITH (FORCE)"))
        self.engine.dispose()


DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated, empty database; every test that asks for it runs twice."""
    return empty_database(request, tmp_path)


def empty_database(request: pytest.FixtureRequest, folder: Path) -> str:
    """A copy of the migrated file, or the run's database without its rows."""
    if request.param == "sqlite":
        path = folder / "mien.sqlite3"
        shutil.copy(request.getfixturevalue("empty_sqlite"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgresql_database")
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            if not connection.execute(text(f"SELECT 1 FROM {table.name} LIMIT 1")).first():
                continue  # TRUNCATE of all tables takes ten times as long
            append_only = table.name == "audit_entries"  # its trigger refuses DELETE
            verb = "TRUNCATE" if append_only else "DELETE FROM"
            connection.execute(text(f"{verb} {table.name}"))
    engine.dispose()
    return url


@pytest.fixture(params=DATABASES)
def blank_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without a schema."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'blank.sqlite3'}")
        yield database
        database.close()
        return
    with new_database(request.getfixturevalue("postgresql_server")) as url:
        database = Database(url)
        yield database
        with suppress(OperationalError):
            database.close()


@pytest.fixture
def classroom(database_url: str, tmp_path: Path) -> Iterator[Classroom]:
    """A running server with nobody in it."""
    with open_classroom(tmp_path, database_url) as room:
        yield room


@pytest.fixture(scope="module", params=DATABASES)
def shared_classroom(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Classroom]:
    """One for all tests of a module: people and courses of other tests are in it, so every
    test makes its own (:mod:`server.teaching`), and moves no clock."""
    folder = tmp_path_factory.mktemp("classroom")
    if request.param == "sqlite":
        with open_classroom(folder, empty_database(request, folder)) as room:
            yield room
        return
    with new_database(request.getfixturevalue("postgresql_server")) as url:
        database = Database(url)
        upgrade(database)
        database.close()
        with open_classroom(folder, url) as room:
            yield room


@pytest.fixture(scope="module")
def shared_sqlite_classroom(
    empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Classroom]:
    """One for all tests of a module for which the database makes no difference."""
    folder = tmp_path_factory.mktemp("classroom")
    shutil.copy(empty_sqlite, folder / "mien.sqlite3")
    with open_classroom(folder, f"sqlite:///{folder / 'mien.sqlite3'}") as room:
        yield room


@pytest.fixture
def sqlite_classroom(empty_sqlite: Path, tmp_path: Path) -> Iterator[Classroom]:
    """Where the database makes no difference."""
    path = tmp_path / "mien.sqlite3"
    shutil.copy(empty_sqlite, path)
    with open_classroom(tmp_path, f"sqlite:///{path}") as room:
        yield room


@pytest.fixture
def postgresql_classroom(postgresql_server: str, tmp_path: Path) -> Iterator[Classroom]:
    """Where several transactions at once matter."""
    with new_database(postgresql_server) as url:
        database = Database(url)
        upgrade(database)
        database.close()
        with open_classroom(tmp_path, url) as room:
            yield room


@pytest.fixture
def lawful(classroom: Classroom) -> Classroom:
    """Expressions may be read here."""
    with classroom.services.database.writing() as session:
        session.add(
            LegalBasis(
                jurisdiction="Testland", basis="A study.", recorded_at_s=classroom.clock() - 1
            )
        )
    return classroom


@pytest.fixture
def course(lawful: Classroom) -> Taught:
    """A course where expressions may be read."""
    return taught_course(lawful)
