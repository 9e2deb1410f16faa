"""Brings a database to the schema of this version, and says whether it is there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from mien.errors import MienError
from mien.server.database.engine import Database

#: Of PostgreSQL's advisory locks, ours (the letters "mien"): one upgrade at a time.
UPGRADE_LOCK: Final = 0x6D69656E


class DatabaseError(MienError):
    """The database cannot be reached, or has another schema."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Runs the migrations up to a revision, in one transaction.

    Raises:
        DatabaseError: when the database does not answer.
    """
    _migrate(database, command.upgrade, revision)


def downgrade(database: Database, revision: str) -> None:
    """Runs the migrations down to a revision."""
    _migrate(database, command.downgrade, revision)


def current_revision(database: Database) -> str | None:
    """The revision of the database, None where it is empty."""
    try:
        with database.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        raise _unreachable(database, error) from error


def newest_revision() -> str:
    """The revision that this version of the program expects."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def require_newest(database: Database) -> None:
    """Refuses to start on another schema.

    Raises:
        DatabaseError: with the command that helps.
    """
    found, wanted = current_revision(database), newest_revision()
    if found != wanted:
        raise DatabaseError(
            f"The database has schema {found or 'none'}, this version needs {wanted}. Make a "
            "backup, then run: mien database upgrade (with the same --database)"
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def _migrate(database: Database, run: object, revision: str) -> None:
    config = _config()
    try:
        with database.engine.execution_options(mien_writes=True).begin() as connection:
            if not database.is_sqlite:
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK}
                )
            config.attributes["connection"] = connection
            assert callable(run)
            run(config, revision)
    except OperationalError as error:
        raise _unreachable(database, error) from error


def _unreachable(database: Database, error: OperationalError) -> DatabaseError:
    address = database.engine.url.render_as_string(hide_password=True)
    first = str(error.orig).strip().splitlines()[0]
    return DatabaseError(
        f"The database {address} does not answer: {first}. Check that it runs, and --database."
    )
