"""What a learner studies: enrolment, place, progress, answers, and feelings by course."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mien.server.database.tables.base import Base, Identified


class Enrolment(Base):
    """A learner in a course, and the place where they left it."""

    __tablename__ = "enrolments"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    enrolled_at_s: Mapped[float]
    studied_at_s: Mapped[float | None]
    point_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("knowledge_points.id", ondelete="SET NULL")
    )
    video_s: Mapped[float | None]


class PointProgress(Base):
    """A knowledge point that a learner opened, and perhaps finished."""

    __tablename__ = "point_progress"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    point_id: Mapped[UUID] = mapped_column(
        ForeignKey("knowledge_points.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    opened_at_s: Mapped[float]
    completed_at_s: Mapped[float | None]


class QuizAnswer(Identified, Base):
    """One try at a question. Right or wrong comes from the question alone, and follows it when
    its teacher mends it."""

    __tablename__ = "quiz_answers"
    __table_args__ = (Index("ix_quiz_answers_account_question", "account_id", "question_id"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    question_id: Mapped[UUID] = mapped_column(
        ForeignKey("quiz_questions.id", ondelete="CASCADE"), index=True
    )
    chosen: Mapped[list[int]] = mapped_column(JSON)
    correct: Mapped[bool]
    answered_at_s: Mapped[float]


class CourseFeeling(Base):
    """Seconds of each feeling of a learner in a course on one day, as the preference rule
    reads them (:class:`mien.assessment.rules.preference.Matter`); kept by the assessment.

    ``day`` is that of the assessment, in whole days since 1970 (UTC)."""

    __tablename__ = "course_feelings"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    engaged_s: Mapped[float]
    distress_s: Mapped[float]
    known_s: Mapped[float]
    unread_s: Mapped[float]


class Consent(Identified, Base):
    """One decision on one stream in one course; the newest counts, all are kept."""

    __tablename__ = "consents"
    __table_args__ = (
        Index("ix_consents_account_course", "account_id", "course_id"),
        UniqueConstraint("account_id", "course_id", "stream", "number"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), index=True
    )
    stream: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    given: Mapped[bool]
    wording: Mapped[str] = mapped_column(String(20))
    decided_at_s: Mapped[float]
