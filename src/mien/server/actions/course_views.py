"""Courses as they are read: lists, outlines, lessons in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from mien.server.access import Caller
from mien.server.actions.media import address
from mien.server.database.tables import (
    Account,
    Course,
    Enrolment,
    KnowledgePoint,
    Lesson,
    Media,
    PointProgress,
    QuizAnswer,
    QuizQuestion,
)
from mien.server.folding import folded
from mien.server.markdown import MEDIA_PATH, render
from mien.server.permissions import Role
from mien.server.problems import NotFound
from mien.server.schemas.courses import (
    CourseCard,
    CourseView,
    LessonOutline,
    LessonView,
    OptionView,
    PersonView,
    PointOutline,
    PointView,
    QuestionView,
    VideoView,
)

#: Courses that a search answers with.
PAGE = 50
#: Of one's own, which are not searched for but looked through: more than anybody writes.
MOST_OWN = 1000


@dataclass(frozen=True)
class Progress:
    """The points that a learner opened and finished."""

    opened: frozenset[UUID]
    completed: frozenset[UUID]


def search(
    session: Session, caller: Caller, query: str = "", tag: str = "", mine: bool = False
) -> list[CourseCard]:
    """Courses that hold every word of the query; those with it in the title come first.

    Args:
        mine: the caller's own courses, published or not; otherwise all published ones.
            Administrators find every course.
    """
    wanted = select(Course).join(Account)
    if mine:
        wanted = wanted.where(Course.teacher_id == caller.account)
    elif caller.role is not Role.ADMINISTRATOR:
        wanted = wanted.where(or_(Course.published, Course.teacher_id == caller.account))
    words = folded(query.replace("\0", "")).split()
    for word in words:
        wanted = wanted.where(Course.search_text.contains(word, autoescape=True))
    most, looked_at = (MOST_OWN, MOST_OWN) if mine else (PAGE, PAGE * 10)
    found = list(session.scalars(wanted.order_by(Course.changed_at_s.desc()).limit(looked_at)))
    if tag:
        found = [course for course in found if folded(tag) in map(folded, course.tags)]
    found.sort(key=lambda c: not all(word in folded(c.title) for word in words))
    return cards(session, caller, found[:most])


def cards(session: Session, caller: Caller, courses: Sequence[Course]) -> list[CourseCard]:
    """The cards of courses, in their order, with three queries in all."""
    ids = [course.id for course in courses]
    rows = session.execute(
        select(Lesson.course_id, func.count(), func.avg(KnowledgePoint.difficulty))
        .join(KnowledgePoint)
        .where(Lesson.course_id.in_(ids))
        .group_by(Lesson.course_id)
    )
    figures = {id_: (count, float(mean)) for id_, count, mean in rows}
    teachers = {
        account.id: PersonView(id=account.id, name=account.name)
        for account in session.scalars(
            select(Account).where(Account.id.in_({course.teacher_id for course in courses}))
        )
    }
    enrolled = set(
        session.scalars(
            select(Enrolment.course_id).where(
                Enrolment.account_id == caller.account, Enrolment.course_id.in_(ids)
            )
        )
    )
    return [
        _card(course, caller, teachers[course.teacher_id], figures, course.id in enrolled)
        for course in courses
    ]


def outline(session: Session, caller: Caller, course_id: UUID) -> CourseView:
    """A course with its table of contents and the caller's progress."""
    course = existing(session, course_id)
    lessons = session.scalars(
        select(Lesson)
        .where(Lesson.course_id == course_id)
        .order_by(Lesson.position)
        .options(selectinload(Lesson.points))
    ).all()
    progress = progress_of(session, caller.account, [p.id for o in lessons for p in o.points])
    (card,) = cards(session, caller, [course])
    return CourseView(
        **card.model_dump(),
        lessons=[
            LessonOutline(
                id=lesson.id,
                title=lesson.title,
                has_video=video_of(lesson) is not None,
                points=[_point_outline(point, progress) for point in lesson.points],
            )
            for lesson in lessons
        ],
    )


