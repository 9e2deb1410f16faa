"""Statements for many rows or writers at once, where the two databases differ."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import ARRAY, ColumnElement, Table, any_, bindparam, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from mien.server.database.tables.base import Base


def table_of(mapped: type[Base]) -> Table:
    """The table itself: hundreds of rows a second need no objects."""
    return cast(Table, mapped.__table__)


def insert_into(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that can be told what to do ``on_conflict``."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def add_unless_there(session: Session, mapped: type[Base], **values: object) -> None:
    """Adds the row unless there is one with its key: of two who do so at once neither fails."""
    session.execute(
        insert_into(session, table_of(mapped)).values(**values).on_conflict_do_nothing()
    )


def wait_for_lock(session: Session, key: int) -> None:
    """Waits for other transactions that ask for the same key, until the end of this one: what
    was looked up before it is written cannot have changed between."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyway
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def among(
    session: Session, column: InstrumentedAttribute[Any], values: Collection[object]
) -> ColumnElement[bool]:
    """Whether a column holds one of many values. On PostgreSQL they are one parameter: the
    statement is the same however many there are, and so is planned once, not each time."""
    if session.get_bind().dialect.name != "postgresql":
        return column.in_(values)
    kind = ARRAY(column.property.columns[0].type)
    return column == any_(bindparam(None, list(values), kind, unique=True))
