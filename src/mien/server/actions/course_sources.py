"""Courses as their teachers wrote them, to be edited."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from mien.server.actions.course_views import existing, video_of
from mien.server.actions.media import views
from mien.server.database.tables import KnowledgePoint, Lesson
from mien.server.schemas.courses import (
    CourseSource,
    LessonSource,
    PointSource,
    QuestionDraft,
)


def point_source(point: KnowledgePoint) -> PointSource:
    """A point as its teacher wrote it."""
    return PointSource(
        id=point.id,
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


def lesson_source(lesson: Lesson) -> LessonSource:
    """A lesson as its teacher wrote it."""
    return LessonSource(
        id=lesson.id,
        title=lesson.title,
        introduction=lesson.introduction,
        video=video_of(lesson),
        points=[point_source(point) for point in lesson.points],
    )


def source(session: Session, course_id: UUID) -> CourseSource:
    """All that the teacher wrote."""
    course = existing(session, course_id)
    return CourseSource(
        id=course.id,
        title=course.title,
        summary=course.summary,
        language=course.language,
        tags=course.tags,
        published=course.published,
        lessons=[lesson_source(lesson) for lesson in course.lessons],
        media=views(session, course_id),
    )
