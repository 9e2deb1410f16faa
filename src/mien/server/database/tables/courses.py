"""Courses → lessons → knowledge points → quiz questions, and their media."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mien.server.database.tables.base import Base, Identified


class Course(Identified, Base):
    """``search_text`` is the folded text of the course, kept by the actions: SQLite's
    LOWER knows ASCII only."""

    __tablename__ = "courses"

    teacher_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(20))
    tags: Mapped[list[str]] = mapped_column(JSON)
    published: Mapped[bool] = mapped_column(index=True)
    search_text: Mapped[str] = mapped_column(Text)
    created_at_s: Mapped[float]
    changed_at_s: Mapped[float]
    lessons: Mapped[list[Lesson]] = relationship(
        order_by="Lesson.position", passive_deletes=True, back_populates="course"
    )


class Media(Identified, Base):
    """A picture or video of a course; the file is named by its SHA-256."""

    __tablename__ = "media"

    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(100))
    content_type: Mapped[str] = mapped_column(String(60))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at_s: Mapped[float]


class Lesson(Identified, Base):
    """Some knowledge points in order, and perhaps a video over all of them."""

    __tablename__ = "lessons"

    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    introduction: Mapped[str] = mapped_column(Text)
    video_url: Mapped[str | None] = mapped_column(String(500))
    video_id: Mapped[UUID | None] = mapped_column(ForeignKey("media.id", ondelete="SET NULL"))
    course: Mapped[Course] = relationship(back_populates="lessons")
    points: Mapped[list[KnowledgePoint]] = relationship(
        order_by="KnowledgePoint.position", passive_deletes=True, back_populates="lesson"
    )


class KnowledgePoint(Identified, Base):
    """The unit that is studied and assessed; all prose is Markdown."""

    __tablename__ = "knowledge_points"
    __table_args__ = (CheckConstraint("difficulty BETWEEN 1 AND 5", name="difficulty"),)

    lesson_id: Mapped[UUID] = mapped_column(
        ForeignKey("lessons.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    difficulty: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    fuller: Mapped[str] = mapped_column(Text)
    easier: Mapped[str] = mapped_column(Text)
    story: Mapped[str] = mapped_column(Text)
    start_s: Mapped[float | None]
    end_s: Mapped[float | None]
    lesson: Mapped[Lesson] = relationship(back_populates="points")
    questions: Mapped[list[QuizQuestion]] = relationship(
        order_by="QuizQuestion.position", passive_deletes=True, back_populates="point"
    )


class QuizQuestion(Identified, Base):
    """A choice question; ``correct`` holds the indices of the right options."""

    __tablename__ = "quiz_questions"

    point_id: Mapped[UUID] = mapped_column(
        ForeignKey("knowledge_points.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    prompt: Mapped[str] = mapped_column(Text)
    options: Mapped[list[str]] = mapped_column(JSON)
    correct: Mapped[list[int]] = mapped_column(JSON)
    explanation: Mapped[str] = mapped_column(Text)
    point: Mapped[KnowledgePoint] = relationship(back_populates="questions")
