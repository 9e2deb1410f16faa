"""Studying: joining, the place where one is, what is finished, answers."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mien.server.access import Caller
from mien.server.actions import erasure
from mien.server.actions.course_views import cards, media_names
from mien.server.database.statements import add_unless_there
from mien.server.database.tables import (
    Consent,
    Course,
    DueAssessment,
    Enrolment,
    KnowledgePoint,
    Lesson,
    PointProgress,
    QuizAnswer,
    QuizQuestion,
)
from mien.server.markdown import render
from mien.server.problems import NotAccepted
from mien.server.schemas.study import Answer, Place, Resume, Study, Verdict
from mien.server.services import Services


def enrol(session: Session, services: Services, caller: Caller, course_id: UUID) -> None:
    """Joins a course; joining twice is joining once."""
    key = {"account_id": caller.account, "course_id": course_id}
    add_unless_there(session, Enrolment, **key, enrolled_at_s=services.now_s())


def leave(session: Session, caller: Caller, course_id: UUID) -> None:
    """Leaves a course; all that was studied, answered, agreed and observed in it goes."""
    erasure.forget(session, caller.account, course_id)
    erasure.forget_calls(session, caller.account, course_id)
    points = select(KnowledgePoint.id).join(Lesson).where(Lesson.course_id == course_id)
    questions = select(QuizQuestion.id).where(QuizQuestion.point_id.in_(points))
    for statement in (
        delete(QuizAnswer).where(QuizAnswer.question_id.in_(questions)),
        delete(PointProgress).where(PointProgress.point_id.in_(points)),
        delete(Consent).where(Consent.course_id == course_id),
        delete(Enrolment).where(Enrolment.course_id == course_id),
    ):
        table = statement.entity_description["entity"]
        session.execute(statement.where(table.account_id == caller.account))


def go_to(
    session: Session, services: Services, caller: Caller, course_id: UUID, place: Place
) -> None:
    """Notes where the learner is, and that the point was opened; the class hears of it.

    Raises:
        NotAccepted: for a point of another course.
    """
    point = session.get(KnowledgePoint, place.point_id)
    if point is None or point.lesson.course_id != course_id:
        raise NotAccepted("This point is not of this course.")
    enrolment = session.get_one(Enrolment, (caller.account, course_id))
    enrolment.point_id, enrolment.video_s = place.point_id, place.video_s
    enrolment.studied_at_s = services.now_s()
    _progress(session, services, caller, place.point_id)
    session.add(
        DueAssessment(account_id=caller.account, course_id=course_id, point_id=place.point_id)
    )


def complete(
    session: Session, services: Services, caller: Caller, point_id: UUID, completed: bool
) -> None:
    """Marks a point as finished, or not; the learner alone decides."""
    row = _progress(session, services, caller, point_id)
    row.completed_at_s = services.now_s() if completed else None


def answer(
    session: Session, services: Services, caller: Caller, question_id: UUID, given: Answer
) -> Verdict:
    """Notes a try and tells what is right.

    Raises:
        NotAccepted: for an option that there is not.
    """
    question = session.get_one(QuizQuestion, question_id)
    if any(index >= len(question.options) for index in given.chosen):
        raise NotAccepted(f"Options go from 0 to {len(question.options) - 1}.")
    correct = set(given.chosen) == set(question.correct)
    session.add(
        QuizAnswer(
            account_id=caller.account,
            question_id=question_id,
            chosen=sorted(set(given.chosen)),
            correct=correct,
            answered_at_s=services.now_s(),
        )
    )
    course_id = question.point.lesson.course_id
    return Verdict(
        correct=correct,
        correct_options=sorted(question.correct),
        explanation_html=render(question.explanation, media_names(session, course_id)),
    )


def studies(session: Session, caller: Caller) -> list[Study]:
    """The courses that the caller studies, last studied first."""
    rows = session.execute(
        select(Enrolment, Course)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.account_id == caller.account)
        .order_by(func.coalesce(Enrolment.studied_at_s, Enrolment.enrolled_at_s).desc())
    ).all()
    done = completed_points(session, caller.account)
    shown = cards(session, caller, [course for _, course in rows])
    return [
        Study(
            course=card,
            enrolled_at_s=enrolment.enrolled_at_s,
            studied_at_s=enrolment.studied_at_s,
            completed_points=done.get(enrolment.course_id, 0),
            resume=_resume(session, enrolment),
        )
        for (enrolment, _), card in zip(rows, shown, strict=True)
    ]


def completed_points(session: Session, account_id: UUID) -> dict[UUID, int]:
    """Finished points by course."""
    rows = session.execute(
        select(Lesson.course_id, func.count())
        .join(KnowledgePoint, KnowledgePoint.lesson_id == Lesson.id)
        .join(PointProgress, PointProgress.point_id == KnowledgePoint.id)
        .where(PointProgress.account_id == account_id, PointProgress.completed_at_s.is_not(None))
        .group_by(Lesson.course_id)
    )
    return {row[0]: row[1] for row in rows}


def _resume(session: Session, enrolment: Enrolment) -> Resume | None:
    point = session.get(KnowledgePoint, enrolment.point_id) if enrolment.point_id else None
    if point is not None:
        return Resume(
            lesson_id=point.lesson_id,
            point_id=point.id,
            point_title=point.title,
            video_s=enrolment.video_s,
        )
    first = session.scalars(
        select(KnowledgePoint)
        .join(Lesson)
        .where(Lesson.course_id == enrolment.course_id)
        .order_by(Lesson.position, KnowledgePoint.position)
        .limit(1)
    ).first()
    if first is None:
        return None
    return Resume(
        lesson_id=first.lesson_id, point_id=first.id, point_title=first.title, video_s=None
    )


def _progress(
    session: Session, services: Services, caller: Caller, point_id: UUID
) -> PointProgress:
    key = {"account_id": caller.account, "point_id": point_id}
    add_unless_there(session, PointProgress, **key, opened_at_s=services.now_s())
    return session.get_one(PointProgress, (caller.account, point_id))
