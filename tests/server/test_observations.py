"""Batches of readings: taken once, from those who may, and judged."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from mien.server.actions.following import Followings
from mien.server.actions.observations import erase
from mien.server.assessor import Assessor
from mien.server.database.tables import (
    CourseFeeling,
    DueAssessment,
    LearnerStatus,
    LegalBasis,
    ObservationBatch,
)
from server.classroom import Classroom
from server.lessons import Taught, account_of, reading, taught_course
from server.sending import agree, batch, observed, send, study


@pytest.fixture
def course(lawful: Classroom) -> Taught:
    return taught_course(lawful)


def count(classroom: Classroom, table: Any) -> int:
    with classroom.services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def status(classroom: Classroom) -> LearnerStatus:
    with classroom.services.database.reading() as session:
        return session.scalars(select(LearnerStatus)).one()


def test_a_batch_counts_once_however_often_it_comes(lawful: Classroom, course: Taught) -> None:
    lena = observed(lawful, course)
    body = batch(lawful, course)
    answers = [send(lena, body) for _ in range(3)]
    assert [a.status_code for a in answers] == [202, 202, 202]
    assert [a.json()["duplicate"] for a in answers] == [False, True, True]
    assessor = Assessor(lawful.services)
    assert [assessor.look(), assessor.look()] == [1, 0]
    send(lena, body)
    assert assessor.look() == 0
    with lawful.services.database.reading() as session:
        assert session.scalars(select(CourseFeeling)).one().known_s == 10.0
    assert count(lawful, ObservationBatch) == 1


def test_two_learners_may_send_the_same_identifier(lawful: Classroom, course: Taught) -> None:
    body = batch(lawful, course)
    for name in ("lena", "omar"):
        assert send(observed(lawful, course, name), body).json() == {"duplicate": False}


@pytest.mark.parametrize("wrong_s", [-5 * 3600.0, 7 * 3600.0])
def test_a_clock_that_is_wrong_by_hours_moves_nothing(
    lawful: Classroom, course: Taught, wrong_s: float
) -> None:
    lena = observed(lawful, course)
    now_s = lawful.clock()
    body = batch(lawful, course, started_at_s=now_s - 12 + wrong_s, sent_at_s=now_s + wrong_s)
    assert send(lena, body).status_code == 202
    with lawful.services.database.reading() as session:
        assert session.scalars(select(ObservationBatch)).one().started_at_s == now_s - 12


@pytest.mark.parametrize("back_s", [7200.0, 11.0, 4.0])
def test_a_clock_set_back_before_sending_loses_no_batch(
    lawful: Classroom, course: Taught, back_s: float
) -> None:
    lena, now_s = observed(lawful, course), lawful.clock()
    body = batch(lawful, course, started_at_s=now_s - 10.0, sent_at_s=now_s - back_s)
    assert send(lena, body).json() == {"duplicate": False}
    with lawful.services.database.reading() as session:  # its last reading is of now
        assert session.scalars(select(ObservationBatch)).one().started_at_s == now_s - 9


def test_readings_come_back_as_they_were_sent(lawful: Classroom, course: Taught) -> None:
    lena = observed(lawful, course)
    body = batch(lawful, course, "anger")
    send(lena, body)
    with lawful.services.database.reading() as session:
        assert session.scalars(select(ObservationBatch)).one().readings == body["readings"]


def test_without_consent_nothing_is_taken(lawful: Classroom, course: Taught) -> None:
    lena = observed(lawful, course)
    wanted = lena.get(f"/api/v1/courses/{course.id}/consent").json()["wording"]["version"]
    no = {"wording": wanted, "presence": False, "affect": False}
    assert lena.put(f"/api/v1/courses/{course.id}/consent", json=no).status_code == 200
    answer = send(lena, batch(lawful, course))
    assert (answer.status_code, answer.json()["code"]) == (403, "consent_needed")
    assert count(lawful, ObservationBatch) == 0


def test_expressions_need_consent_and_law(classroom: Classroom) -> None:
    course = taught_course(classroom)
    lena = observed(classroom, course)  # she agreed; the law does not allow it
    answer = send(lena, batch(classroom, course, "happiness"))
    assert (answer.status_code, answer.json()["code"]) == (403, "affect_off")
    assert send(lena, batch(classroom, course, None)).status_code == 202
    with classroom.services.database.writing() as session:
        session.add(LegalBasis(jurisdiction="T", basis="B", recorded_at_s=classroom.clock()))
    assert send(lena, batch(classroom, course, "happiness")).status_code == 202
    agree(lena, course, affect=False)
    assert send(lena, batch(classroom, course, "happiness")).json()["code"] == "affect_off"


def test_strangers_learn_nothing(lawful: Classroom, course: Taught) -> None:
    body = batch(lawful, course)
    assert send(lawful.visitor(), body).status_code == 401
    assert send(lawful.person("omar"), body).status_code == 404  # not enrolled
    assert send(lawful.person("root", "administrator"), body).status_code == 404
    assert send(course.teacher, body).status_code == 403  # her own course
    lena = observed(lawful, course)
    for name in ("course_id", "lesson_id", "point_id"):
        assert send(lena, {**batch(lawful, course), name: str(uuid4())}).status_code == 404
    assert count(lawful, ObservationBatch) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"readings": []},
        {"readings": [reading(1.0), reading(1.0)]},
        {"readings": [reading(2.0), reading(1.0)]},
        {"readings": [reading(10.1)]},
        {"readings": [{**reading(0.0), "picture": "data:image/png;base64,AAAA"}]},
        {"readings": [{**reading(0.0), "mesh": [[0.1, 0.2, 0.3]]}]},
        {"readings": [{**reading(0.0), "yaw_deg": 181.0}]},
        {"readings": [{**reading(0.0, face=False), "yaw_deg": 1.0}]},
        {"readings": [{**reading(0.0, "anger"), "quality": "ugly"}]},
        {"readings": [reading(n / 10) for n in range(51)]},
        {"interval_s": 0.1},
        {"lost_readings": -1},
        {"batch_id": "one"},
        {"name": "Lena"},
    ],
)
def test_only_the_agreed_numbers_are_taken(
    sqlite_classroom: Classroom, wrong: dict[str, Any]
) -> None:
    course = taught_course(sqlite_classroom)
    lena = observed(sqlite_classroom, course)
    assert send(lena, {**batch(sqlite_classroom, course, None), **wrong}).status_code == 422
    assert count(sqlite_classroom, ObservationBatch) == 0


def test_a_probability_sum_may_be_rounded_but_not_wrong(lawful: Classroom, course: Taught) -> None:
    lena = observed(lawful, course)
    body = batch(lawful, course, "anger")
    said = body["readings"][0]["expression"]["probabilities"]
    said["anger"] = 0.934
    assert send(lena, body).status_code == 202
    said["anger"] = 0.94
    assert send(lena, {**body, "batch_id": str(uuid4())}).status_code == 422


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


def test_who_sends_too_often_is_told_to_wait(
    lawful: Classroom, course: Taught, monkeypatch: pytest.MonkeyPatch
) -> None:
    lena = observed(lawful, course)
    body = batch(lawful, course)
    with monkeypatch.context() as patch:
        patch.setattr("mien.server.security.pace.Pace.wait_s", lambda *_: 3.0)
        answer = send(lena, body)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    assert send(lena, body).json() == {"duplicate": False}


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
