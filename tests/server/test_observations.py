"""Batches of readings: taken once, from those who may, and judged."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from mien.server.assessor import Assessor
from mien.server.database.tables import (
    CourseFeeling,
    LegalBasis,
    ObservationBatch,
)
from server.classroom import Classroom
from server.lessons import Taught, count, reading, taught_course
from server.sending import agree, batch, observed, send


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
