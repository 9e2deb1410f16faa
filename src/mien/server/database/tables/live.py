"""The class as it is now, as it was, and the events that tell browsers of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from mien.server.database.tables.base import Base, Identified


class LearnerStatus(Base):
    """A learner's latest states in a course; never shown to a teacher one by one."""

    __tablename__ = "learner_statuses"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    point_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("knowledge_points.id", ondelete="SET NULL")
    )
    study_began_at_s: Mapped[float]
    seen_at_s: Mapped[float]
    states: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON)


class ClassSnapshot(Identified, Base):
    """The live view as it was shown: groups only, the floor already applied."""

    __tablename__ = "class_snapshots"
    __table_args__ = (Index("ix_class_snapshots_course", "course_id", "at_s"),)

    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    at_s: Mapped[float]
    view: Mapped[dict[str, Any]] = mapped_column(JSON)


class CourseConduct(Base):
    """How a course is watched: the live view's switch, and the teacher's thresholds."""

    __tablename__ = "course_conducts"

    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True
    )
    live: Mapped[bool]
    thresholds: Mapped[dict[str, dict[str, float]]] = mapped_column(JSON)


class Event(Base):
    """Something that browsers are told, in order; a stream that broke goes on after the
    last one that it got, so a number is never given again when old events are gone."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_topic", "topic", "id"),
        {"sqlite_autoincrement": True},  # PostgreSQL's sequences never go back
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    topic: Mapped[str] = mapped_column(String(60))
    at_s: Mapped[float] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class WatchedTopic(Base):
    """A class whose stream is open in one of the workers, said anew every few seconds."""

    __tablename__ = "watched_topics"

    topic: Mapped[str] = mapped_column(String(60), primary_key=True)
    until_s: Mapped[float]
