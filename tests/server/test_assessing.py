"""What the rules make of readings and words, as they come, late, or after a restart."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from mien.server.actions.following import Followings
from mien.server.actions.observations import erase
from mien.server.assessor import Assessor
from mien.server.database.tables import (
    CourseFeeling,
    DueAssessment,
    LearnerStatus,
)
from server.classroom import Classroom
from server.lessons import Taught, account_of, count, status
from server.sending import batch, observed, send, study


def test_states_follow_the_readings(lawful: Classroom, course: Taught) -> None:
    lena = observed(lawful, course)
    study(lawful, lena, course, Assessor(lawful.services), [(4, {"name": "anger"})])
    states = lena.get(f"/api/v1/courses/{course.id}/standing").json()["states"]
    assert states["difficulty"]["state"] == "difficult"
    assert "Convolution" in states["difficulty"]["reason"]
    assert states["focus"]["state"] == "focused"


def test_a_restart_and_batches_out_of_order_change_nothing(
    lawful: Classroom, course: Taught
) -> None:
    """One learner with a steady assessor; one whose assessor forgets all and whose batches
    come two by two, the later first."""
    lena, omar = observed(lawful, course), observed(lawful, course, "omar")
    steady, forgetful = Assessor(lawful.services), Assessor(lawful.services)
    names = ["neutral", "happiness", "anger", "anger", "neutral", "anger", "anger", "neutral"]
    for first, second in zip(names[::2], names[1::2], strict=True):
        lawful.clock.pass_s(20.0)
        now_s = lawful.clock()
        bodies = [
            batch(lawful, course, name, started_at_s=now_s - age_s, sent_at_s=now_s)
            for name, age_s in ((first, 20.0), (second, 10.0))
        ]
        for body in bodies:
            send(lena, body)
        steady.look()
        for body in reversed(bodies):
            send(omar, body)
            forgetful.forget()
            forgetful.look()
    views = [c.get(f"/api/v1/courses/{course.id}/standing").json() for c in (lena, omar)]
    assert views[0]["states"] == views[1]["states"]
    assert set(views[0]["states"]) == {"focus", "difficulty", "engagement", "involvement"}


def test_a_break_begins_a_new_study(lawful: Classroom, course: Taught) -> None:
    lena, assessor = observed(lawful, course), Assessor(lawful.services)
    study(lawful, lena, course, assessor, [(2, {})])
    began_at_s = status(lawful).study_began_at_s
    lawful.clock.pass_s(31 * 60.0)
    study(lawful, lena, course, assessor, [(2, {})])
    assert status(lawful).study_began_at_s == began_at_s + 31 * 60 + 20


def test_what_is_erased_is_not_judged(lawful: Classroom, course: Taught) -> None:
    lena, assessor = observed(lawful, course), Assessor(lawful.services)
    study(lawful, lena, course, assessor, [(3, {"name": "anger"})])
    lawful.clock.pass_s(10)
    send(lena, batch(lawful, course, "anger"))
    with lawful.services.database.writing() as session:
        erase(session, account_of(lawful, "lena"), course.id)
    assert assessor.look() == 0
    assert count(lawful, DueAssessment) == count(lawful, LearnerStatus) == 0
    study(lawful, lena, course, assessor, [(1, {"name": "anger"})])
    states = status(lawful).states
    assert states["difficulty"]["state"] == "no_sign_of_difficulty"


def test_a_look_that_fails_loses_nothing(
    lawful: Classroom, course: Taught, monkeypatch: pytest.MonkeyPatch
) -> None:
    lena, assessor = observed(lawful, course), Assessor(lawful.services)
    study(lawful, lena, course, assessor, [(1, {})])
    lawful.clock.pass_s(10)
    send(lena, batch(lawful, course))

    def broken(*_: object) -> None:
        raise RuntimeError("no")

    with monkeypatch.context() as patch:
        patch.setattr("mien.server.actions.live.draw", broken)
        with pytest.raises(RuntimeError):
            assessor.look()
    assert assessor.look() == 1
    with lawful.services.database.reading() as session:
        assert session.scalars(select(CourseFeeling)).one().known_s == 20.0


def test_a_point_that_goes_while_news_of_it_waits_holds_nothing_up(
    lawful: Classroom, course: Taught
) -> None:
    lena, omar = (observed(lawful, course, name) for name in ("lena", "omar"))
    lawful.clock.pass_s(10)
    send(lena, batch(lawful, course))
    send(omar, batch(lawful, course, point=1))
    deleted = course.teacher.delete(f"/api/v1/points/{course.points[0]}")
    assert deleted.status_code == 204, deleted.text
    assert Assessor(lawful.services).look() == 2
    with lawful.services.database.reading() as session:
        points = {row.point_id for row in session.scalars(select(LearnerStatus))}
        assert points == {None, course.points[1]}


def test_seconds_add_up_over_many_looks(lawful: Classroom, course: Taught) -> None:
    lena, assessor = observed(lawful, course), Assessor(lawful.services)
    pieces = [(2, {}), (1, {"name": "anger"}), (1, {"name": "happiness"}), (1, {"face": False})]
    study(lawful, lena, course, assessor, pieces)
    with lawful.services.database.reading() as session:
        row = session.scalars(select(CourseFeeling)).one()
        found = (row.known_s, row.unread_s, row.engaged_s, row.distress_s)
    assert found == (40.0, 10.0, 10.0, 10.0)


def test_presence_alone_says_nothing_of_how_a_course_feels(
    lawful: Classroom, course: Taught
) -> None:
    lena, assessor = observed(lawful, course), Assessor(lawful.services)
    study(lawful, lena, course, assessor, [(1, {"name": "happiness"}), (3, {"name": None})])
    with lawful.services.database.reading() as session:
        row = session.scalars(select(CourseFeeling)).one()
    assert (row.known_s, row.unread_s, row.engaged_s) == (10.0, 0.0, 10.0)


def test_what_a_learner_says_is_as_good_as_a_camera(lawful: Classroom, course: Taught) -> None:
    lena = lawful.person("lena")
    lena.put(f"/api/v1/courses/{course.id}/enrolment")
    path = f"/api/v1/points/{course.points[0]}/self-report"
    assert lena.post(path, json={"feeling": "puzzled"}).status_code == 204
    assert lena.post(path, json={"feeling": "furious"}).status_code == 422
    Assessor(lawful.services).look()
    view = lena.get(f"/api/v1/courses/{course.id}/standing").json()
    assert view["states"]["difficulty"]["reason"] == "You said that this point is hard."
    assert view["offer"]["kind"] == "difficult"


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.server.actions.following.REMEMBERED", 2)
    kept: Any = Followings()
    learners = [(uuid4(), uuid4()) for _ in range(3)]
    for one in learners:
        kept.put(one, object())
    assert [kept.get(one) is None for one in learners] == [True, False, False]
