"""What to study next, each with its reason: similar courses or the same instructor's, from
the preference assessment (systems.md §2, assessment 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.assessment.rules.preference import PREFERRED, Matter, Ranked, compare
from mien.assessment.settings import PreferenceSettings
from mien.server.access import Caller
from mien.server.actions import consent
from mien.server.actions.course_views import cards
from mien.server.actions.study import completed_points
from mien.server.database.tables import Account, Course, CourseFeeling, Enrolment
from mien.server.schemas.study import Recommendation
from mien.server.services import Services

#: As many as fit on a page without looking for the best among them.
MOST: Final = 6
#: Courses looked at; the newest.
POOL: Final = 500
#: Jaccard index of tags from which two courses are called similar (our choice: one of two
#: tags each in common is 1/3).
SIMILAR: Final = 0.3


@dataclass(frozen=True)
class Liked:
    """A course that the learner does well with, and how that is known."""

    course: Course
    reason: str


def recommend(session: Session, services: Services, caller: Caller) -> list[Recommendation]:
    """Courses that the caller does not study yet, best reason first."""
    studied = list(
        session.scalars(
            select(Course)
            .join(Enrolment, Enrolment.course_id == Course.id)
            .where(Enrolment.account_id == caller.account)
        )
    )
    known = {course.id for course in studied}
    pool = [
        course
        for course in session.scalars(
            select(Course)
            .where(Course.published, Course.teacher_id != caller.account)
            .order_by(Course.changed_at_s.desc())
            .limit(POOL)
        )
        if course.id not in known
    ]
    liked = _preferred(session, services, caller, studied) or _furthest(session, caller, studied)
    reasons = [(course, _reason(session, course, liked)) for course in pool]
    reasons.sort(key=lambda found: -found[1][0])
    chosen = reasons[:MOST]
    shown = cards(session, caller, [course for course, _ in chosen])
    return [
        Recommendation(course=card, reason=text)
        for card, (_, (_, text)) in zip(shown, chosen, strict=True)
    ]


def matters(
    feelings: Sequence[CourseFeeling], courses: dict[UUID, Course], names: dict[UUID, str]
) -> list[Matter]:
    """What the preference rule compares, all days together; the identifier stands for the
    title, which two courses may share."""
    days: dict[UUID, list[CourseFeeling]] = {}
    for row in feelings:
        if row.course_id in courses:
            days.setdefault(row.course_id, []).append(row)
    return [
        Matter(
            title=str(course_id),
            engaged_s=sum(row.engaged_s for row in rows),
            distress_s=sum(row.distress_s for row in rows),
            known_s=sum(row.known_s for row in rows),
            unread_s=sum(row.unread_s for row in rows),
            instructor=names.get(courses[course_id].teacher_id, ""),
        )
        for course_id, rows in days.items()
    ]


def _preferred(
    session: Session, services: Services, caller: Caller, studied: Sequence[Course]
) -> Liked | None:
    """Of the courses in which expressions may be read now: what was read of them while it
    was allowed is not used after that."""
    mine = [(caller.account, course.id) for course in studied]
    affect = consent.affect_of(session, services.settings, mine)
    courses = {c.id: c for c in studied if (caller.account, c.id) in affect}
    rows = session.scalars(
        select(CourseFeeling).where(CourseFeeling.account_id == caller.account)
    ).all()
    ranked: tuple[Ranked, ...] = compare(matters(rows, courses, {}), PreferenceSettings())
    best = next((r for r in ranked if r.state == PREFERRED), None)
    if best is None:
        return None
    course = courses[UUID(best.matter.title)]
    return Liked(course, f"{course.title} seems to suit you best. {best.reason}")


def _furthest(session: Session, caller: Caller, studied: Sequence[Course]) -> Liked | None:
    done = completed_points(session, caller.account)
    best = max(studied, key=lambda course: done.get(course.id, 0), default=None)
    if best is None or not done.get(best.id):
        return None
    return Liked(best, f"You are furthest in {best.title}.")


def _reason(session: Session, course: Course, liked: Liked | None) -> tuple[float, str]:
    """How strong the reason is (0 to 2), and its words."""
    if liked is None:
        return 0.0, "New here; nothing is known yet of what suits you."
    alike = similarity(course.tags, liked.course.tags)
    same = course.teacher_id == liked.course.teacher_id
    if alike >= SIMILAR:
        shared = ", ".join(sorted(set(course.tags) & set(liked.course.tags)))
        return 1 + alike, f"Similar ({shared}). {liked.reason}"
    if same:
        teacher = session.get_one(Account, course.teacher_id)
        return 1.0, f"By the same instructor, {teacher.name}. {liked.reason}"
    return 0.0, "Another subject, for a change."


def similarity(first: Sequence[str], second: Sequence[str]) -> float:
    """Jaccard index of two sets of tags, 0 to 1; 0 for two empty ones."""
    together = set(first) | set(second)
    return len(set(first) & set(second)) / len(together) if together else 0.0
