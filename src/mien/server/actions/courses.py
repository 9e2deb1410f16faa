"""Writing courses: what teachers do to them as a whole."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from mien.server.access import Caller
from mien.server.actions import audit, erasure
from mien.server.actions.course_index import touch
from mien.server.actions.course_sources import course_version
from mien.server.actions.course_views import media_names
from mien.server.actions.writing import course_in_writing, refuse_stale
from mien.server.database.tables import Course
from mien.server.markdown import rendered
from mien.server.problems import Conflict, NotAccepted
from mien.server.schemas.courses import CourseChange, CourseDraft, CourseOrder, RenderedText
from mien.server.services import Services


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


def change(session: Session, services: Services, course_id: UUID, draft: CourseChange) -> None:
    """Sets what the draft holds.

    Raises:
        ChangedSince: the course is not the one that was changed.
    """
    course = course_in_writing(session, course_id)
    refuse_stale(draft.version, course_version(course))
    for name, value in draft.model_dump(exclude={"version"}).items():
        setattr(course, name, value)
    touch(session, services, course)


def publish(
    session: Session, services: Services, caller: Caller, course_id: UUID, published: bool
) -> None:
    """Lets learners find the course, or hides it from those who have not joined.

    Raises:
        Conflict: for a course without a knowledge point.
    """
    course = course_in_writing(session, course_id)
    if published and not any(lesson.points for lesson in course.lessons):
        raise Conflict("A course needs at least one knowledge point to be published.")
    course.published = published
    touch(session, services, course)
    action = "course.publish" if published else "course.withdraw"
    audit.record(session, services, caller.account, action, course_id)


def remove(session: Session, services: Services, caller: Caller, course_id: UUID) -> None:
    """Deletes the course with all that hangs on it; ``media.sweep`` and
    ``erasure.overwrite`` are due afterwards, outside the transaction."""
    erasure.delete_course(session, course_in_writing(session, course_id))
    audit.record(session, services, caller.account, "course.delete", course_id)


def reorder(session: Session, services: Services, course_id: UUID, order: CourseOrder) -> None:
    """Puts lessons and points in a new order.

    Raises:
        NotAccepted: unless every lesson and point of the course is in it once.
    """
    course = course_in_writing(session, course_id)
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


def preview(session: Session, text: str, course_id: UUID | None, caller: Caller) -> RenderedText:
    """How a text will look; pictures only of the caller's own course."""
    course = session.get(Course, course_id) if course_id else None
    own = course is not None and course.teacher_id == caller.account
    made = rendered(text, media_names(session, course.id) if course and own else {})
    return RenderedText(html=made.html, problems=list(made.problems))
