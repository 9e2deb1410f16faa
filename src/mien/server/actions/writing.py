"""What a teacher is writing: one change of a course at a time, and none of what others have
changed or deleted since it was read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.server.database.tables import Course, KnowledgePoint, Lesson
from mien.server.problems import ChangedSince, Conflict, NotFound

Ordered = TypeVar("Ordered", Lesson, KnowledgePoint)


def course_in_writing(session: Session, course_id: UUID) -> Course:
    """The course as it is now; others who write in it wait until the transaction ends.

    Raises:
        NotFound: it is not there, or not any more.
    """
    # Not against those who only refer to it: learners join while a teacher saves.
    course = session.get(
        Course, course_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if course is None:
        raise NotFound("There is no such course, or not any more.")
    session.expire(course, ["lessons"])
    return course


def lesson_in_writing(session: Session, lesson_id: UUID) -> Lesson:
    """The lesson as it is now; its course as in :func:`course_in_writing`.

    Raises:
        NotFound: it is not there, or not any more.
    """
    of_course = session.scalar(select(Lesson.course_id).where(Lesson.id == lesson_id))
    if of_course is not None:
        course_in_writing(session, of_course)
    lesson = session.get(Lesson, lesson_id, populate_existing=True)
    if lesson is None:
        raise NotFound("There is no such lesson, or not any more.")
    session.expire(lesson, ["points"])
    return lesson


def point_in_writing(session: Session, point_id: UUID) -> KnowledgePoint:
    """The point as it is now; its course as in :func:`course_in_writing`.

    Raises:
        NotFound: it is not there, or not any more.
    """
    of_course = session.scalar(
        select(Lesson.course_id).join(KnowledgePoint).where(KnowledgePoint.id == point_id)
    )
    if of_course is not None:
        course_in_writing(session, of_course)
    point = session.get(KnowledgePoint, point_id, populate_existing=True)
    if point is None:
        raise NotFound("There is no such knowledge point, or not any more.")
    session.expire(point, ["questions"])
    return point


def refuse_stale(read: str | None, present: str) -> None:
    """Raises ChangedSince unless ``read``, the version that a change was made on, is the
    ``present`` one; a client that names none overwrites whatever is there."""
    if read not in (None, present):
        raise ChangedSince(
            "It was changed since you opened it, in another tab or by somebody else. Nothing was "
            "saved and nothing is lost: read it anew, or save yours over it."
        )


def refuse_empty(course: Course) -> None:
    """Raises Conflict where a published course has lost its last knowledge point: learners
    would find a course in which nothing can be studied."""
    if course.published and not any(lesson.points for lesson in course.lessons):
        raise Conflict(
            "This is the last knowledge point of a published course. Unpublish the course first, "
            "or write another point."
        )


def end_of(rows: Sequence[Ordered]) -> int:
    """The position behind all of these."""
    return max((row.position for row in rows), default=-1) + 1
