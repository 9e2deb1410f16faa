"""Courses as their teachers wrote them, to be edited."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.orm import Session

from mien.server.actions.course_views import existing, video_of
from mien.server.actions.media import views
from mien.server.database.tables import Course, KnowledgePoint, Lesson
from mien.server.schemas.courses import (
    CourseDraft,
    CourseSource,
    LessonDraft,
    LessonSource,
    PointDraft,
    PointSource,
    QuestionDraft,
)


def point_source(point: KnowledgePoint) -> PointSource:
    """A point as its teacher wrote it."""
    draft = PointDraft(
        title=point.title,
        difficulty=point.difficulty,
        body=point.body,
        fuller=point.fuller,
        easier=point.easier,
        story=point.story,
        start_s=point.start_s,
        end_s=point.end_s,
        questions=[
            QuestionDraft(
                id=question.id,
                prompt=question.prompt,
                options=question.options,
                correct=question.correct,
                explanation=question.explanation,
            )
            for question in point.questions
        ],
    )
    return PointSource(id=point.id, version=_version(draft), **draft.model_dump())


def lesson_source(lesson: Lesson) -> LessonSource:
    """A lesson as its teacher wrote it."""
    draft = LessonDraft(title=lesson.title, introduction=lesson.introduction)
    return LessonSource(
        id=lesson.id,
        version=_version(draft),
        **draft.model_dump(),
        video=video_of(lesson),
        points=[point_source(point) for point in lesson.points],
    )


def source(session: Session, course_id: UUID) -> CourseSource:
    """All that the teacher wrote."""
    course = existing(session, course_id)
    return CourseSource(
        id=course.id,
        version=course_version(course),
        **_course_draft(course).model_dump(),
        published=course.published,
        lessons=[lesson_source(lesson) for lesson in course.lessons],
        media=views(session, course_id),
    )


def course_version(course: Course) -> str:
    """Another one after every change of what stands at the course itself."""
    return _version(_course_draft(course))


def _course_draft(course: Course) -> CourseDraft:
    return CourseDraft(
        title=course.title, summary=course.summary, language=course.language, tags=course.tags
    )


def _version(draft: BaseModel) -> str:
    """A digest of all that was written, so that no change can forget to count."""
    return sha256(draft.model_dump_json().encode()).hexdigest()
