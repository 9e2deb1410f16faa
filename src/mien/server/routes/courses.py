"""``/courses``, ``/lessons``, ``/points``: finding, reading and writing."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from mien.server.access import AnyCaller, AnyServices, Transaction, allow
from mien.server.actions import (
    course_sources,
    course_views,
    courses,
    erasure,
    lessons,
    media,
    points,
)
from mien.server.schemas.courses import (
    CourseCard,
    CourseChange,
    CourseDraft,
    CourseOrder,
    CourseSource,
    CourseView,
    LessonChange,
    LessonDraft,
    LessonSource,
    LessonView,
    MarkdownText,
    PointChange,
    PointDraft,
    PointSource,
    Publication,
    RenderedText,
)

router = APIRouter(tags=["courses"])


@router.get("/courses", dependencies=[allow("course.list")])
def find_courses(
    caller: AnyCaller,
    session: Transaction,
    query: Annotated[str, Query(max_length=200, description="Words that must all occur.")] = "",
    tag: Annotated[str, Query(max_length=40)] = "",
    mine: bool = False,
) -> list[CourseCard]:
    """Published courses, the best fifty; or all of the caller's own."""
    return course_views.search(session, caller, query, tag, mine)


@router.post("/courses", status_code=201, dependencies=[allow("course.create")])
def create_course(
    draft: CourseDraft, caller: AnyCaller, services: AnyServices, session: Transaction
) -> CourseSource:
    """A new course, not yet published."""
    return course_sources.source(session, courses.create(session, services, caller, draft))


@router.get("/courses/{course_id}", dependencies=[allow("course.read")])
def read_course(course_id: UUID, caller: AnyCaller, session: Transaction) -> CourseView:
    """A course's table of contents, with the caller's progress."""
    return course_views.outline(session, caller, course_id)


@router.get("/courses/{course_id}/source", dependencies=[allow("course.source")])
def read_course_source(course_id: UUID, session: Transaction) -> CourseSource:
    """All that the teacher wrote, with the answers, to be edited."""
    return course_sources.source(session, course_id)


@router.put("/courses/{course_id}", dependencies=[allow("course.edit")])
def change_course(
    course_id: UUID, draft: CourseChange, services: AnyServices, session: Transaction
) -> CourseSource:
    """Title, summary, language and tags."""
    courses.change(session, services, course_id, draft)
    return course_sources.source(session, course_id)


@router.delete("/courses/{course_id}", status_code=204, dependencies=[allow("course.delete")])
def delete_course(course_id: UUID, caller: AnyCaller, services: AnyServices) -> None:
    """Erases the course, its files, and what learners did in it."""
    with services.database.writing() as session:
        courses.remove(session, services, caller, course_id)
    media.sweep(services)
    erasure.overwrite(services)


@router.put(
    "/courses/{course_id}/publication", status_code=204, dependencies=[allow("course.publish")]
)
def publish_course(
    course_id: UUID,
    wanted: Publication,
    caller: AnyCaller,
    services: AnyServices,
    session: Transaction,
) -> None:
    """Shows the course to everybody, or only to those who have joined."""
    courses.publish(session, services, caller, course_id, wanted.published)


@router.put("/courses/{course_id}/order", dependencies=[allow("course.edit")])
def reorder_course(
    course_id: UUID, order: CourseOrder, services: AnyServices, session: Transaction
) -> CourseSource:
    """Lessons and points in another order."""
    courses.reorder(session, services, course_id, order)
    session.flush()
    session.expire_all()
    return course_sources.source(session, course_id)


@router.post("/courses/{course_id}/lessons", status_code=201, dependencies=[allow("course.edit")])
def add_lesson(
    course_id: UUID, draft: LessonDraft, services: AnyServices, session: Transaction
) -> LessonSource:
    """A lesson at the end."""
    return lessons.add_lesson(session, services, course_id, draft)


@router.get("/lessons/{lesson_id}", dependencies=[allow("course.read")])
def read_lesson(lesson_id: UUID, caller: AnyCaller, session: Transaction) -> LessonView:
    """A lesson with all its points, to be studied."""
    return course_views.lesson_in_full(session, caller, lesson_id)


@router.put("/lessons/{lesson_id}", dependencies=[allow("course.edit")])
def change_lesson(
    lesson_id: UUID, draft: LessonChange, services: AnyServices, session: Transaction
) -> LessonSource:
    """Title and introduction."""
    return lessons.change_lesson(session, services, lesson_id, draft)


@router.delete("/lessons/{lesson_id}", status_code=204, dependencies=[allow("course.edit")])
def delete_lesson(lesson_id: UUID, services: AnyServices, session: Transaction) -> None:
    """A lesson and its points."""
    lessons.remove_lesson(session, services, lesson_id)


@router.post("/lessons/{lesson_id}/points", status_code=201, dependencies=[allow("course.edit")])
def add_point(
    lesson_id: UUID, draft: PointDraft, services: AnyServices, session: Transaction
) -> PointSource:
    """A knowledge point at the end of a lesson."""
    return points.add_point(session, services, lesson_id, draft)


@router.put("/points/{point_id}", dependencies=[allow("course.edit")])
def change_point(
    point_id: UUID, draft: PointChange, services: AnyServices, session: Transaction
) -> PointSource:
    """All of a point; questions that are left out are deleted."""
    return points.change_point(session, services, point_id, draft)


@router.delete("/points/{point_id}", status_code=204, dependencies=[allow("course.edit")])
def delete_point(point_id: UUID, services: AnyServices, session: Transaction) -> None:
    """A point, its questions and their answers."""
    points.remove_point(session, services, point_id)


@router.post("/markdown", dependencies=[allow("course.create")])
def preview_markdown(wanted: MarkdownText, caller: AnyCaller, session: Transaction) -> RenderedText:
    """How a text will look."""
    return courses.preview(session, wanted.text, wanted.course_id, caller)
