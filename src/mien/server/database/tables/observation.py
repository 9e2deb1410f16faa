"""What a learner's browser saw, in numbers, and what a learner says without a camera."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from mien.server.database.tables.base import Base, Identified


class ObservationBatch(Base):
    """Some seconds of readings. The learner's account and the browser's identifier are the
    key, so a batch that comes twice counts once. Times are the server's."""

    __tablename__ = "observation_batches"
    __table_args__ = (
        Index("ix_observation_batches_study", "account_id", "course_id", "started_at_s"),
    )

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    batch_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), index=True
    )
    point_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("knowledge_points.id", ondelete="SET NULL")
    )
    started_at_s: Mapped[float]
    received_at_s: Mapped[float] = mapped_column(index=True)
    interval_s: Mapped[float]
    lost_readings: Mapped[int]
    readings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class SelfReport(Identified, Base):
    """One press of a button: how it goes, as the learner says."""

    __tablename__ = "self_reports"
    __table_args__ = (Index("ix_self_reports_study", "account_id", "course_id", "said_at_s"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), index=True
    )
    point_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("knowledge_points.id", ondelete="SET NULL")
    )
    feeling: Mapped[str] = mapped_column(String(20))
    said_at_s: Mapped[float]


class DueAssessment(Base):
    """News of a learner that the rules have not seen yet; goes in the transaction in which
    they see it, so a server that dies loses none and counts none twice.

    ``batch_id``: the readings that came; None: the learner said something, or
    went to another point.
    """

    __tablename__ = "due_assessments"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    point_id: Mapped[UUID | None]
    batch_id: Mapped[UUID | None]
