"""Two who write in one course at the same instant: on PostgreSQL there are several writers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from mien.server.access import Caller
from mien.server.actions import courses, lessons, live, points, study, thresholds
from mien.server.database.tables import Lesson
from mien.server.permissions import Role
from mien.server.schemas.courses import LessonDraft, PointChange
from server.classroom import Classroom
from server.lessons import account_of
from server.teaching import API, Taught, done, point, problem, teach
from server.test_at_once import at_once

COURSE = {"title": "Renamed", "summary": "", "language": "en", "tags": []}
WRITING: list[tuple[str, str, dict[str, Any] | None]] = [
    ("PUT", "/courses/{course}", COURSE),
    ("DELETE", "/courses/{course}", None),
    ("PUT", "/courses/{course}/publication", {"published": True}),
    ("PUT", "/courses/{course}/order", {"lessons": []}),
    ("POST", "/courses/{course}/lessons", {"title": "Another"}),
    ("PUT", "/lessons/{lesson}", {"title": "Renamed"}),
    ("DELETE", "/lessons/{lesson}", None),
    ("DELETE", "/lessons/{lesson}/video", None),
    ("POST", "/lessons/{lesson}/points", point()),
    ("PUT", "/points/{point}", point()),
    ("DELETE", "/points/{point}", None),
]


@pytest.mark.parametrize(("method", "place", "body"), WRITING)
def test_who_writes_in_what_is_being_deleted_is_told(
    postgresql_classroom: Classroom, method: str, place: str, body: dict[str, Any] | None
) -> None:
    room = postgresql_classroom
    theo = room.person("theo", "teacher")
    course = teach(theo)
    owner = Caller(Role.TEACHER, "", account_of(room, "theo"))
    path = place.format(course=course.id, lesson=course.lessons[0], point=course.points[0])
    answer = at_once(
        room,
        lambda session: courses.remove(session, room.services, owner, course.uuid),
        lambda: theo.request(method, f"{API}{path}", json=body),
    )
    problem(answer, 404)


def test_of_two_lessons_each_has_a_place_of_its_own(postgresql_classroom: Classroom) -> None:
    room = postgresql_classroom
    theo = room.person("theo", "teacher")
    course = teach(theo)
    draft = LessonDraft(title="Second")
    answer = at_once(
        room,
        lambda session: lessons.add_lesson(session, room.services, course.uuid, draft),
        lambda: theo.post(f"{course.url}/lessons", json={"title": "Third"}),
    )
    done(answer, 201)
    with room.services.database.reading() as session:
        of_course = select(Lesson).where(Lesson.course_id == course.uuid).order_by(Lesson.position)
        places = [(o.position, o.title) for o in session.scalars(of_course)]
    assert places == [(0, "Lesson 1"), (1, "Second"), (2, "Third")]


def test_whoever_does_a_thing_twice_at_once_has_done_it_once(
    postgresql_classroom: Classroom,
) -> None:
    room = postgresql_classroom
    theo, anna = room.person("theo", "teacher"), room.person("anna")
    course = teach(theo)
    caller = Caller(Role.LEARNER, "", account_of(room, "anna"))
    joined = at_once(
        room,
        lambda session: study.enrol(session, room.services, caller, course.uuid),
        lambda: anna.put(f"{course.url}/enrolment"),
    )
    done(joined, 204)
    first = UUID(course.points[0])
    finished = at_once(
        room,
        lambda session: study.complete(session, room.services, caller, first, True),
        lambda: anna.put(f"{API}/points/{first}/completion", json={"completed": True}),
    )
    done(finished, 204)
    switched = at_once(
        room,
        lambda session: thresholds.conduct_of(session, course.uuid),
        lambda: theo.put(f"{course.url}/live", json={"on": False}),
    )
    done(switched, 204)
    assert live_is_on(room, course) is False


def live_is_on(room: Classroom, course: Taught) -> bool:
    with room.services.database.reading() as session:
        return live.is_on(session, course.uuid)


def test_of_two_changes_of_a_point_the_second_knows_of_the_first(
    postgresql_classroom: Classroom,
) -> None:
    room = postgresql_classroom
    theo = room.person("theo", "teacher")
    course = teach(theo)
    read = done(theo.get(f"{course.url}/source"))["lessons"][0]["points"][0]
    read.pop("id")
    change = PointChange.model_validate(read | {"body": "First."})
    answer = at_once(
        room,
        lambda session: points.change_point(session, room.services, UUID(course.points[0]), change),
        lambda: theo.put(f"{API}/points/{course.points[0]}", json=read | {"body": "Second."}),
    )
    problem(answer, 409)
    kept = done(theo.get(f"{course.url}/source"))["lessons"][0]["points"][0]
    assert kept["body"] == "First."
