"""The live class: drawn from the learners' latest states, groups only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.assessment.live import LearnerNow, class_now
from mien.observations import LearningState
from mien.server.actions import events, help_calls, law
from mien.server.actions.standing import settings_by_course
from mien.server.database.tables import (
    ClassSnapshot,
    Course,
    CourseConduct,
    Event,
    KnowledgePoint,
    LearnerStatus,
    Lesson,
)
from mien.server.schemas.live import ClassView, TrendPoint
from mien.server.services import Services

#: Without news for so long a learner is no longer in the lesson: three batches.
PRESENT_S: Final = 30.0
#: A drawn view is kept so often; more would be the same again.
SNAPSHOT_S: Final = 10.0
#: What a teacher sees who opens the page in mid-lesson.
TREND_S: Final = 900.0


def is_on(session: Session, course_id: UUID) -> bool:
    """The switch of the live view; on where the teacher has not touched it."""
    conduct = session.get(CourseConduct, course_id)
    return conduct is None or conduct.live


def switch(session: Session, services: Services, course_id: UUID, on: bool) -> None:
    """Turns the live view off or on. Off: nothing is drawn, nothing is kept."""
    conduct = session.get(CourseConduct, course_id)
    if conduct is None:
        conduct = CourseConduct(course_id=course_id, live=on, thresholds={})
        session.add(conduct)
    conduct.live = on
    events.emit(session, events.of_class(course_id), "switch", {"on": on}, services.now_s())


def redraw(session: Session, services: Services, courses: Collection[UUID]) -> list[Event]:
    """Draws classes, keeps a view now and then; answers with the events that tell of them."""
    off = set(
        session.scalars(
            select(CourseConduct.course_id).where(
                CourseConduct.course_id.in_(courses), CourseConduct.live.is_(False)
            )
        )
    )
    now_s = services.now_s()
    views = draw(session, [course for course in courses if course not in off], now_s)
    kept = set(
        session.scalars(
            select(ClassSnapshot.course_id).where(
                ClassSnapshot.course_id.in_(views), ClassSnapshot.at_s > now_s - SNAPSHOT_S
            )
        )
    )
    session.add_all(
        ClassSnapshot(course_id=course, at_s=now_s, view=view)
        for course, view in views.items()
        if course not in kept
    )
    return [
        Event(topic=events.of_class(course), at_s=now_s, kind="class", payload=view)
        for course, view in views.items()
    ]


def anybody(session: Session, course_id: UUID, now_s: float) -> bool:
    """Whether data of any learner came lately."""
    query = select(LearnerStatus.account_id).where(
        LearnerStatus.course_id == course_id, LearnerStatus.seen_at_s > now_s - PRESENT_S
    )
    return session.scalars(query.limit(1)).first() is not None


def read(session: Session, services: Services, course_id: UUID) -> ClassView:
    """The class now, its last minutes, and who calls for help."""
    on, now_s = is_on(session, course_id), services.now_s()
    rows = session.scalars(
        select(ClassSnapshot)
        .where(ClassSnapshot.course_id == course_id, ClassSnapshot.at_s > now_s - TREND_S)
        .order_by(ClassSnapshot.at_s)
    )
    return ClassView(
        on=on,
        view=draw(session, [course_id], now_s)[course_id] if on else None,
        trend=[trend_point(row.view) for row in rows] if on else [],
        help=help_calls.queue(session, course_id),
        affect=law.affect_allowed(session, services.settings).allowed,
    )


def trend_point(view: Mapping[str, Any]) -> TrendPoint:
    """The five figures of a kept view; None where withheld."""

    def share(name: str) -> float | None:
        figure = view[name]
        if figure is None or figure["part"] is None or not figure["whole"]:
            return None
        return float(figure["part"]) / float(figure["whole"])

    return TrendPoint(
        at_s=view["at_s"],
        present=view["present"],
        focus=share("focus"),
        engagement=view["engagement"],
        difficulty=share("difficulty"),
        unknown=view["unknown"],
        point=_busiest(view),
    )


def _busiest(view: Mapping[str, Any]) -> str:
    told = [row for row in view["points"] if row["people"]]
    return max(told, key=lambda row: int(row["people"]))["knowledge_point"] if told else ""


def draw(session: Session, courses: Collection[UUID], now_s: float) -> dict[UUID, dict[str, Any]]:
    """The views at a moment, JSON-safe; points by identifier, with their titles."""
    titles = titles_by_course(session, courses)
    settings = settings_by_course(session, courses)
    learners: dict[UUID, list[LearnerNow]] = {course: [] for course in titles}
    for course, point_id, states in session.execute(
        select(LearnerStatus.course_id, LearnerStatus.point_id, LearnerStatus.states).where(
            LearnerStatus.course_id.in_(courses), LearnerStatus.seen_at_s > now_s - PRESENT_S
        )
    ):
        found = {rule: _state(rule, row) for rule, row in states.items()}
        learners[course].append(LearnerNow(str(point_id or "-"), found))
    return {
        course: {
            **asdict(class_now(learners[course], list(titles[course]), settings[course].group)),
            "at_s": now_s,
            "titles": titles[course],
        }
        for course in titles
    }


def titles_of(session: Session, course_id: UUID) -> dict[str, str]:
    """The points of one course in their order: identifier -> title."""
    return titles_by_course(session, [course_id]).get(course_id, {})


def titles_by_course(session: Session, courses: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """The points of courses in their order: identifier -> title."""
    found: dict[UUID, dict[str, str]] = {
        course: {} for course in session.scalars(select(Course.id).where(Course.id.in_(courses)))
    }
    query = (
        select(Lesson.course_id, KnowledgePoint.id, KnowledgePoint.title)
        .join(Lesson, KnowledgePoint.lesson_id == Lesson.id)
        .where(Lesson.course_id.in_(courses))
        .order_by(Lesson.position, KnowledgePoint.position)
    )
    for course, point, title in session.execute(query):
        found[course][str(point)] = title
    return found


def _state(rule: str, row: dict[str, Any]) -> LearningState:
    return LearningState(
        rule=rule,
        state=row["state"],
        start_s=row["start_s"],
        end_s=row["end_s"],
        person_id=None,
        value=row["value"],
        counts=row["counts"],
        unknown_share=row["unknown_share"],
        reason=row["reason"],
        knowledge_point=row["point"],
    )
