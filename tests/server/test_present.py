"""Who is in a lesson: the rows say who, memory may say how."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from mien.server.actions.news import Status
from mien.server.actions.observations import erase
from mien.server.actions.present import PRESENT_S, Present
from mien.server.assessor import Assessor
from mien.server.database.tables import LearnerStatus
from server.classroom import Classroom
from server.lessons import Taught, account_of, taught_course
from server.sending import observed, study


def people(classroom: Classroom, course: Taught, present: Present) -> list[str]:
    """The points of everyone who is there."""
    with classroom.services.database.reading() as session:
        found = present.of(session, classroom.services.settings, [course.id], classroom.clock())
    return sorted(who.knowledge_point for who in found[course.id])


def test_rows_are_read_where_nothing_is_remembered(lawful: Classroom) -> None:
    course = taught_course(lawful)
    study(lawful, observed(lawful, course), course, Assessor(lawful.services), [(3, {})])
    assert people(lawful, course, Present()) == [str(course.points[0])]


def test_what_is_remembered_is_used_only_while_it_is_what_was_stored(lawful: Classroom) -> None:
    course = taught_course(lawful)
    study(lawful, observed(lawful, course), course, Assessor(lawful.services), [(3, {})])
    present, lena, other = Present(), account_of(lawful, "lena"), UUID(int=7)
    present.saw((lena, course.id), Status(lawful.clock(), lawful.clock(), other))
    assert people(lawful, course, present) == [str(other)]  # of the time that the row says
    with lawful.services.database.writing() as session:
        session.execute(update(LearnerStatus).values(seen_at_s=lawful.clock() - 1.0))
    assert people(lawful, course, present) == [str(course.points[0])]


def test_who_left_or_was_erased_is_forgotten(lawful: Classroom) -> None:
    course = taught_course(lawful)
    lena, omar = (observed(lawful, course, name) for name in ("lena", "omar"))
    assessor, present = Assessor(lawful.services), Present()
    study(lawful, omar, course, assessor, [(1, {})])
    study(lawful, lena, course, assessor, [(1, {})])
    assert len(people(lawful, course, present)) == 2
    with lawful.services.database.writing() as session:
        erase(session, account_of(lawful, "lena"), course.id)
    assert len(people(lawful, course, present)) == 1
    lawful.clock.pass_s(PRESENT_S)
    assert people(lawful, course, present) == []