def lesson_in_full(session: Session, caller: Caller, lesson_id: UUID) -> LessonView:
    """A lesson with all its points, as HTML."""
    lesson = session.scalars(
        select(Lesson)
        .where(Lesson.id == lesson_id)
        .options(selectinload(Lesson.points).selectinload(KnowledgePoint.questions))
    ).one()
    media = media_names(session, lesson.course_id)
    progress = progress_of(session, caller.account, [point.id for point in lesson.points])
    last = _last_answers(session, caller.account, lesson.points)
    return LessonView(
        id=lesson.id,
        course_id=lesson.course_id,
        title=lesson.title,
        introduction_html=render(lesson.introduction, media),
        video=video_of(lesson),
        points=[_point(point, media, progress, last) for point in lesson.points],
    )


def progress_of(session: Session, account_id: UUID, points: Iterable[UUID]) -> Progress:
    """What the learner opened and finished of some points."""
    rows = session.scalars(
        select(PointProgress).where(
            PointProgress.account_id == account_id, PointProgress.point_id.in_(list(points))
        )
    ).all()
    return Progress(
        frozenset(row.point_id for row in rows),
        frozenset(row.point_id for row in rows if row.completed_at_s is not None),
    )


def media_names(session: Session, course_id: UUID) -> dict[str, str]:
    """Name -> address of the files of a course."""
    rows = session.execute(
        select(Media.name, Media.id, Media.sha256).where(Media.course_id == course_id)
    )
    return {name: address(media_id, sha256) for name, media_id, sha256 in rows}


def video_of(lesson: Lesson) -> VideoView | None:
    """Where the video of a lesson is, None without one."""
    if lesson.video_id is not None:
        return VideoView(url=f"{MEDIA_PATH}{lesson.video_id}", uploaded=True)
    return VideoView(url=lesson.video_url, uploaded=False) if lesson.video_url else None


def existing(session: Session, course_id: UUID) -> Course:
    """The course. Raises NotFound."""
    course = session.get(Course, course_id)
    if course is None:
        raise NotFound("There is no such course.")
    return course


def _card(
    course: Course,
    caller: Caller,
    teacher: PersonView,
    figures: Mapping[UUID, tuple[int, float]],
    enrolled: bool,
) -> CourseCard:
    points, difficulty = figures.get(course.id, (0, None))
    return CourseCard(
        id=course.id,
        title=course.title,
        summary_html=render(course.summary),
        language=course.language,
        tags=course.tags,
        teacher=teacher,
        published=course.published,
        own=course.teacher_id == caller.account_id,
        enrolled=enrolled,
        points=points,
        difficulty=difficulty,
        changed_at_s=course.changed_at_s,
    )


def _point_outline(point: KnowledgePoint, progress: Progress) -> PointOutline:
    return PointOutline(
        id=point.id,
        title=point.title,
        difficulty=point.difficulty,
        start_s=point.start_s,
        end_s=point.end_s,
        opened=point.id in progress.opened,
        completed=point.id in progress.completed,
    )


def _point(
    point: KnowledgePoint,
    media: Mapping[str, str],
    progress: Progress,
    last: Mapping[UUID, bool],
) -> PointView:
    return PointView(
        **_point_outline(point, progress).model_dump(),
        body_html=render(point.body, media),
        fuller_html=render(point.fuller, media),
        easier_html=render(point.easier, media),
        story_html=render(point.story, media),
        questions=[_question(question, media, last) for question in point.questions],
    )


def _question(
    question: QuizQuestion, media: Mapping[str, str], last: Mapping[UUID, bool]
) -> QuestionView:
    return QuestionView(
        id=question.id,
        prompt_html=render(question.prompt, media),
        options=[OptionView(html=render(option, media)) for option in question.options],
        several=len(question.correct) > 1,
        answered_correctly=last.get(question.id),
    )


def _last_answers(
    session: Session, account_id: UUID, points: Iterable[KnowledgePoint]
) -> dict[UUID, bool]:
    ids = [question.id for point in points for question in point.questions]
    rows = session.execute(
        select(QuizAnswer.question_id, QuizAnswer.correct)
        .where(QuizAnswer.account_id == account_id, QuizAnswer.question_id.in_(ids))
        .order_by(QuizAnswer.answered_at_s)
    )
    return {row[0]: row[1] for row in rows}
