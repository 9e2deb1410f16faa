"""Writing knowledge points and their questions."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mien.server.actions.course_index import touch
from mien.server.actions.course_sources import point_source
from mien.server.actions.writing import (
    end_of,
    lesson_in_writing,
    point_in_writing,
    refuse_empty,
    refuse_stale,
)
from mien.server.database.tables import KnowledgePoint, Lesson, QuizAnswer, QuizQuestion
from mien.server.problems import Conflict, NotAccepted
from mien.server.schemas.courses import PointChange, PointDraft, PointSource, QuestionDraft
from mien.server.services import Services

#: Of one course, so that one request cannot ask for everything there is.
MAX_POINTS = 500


def add_point(
    session: Session, services: Services, lesson_id: UUID, draft: PointDraft
) -> PointSource:
    """A point at the end of a lesson."""
    lesson = lesson_in_writing(session, lesson_id)
    count = select(func.count()).select_from(KnowledgePoint).join(Lesson)
    if (session.scalar(count.where(Lesson.course_id == lesson.course_id)) or 0) >= MAX_POINTS:
        raise Conflict(f"A course has at most {MAX_POINTS} knowledge points.")
    fields = draft.model_dump(exclude={"questions"})
    point = KnowledgePoint(lesson_id=lesson_id, position=end_of(lesson.points), **fields)
    session.add(point)
    session.flush()
    _set_questions(session, point, draft.questions)
    session.expire(lesson)
    touch(session, services, lesson.course)
    return point_source(point)


def change_point(
    session: Session, services: Services, point_id: UUID, draft: PointChange
) -> PointSource:
    """Sets what the draft holds; questions that it leaves out are deleted.

    Raises:
        ChangedSince: the point is not the one that was changed.
    """
    point = point_in_writing(session, point_id)
    refuse_stale(draft.version, point_source(point).version)
    for name, value in draft.model_dump(exclude={"questions", "version"}).items():
        setattr(point, name, value)
    _set_questions(session, point, draft.questions)
    touch(session, services, point.lesson.course)
    return point_source(point)


def remove_point(session: Session, services: Services, point_id: UUID) -> None:
    """Deletes a point, its questions and their answers."""
    point = point_in_writing(session, point_id)
    lesson = point.lesson
    session.delete(point)
    session.flush()
    session.expire(lesson)
    refuse_empty(lesson.course)
    touch(session, services, lesson.course)


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
        if (question.options, question.correct) != (draft.options, draft.correct):
            _judge_again(session, question, draft)
        for name, value in fields.items():
            setattr(question, name, value)
    session.flush()
    session.expire(point, ["questions"])


def _judge_again(session: Session, question: QuizQuestion, draft: QuestionDraft) -> None:
    """What was answered follows the key: whoever was right by the mended one was right."""
    now = moved(question.options, draft.options)
    for given in session.scalars(select(QuizAnswer).where(QuizAnswer.question_id == question.id)):
        places = [now[i] for i in given.chosen if i < len(now)]
        given.chosen = sorted(place for place in places if place is not None)
        given.correct = None not in places and set(places) == set(draft.correct)


def moved(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """Where each of the old options stands among the new ones: where the same words stand,
    else in its own place if that holds other words now; None: it is gone."""
    places: list[int | None] = [None] * len(old)
    free = set(range(len(new)))
    for same in (True, False):
        for i, words in enumerate(old):
            here = [j for j in sorted(free) if (new[j] == words if same else j == i)]
            # In its own place first: the same words may stand twice.
            found = i if i in here else next(iter(here), None)
            if places[i] is None and found is not None:
                places[i] = found
                free.remove(found)
    return places
