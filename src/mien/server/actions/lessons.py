"""Writing lessons, and which video is over them."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.orm import Session

from mien.server.actions.course_index import touch
from mien.server.actions.course_sources import lesson_source
from mien.server.actions.writing import (
    course_in_writing,
    end_of,
    lesson_in_writing,
    refuse_empty,
    refuse_stale,
)
from mien.server.database.tables import Lesson
from mien.server.problems import Conflict, NotAccepted
from mien.server.schemas.courses import LessonChange, LessonDraft, LessonSource
from mien.server.services import Services
from mien.server.settings import Settings

#: Of one course, so that one request cannot ask for everything there is.
MAX_LESSONS = 200


def add_lesson(
    session: Session, services: Services, course_id: UUID, draft: LessonDraft
) -> LessonSource:
    """A lesson at the end."""
    course = course_in_writing(session, course_id)
    if len(course.lessons) >= MAX_LESSONS:
        raise Conflict(f"A course has at most {MAX_LESSONS} lessons.")
    lesson = Lesson(course_id=course_id, position=end_of(course.lessons), **draft.model_dump())
    session.add(lesson)
    session.flush()
    session.expire(course)
    touch(session, services, course)
    return lesson_source(lesson)


def change_lesson(
    session: Session, services: Services, lesson_id: UUID, draft: LessonChange
) -> LessonSource:
    """Sets what the draft holds.

    Raises:
        ChangedSince: the lesson is not the one that was changed.
    """
    lesson = lesson_in_writing(session, lesson_id)
    refuse_stale(draft.version, lesson_source(lesson).version)
    lesson.title, lesson.introduction = draft.title, draft.introduction
    touch(session, services, lesson.course)
    return lesson_source(lesson)


def remove_lesson(session: Session, services: Services, lesson_id: UUID) -> None:
    """Deletes a lesson and its points."""
    lesson = lesson_in_writing(session, lesson_id)
    course = lesson.course
    session.delete(lesson)
    session.flush()
    session.expire(course)
    refuse_empty(course)
    touch(session, services, course)


def set_video_address(
    session: Session, services: Services, lesson_id: UUID, url: str
) -> LessonSource:
    """Points a lesson to a video elsewhere. The server never fetches it.

    Raises:
        NotAccepted: for a host that the deployment does not name.
    """
    refuse_address(services.settings, url)
    lesson = lesson_in_writing(session, lesson_id)
    lesson.video_url, lesson.video_id = url, None
    touch(session, services, lesson.course)
    return lesson_source(lesson)


def set_video_file(
    session: Session, services: Services, lesson_id: UUID, media_id: UUID
) -> LessonSource:
    """Makes an uploaded video that of a lesson."""
    lesson = lesson_in_writing(session, lesson_id)
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
    lesson = lesson_in_writing(session, lesson_id)
    lesson.video_url = lesson.video_id = None
    touch(session, services, lesson.course)
