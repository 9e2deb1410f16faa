"""How long things are kept, when that was last enforced, and what stays of offers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from mien.server.database.tables.base import Base


class RetentionPeriod(Base):
    """Days for which a kind of record is kept, where an administrator set them."""

    __tablename__ = "retention_periods"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    days: Mapped[int]


class RetentionRun(Base):
    """The last time that the periods were enforced; one row, number 1."""

    __tablename__ = "retention_runs"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at_s: Mapped[float]
    removed: Mapped[dict[str, int]] = mapped_column(JSON)


class AuditExpiry(Base):
    """Empty but inside the transaction that enforces retention: the trigger of the audit log
    lets go only what is older than ``before_s``."""

    __tablename__ = "audit_expiries"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    before_s: Mapped[float]


class InterventionDay(Base):
    """What was offered in a course on one day (UTC) and how it went, in learners, small
    figures already withheld; so the report stays when the offers are gone."""

    __tablename__ = "intervention_days"

    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kinds: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON)
