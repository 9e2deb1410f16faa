"""Writing courses: what teachers do to courses, lessons and points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mien.server.access import Caller
from mien.server.actions import audit, erasure
from mien.server.actions.course_index import touch
from mien.server.actions.course_sources import lesson_source, point_source
from mien.server.actions.course_views import existing, media_names
from mien.server.database.tables import (
    Course,
    KnowledgePoint,
    Lesson,
    QuizQuestion,
)
from mien.server.markdown import render
from mien.server.problems import Conflict, NotAccepted
from mien.server.schemas.courses import (
    CourseDraft,
    CourseOrder,
    LessonDraft,
    LessonSource,
    PointDraft,
    PointSource,
    QuestionDraft,
    RenderedText,
)
from mien.server.services import Services
from mien.server.settings import Settings

#: Of one course, so that one request cannot ask for everything there is.
MAX_LESSONS, MAX_POINTS = 200, 500

Ordered = TypeVar("Ordered", Lesson, KnowledgePoint)


def create(session: Session, services: Services, caller: Caller, draft: CourseDraft) -> UUID:
    """A new course, not yet published."""
    now_s = services.now_s()
    course = Course(
        teacher_id=caller.account,
        published=False,
        search_text="",
        created_at_s=now_s,
        changed_at_s=now_s,
        **draft.model_dump(),
    )
    session.add(course)
    session.flush()
    touch(session, services, course)
    return course.id


def change(session: Session, services: Services, course_id: UUID, draft: CourseDraft) -> None:
    """Sets what the draft holds."""
    course = existing(session, course_id)
    for name, value in draft.model_dump().items():
        setattr(course, name, value)
    touch(session, services, course)


def publish(
    session: Session, services: Services, caller: Caller, course_id: UUID, published: bool
) -> None:
    """Lets learners find the course, or hides it from those who have not joined.

    Raises:
        Conflict: for a course without a knowledge point.
    """
    course = existing(session, course_id)
    if published and not any(lesson.points for lesson in course.lessons):
        raise Conflict("A course needs at least one knowledge point to be published.")
    course.published = published
    touch(session, services, course)
    action = "course.publish" if published else "course.withdraw"
    audit.record(session, services, caller.account, action, course_id)


def remove(session: Session, services: Services, caller: Caller, course_id: UUID) -> None:
    """Deletes the course with all that hangs on it; ``media.sweep`` and
    ``erasure.overwrite`` are due afterwards, outside the transaction."""
    erasure.delete_course(session, existing(session, course_id))
    audit.record(session, services, caller.account, "course.delete", course_id)


def add_lesson(
    session: Session, services: Services, course_id: UUID, draft: LessonDraft
) -> LessonSource:
    """A lesson at the end."""
    course = existing(session, course_id)
    if len(course.lessons) >= MAX_LESSONS:
        raise Conflict(f"A course has at most {MAX_LESSONS} lessons.")
    lesson = Lesson(course_id=course_id, position=_end(course.lessons), **draft.model_dump())
    session.add(lesson)
    session.flush()
    session.expire(course)
    touch(session, services, course)
    return lesson_source(lesson)


def change_lesson(
    session: Session, services: Services, lesson_id: UUID, draft: LessonDraft
) -> LessonSource:
    """Sets what the draft holds."""
    lesson = session.get_one(Lesson, lesson_id)
    lesson.title, lesson.introduction = draft.title, draft.introduction
    touch(session, services, lesson.course)
    return lesson_source(lesson)


def remove_lesson(session: Session, services: Services, lesson_id: UUID) -> None:
    """Deletes a lesson and its points."""
    lesson = session.get_one(Lesson, lesson_id)
    course = lesson.course
    session.delete(lesson)
    session.flush()
    session.expire(course)
    touch(session, services, course)


def add_point(
    session: Session, services: Services, lesson_id: UUID, draft: PointDraft
) -> PointSource:
    """A point at the end of a lesson."""
    lesson = session.get_one(Lesson, lesson_id)
    count = select(func.count()).select_from(KnowledgePoint).join(Lesson)
    if (session.scalar(count.where(Lesson.course_id == lesson.course_id)) or 0) >= MAX_POINTS:
        raise Conflict(f"A course has at most {MAX_POINTS} knowledge points.")
    fields = draft.model_dump(exclude={"questions"})
    point = KnowledgePoint(lesson_id=lesson_id, position=_end(lesson.points), **fields)
    session.add(point)
    session.flush()
    _set_questions(session, point, draft.questions)
    session.expire(lesson)
    touch(session, services, lesson.course)
    return point_source(point)


def change_point(
    session: Session, services: Services, point_id: UUID, draft: PointDraft
) -> PointSource:
    """Sets what the draft holds; questions that it leaves out are deleted."""
    point = session.get_one(KnowledgePoint, point_id)
    for name, value in draft.model_dump(exclude={"questions"}).items():
        setattr(point, name, value)
    _set_questions(session, point, draft.questions)
    touch(session, services, point.lesson.course)
    return point_source(point)


def remove_point(session: Session, services: Services, point_id: UUID) -> None:
    """Deletes a point, its questions and their answers."""
    point = session.get_one(KnowledgePoint, point_id)
    lesson = point.lesson
    session.delete(point)
    session.flush()
    session.expire(lesson)
    touch(session, services, lesson.course)


def reorder(session: Session, services: Services, course_id: UUID, order: CourseOrder) -> None:
    """Puts lessons and points in a new order.

    Raises:
        NotAccepted: unless every lesson and point of the course is in it once.
    """
    course = existing(session, course_id)
    lessons = {lesson.id: lesson for lesson in course.lessons}
    points = {point.id: point for lesson in course.lessons for point in lesson.points}
    wanted = [id_ for lesson in order.lessons for id_ in lesson.points]
    complete = sorted(wanted) == sorted(points)
    if not complete or sorted(o.id for o in order.lessons) != sorted(lessons):
        raise NotAccepted("The order must hold every lesson and point of the course, once.")
    for place, lesson_order in enumerate(order.lessons):
        lessons[lesson_order.id].position = place
        for point_place, point_id in enumerate(lesson_order.points):
            points[point_id].lesson_id = lesson_order.id
            points[point_id].position = point_place
    course.changed_at_s = services.now_s()


def set_video_address(
    session: Session, services: Services, lesson_id: UUID, url: str
) -> LessonSource:
    """Points a lesson to a video elsewhere. The server never fetches it.

    Raises:
        NotAccepted: for a host that the deployment does not name.
    """
    refuse_address(services.settings, url)
    lesson = session.get_one(Lesson, lesson_id)
    lesson.video_url, lesson.video_id = url, None
    touch(session, services, lesson.course)
    return lesson_source(lesson)


def set_video_file(
    session: Session, services: Services, lesson_id: UUID, media_id: UUID
) -> LessonSource:
    """Makes an uploaded video that of a lesson."""
    lesson = session.get_one(Lesson, lesson_id)
    lesson.video_id, lesson.video_url = media_id, None
    touch(session, services, lesson.course)
    return lesson_source(lesson)


def refuse_address(settings: Settings, url: str) -> None:
    """Raises NotAccepted unless it is https on one of ``video_hosts``."""
    try:
        parts = urlsplit(url)
        plain = parts.port is None and parts.username is None and url.isprintable()
    except ValueError:
        plain = False
    quiet = not any(character in url for character in " \"'<>\\;")
    if plain and quiet and parts.scheme == "https" and parts.hostname in settings.video_hosts:
        return
    hosts = ", ".join(settings.video_hosts) or "none"
    raise NotAccepted(
        f"Videos may come from these hosts by https: {hosts}. Upload the file instead, or ask "
        "the administrator to add the host to MIEN_VIDEO_HOSTS."
    )


def remove_video(session: Session, services: Services, lesson_id: UUID) -> None:
    """Takes the video away from a lesson; an uploaded file stays among the media."""
    lesson = session.get_one(Lesson, lesson_id)
    lesson.video_url = lesson.video_id = None
    touch(session, services, lesson.course)


def preview(session: Session, text: str, course_id: UUID | None, caller: Caller) -> RenderedText:
    """How a text will look; pictures only of the caller's own course."""
    course = session.get(Course, course_id) if course_id else None
    own = course is not None and course.teacher_id == caller.account
    return RenderedText(
        html=render(text, media_names(session, course.id) if course and own else {})
    )


def _set_questions(
    session: Session, point: KnowledgePoint, drafts: Sequence[QuestionDraft]
) -> None:
    old = {question.id: question for question in point.questions}
    kept = {draft.id for draft in drafts if draft.id}
    if not kept <= set(old):
        raise NotAccepted("A question has an id that is not of this point. Leave the id out.")
    for id_ in set(old) - kept:
        session.delete(old[id_])
    for place, draft in enumerate(drafts):
        fields = draft.model_dump(exclude={"id"})
        question = old.get(draft.id) if draft.id else None
        if question is None:
            session.add(QuizQuestion(point_id=point.id, position=place, **fields))
            continue
        question.position = place
        for name, value in fields.items():
            setattr(question, name, value)
    session.flush()
    session.expire(point, ["questions"])


def _end(rows: Sequence[Ordered]) -> int:
    return max((row.position for row in rows), default=-1) + 1
