"""The live class: drawn from the learners' latest states, groups only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.assessment.live import LearnerNow, class_now
from mien.server.actions import events, help_calls, law
from mien.server.actions.present import Present
from mien.server.actions.thresholds import conduct_of, settings_by_course
from mien.server.database.statements import among
from mien.server.database.tables import (
    ClassSnapshot,
    Course,
    CourseConduct,
    Event,
    KnowledgePoint,
    Lesson,
)
from mien.server.schemas.live import ClassView, TrendPoint
from mien.server.services import Services

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
    conduct_of(session, course_id).live = on
    events.emit(session, events.of_class(course_id), "switch", {"on": on}, services.now_s())


def redraw(
    session: Session, services: Services, present: Mapping[UUID, Sequence[LearnerNow]]
) -> list[Event]:
    """Draws classes, keeps a view now and then; answers with the events that tell of them.

    Args:
        present: who is in each course now.
    """
    off = set(
        session.scalars(
            select(CourseConduct.course_id).where(
                among(session, CourseConduct.course_id, present), CourseConduct.live.is_(False)
            )
        )
    )
    now_s = services.now_s()
    views = draw(session, {c: people for c, people in present.items() if c not in off}, now_s)
    kept = set(
        session.scalars(
            select(ClassSnapshot.course_id).where(
                among(session, ClassSnapshot.course_id, views),
                ClassSnapshot.at_s > now_s - SNAPSHOT_S,
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
        view=_view(session, services, course_id, now_s) if on else None,
        trend=[trend_point(row.view) for row in rows] if on else [],
        help=help_calls.queue(session, course_id),
        affect=law.affect_allowed(session, services.settings).allowed,
    )


def _view(session: Session, services: Services, course_id: UUID, now_s: float) -> dict[str, Any]:
    present = Present().of(session, services.settings, [course_id], now_s)
    return draw(session, present, now_s)[course_id]


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


def draw(
    session: Session, present: Mapping[UUID, Sequence[LearnerNow]], now_s: float
) -> dict[UUID, dict[str, Any]]:
    """The views at a moment, JSON-safe; points by identifier, with their titles."""
    titles = titles_by_course(session, present)
    settings = settings_by_course(session, present)
    return {
        course: {
            **asdict(class_now(present[course], list(titles[course]), settings[course].group)),
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
        course: {}
        for course in session.scalars(select(Course.id).where(among(session, Course.id, courses)))
    }
    query = (
        select(Lesson.course_id, KnowledgePoint.id, KnowledgePoint.title)
        .join(Lesson, KnowledgePoint.lesson_id == Lesson.id)
        .where(among(session, Lesson.course_id, courses))
        .order_by(Lesson.position, KnowledgePoint.position)
    )
    for course, point, title in session.execute(query):
        found[course][str(point)] = title
    return found
