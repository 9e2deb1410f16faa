"""Offers made of what is seen or said, and what learners do with them."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from mien.adaptation.interventions import KIND_WORDS, Kind
from mien.server.assessor import Assessor
from mien.server.database.tables import Offer
from server.classroom import Classroom
from server.lessons import Taught, taught_course
from server.sending import observed, study


class Studying:
    """Lena, who is observed in a course, and time that goes by."""

    def __init__(self, classroom: Classroom) -> None:
        self.classroom = classroom
        self.course: Taught = taught_course(classroom)
        self.lena: TestClient = observed(classroom, self.course)
        self.assessor = Assessor(classroom.services)

    def goes_on(self, *pieces: tuple[int, dict[str, Any]]) -> None:
        study(self.classroom, self.lena, self.course, self.assessor, list(pieces))

    def get(self, path: str) -> Any:
        return self.lena.get(f"/api/v1/courses/{self.course.id}/{path}").json()

    def answer(self, offer: dict[str, Any], answer: str, note: str = "") -> Any:
        body = {"answer": answer, "note": note}
        return self.lena.put(f"/api/v1/offers/{offer['id']}/answer", json=body)


@pytest.fixture
def studying(lawful: Classroom) -> Studying:
    return Studying(lawful)


CALM: dict[str, Any] = {"name": "neutral"}
AWAY: dict[str, Any] = {"name": None, "face": False}
BOWED: dict[str, Any] = {"name": "neutral", "pitch_deg": -40.0}
ANGRY: dict[str, Any] = {"name": "anger"}


@pytest.mark.parametrize(
    ("pieces", "kind", "step"),
    [
        ([(7, CALM), (3, AWAY)], "absent", "technical_check"),
        ([(7, CALM), (3, ANGRY)], "difficult", "fuller_explanation"),
        ([(6, CALM), (6, BOWED)], "bowed", "reminder"),
    ],
)
def test_what_is_offered(
    studying: Studying, pieces: list[tuple[int, dict[str, Any]]], kind: str, step: str
) -> None:
    studying.goes_on(*pieces[:-1], (pieces[-1][0] - 1, pieces[-1][1]))
    assert studying.get("standing")["offer"] is None
    studying.goes_on((1, pieces[-1][1]))
    offer = studying.get("standing")["offer"]
    assert (offer["kind"], offer["step"]) == (kind, step)
    assert offer["reason"]
    assert offer["title"]


def test_nobody_since_the_start_is_told_of_the_camera(studying: Studying) -> None:
    studying.goes_on((3, AWAY))
    assert studying.get("standing")["offer"]["kind"] == "absent"


def test_a_disputed_kind_is_quiet_for_half_an_hour(studying: Studying) -> None:
    studying.goes_on((7, CALM), (3, AWAY))
    offer = studying.get("standing")["offer"]
    answered = studying.answer(offer, "disputed", "I was taking notes.")
    assert answered.json()["answer"] == "disputed"
    assert studying.get("standing")["offer"] is None
    studying.goes_on((150, AWAY))
    assert [o["answer"] for o in studying.get("offers")] == ["disputed"]


def test_a_kind_that_is_switched_off_is_not_offered(studying: Studying) -> None:
    board = studying.lena.put("/api/v1/offer-switches", json={"off": ["absent"]}).json()
    assert {k["kind"]: k["on"] for k in board["kinds"]} == {
        k.value: k is not Kind.ABSENT for k in Kind
    }
    studying.goes_on((7, CALM), (6, AWAY))
    assert studying.get("offers") == []


def test_every_kind_has_words() -> None:
    assert set(KIND_WORDS) == set(Kind)


def test_whether_it_helped_is_kept_and_told(studying: Studying) -> None:
    studying.goes_on((9, CALM), (3, ANGRY), (15, CALM))
    offer = studying.get("offers")[0]
    assert (offer["kind"], offer["verdict"]) == ("difficult", "better")
    assert "may have changed by itself" in offer["effect"]


def test_whether_it_helped_is_judged_by_the_courses_thresholds(studying: Studying) -> None:
    path = f"/api/v1/courses/{studying.course.id}/thresholds"
    raised = studying.course.teacher.put(
        path, json={"values": {"involvement": {"bow_angle_deg": 45}}}
    )
    assert raised.status_code == 200, raised.text
    # 60 degrees is bowed, 40 is not; by the published 20 both would be.
    low = {"name": "neutral", "pitch_deg": -60.0}
    studying.goes_on((6, CALM), (6, low), (15, BOWED))
    offer = studying.get("offers")[-1]
    assert (offer["kind"], offer["verdict"]) == ("bowed", "better")
    assert "50% of the two minutes before, 0% of the two after" in offer["effect"]


def test_nothing_is_claimed_of_minutes_without_data(studying: Studying) -> None:
    studying.goes_on((9, CALM), (3, ANGRY))
    studying.classroom.clock.pass_s(300)
    studying.assessor.look()
    assert studying.get("offers")[0]["verdict"] == "unknown"


def test_an_offer_is_answered_by_its_learner_only(studying: Studying) -> None:
    studying.goes_on((7, CALM), (3, AWAY))
    offer = studying.get("standing")["offer"]
    omar = studying.classroom.person("omar")
    path = f"/api/v1/offers/{offer['id']}/answer"
    assert omar.put(path, json={"answer": "taken"}).status_code == 404
    assert studying.lena.put(path, json={"answer": "maybe"}).status_code == 422
    assert studying.answer(offer, "taken").status_code == 200
    assert studying.answer(offer, "dismissed").status_code == 409


def test_an_offer_is_told_once_and_its_event_holds_nothing_else(studying: Studying) -> None:
    studying.goes_on((7, CALM), (5, AWAY))
    with studying.classroom.services.database.reading() as session:
        assert len(session.scalars(select(Offer)).all()) == 1


def test_help_is_called_accepted_and_resolved(studying: Studying) -> None:
    point, teacher = studying.course.points[0], studying.course.teacher
    path = f"/api/v1/points/{point}/help"
    asked = studying.lena.post(path, json={"question": "Why is it flipped?"})
    assert asked.status_code == 201
    assert studying.lena.post(path, json={}).status_code == 409
    queue = teacher.get(f"/api/v1/courses/{studying.course.id}/help").json()
    assert [(h["learner"], h["question"]) for h in queue] == [("lena", "Why is it flipped?")]
    one = f"/api/v1/help/{asked.json()['id']}"
    assert studying.lena.put(f"{one}/acceptance").status_code == 403
    assert teacher.put(f"{one}/acceptance").json()["accepted_at_s"] == studying.classroom.clock()
    done = teacher.put(f"{one}/resolution", json={"answer": "Because time runs on."}).json()
    assert (done["outcome"], done["answer"]) == ("resolved", "Because time runs on.")
    assert teacher.put(f"{one}/acceptance").status_code == 409
    assert teacher.get(f"/api/v1/courses/{studying.course.id}/help").json() == []


def test_a_call_is_withdrawn_by_its_learner_only(studying: Studying) -> None:
    path = f"/api/v1/points/{studying.course.points[0]}/help"
    one = f"/api/v1/help/{studying.lena.post(path, json={}).json()['id']}"
    stranger = studying.classroom.person("tess", "teacher")
    assert stranger.put(f"{one}/acceptance").status_code == 404
    assert studying.classroom.person("omar").delete(one).status_code == 404
    assert studying.course.teacher.delete(one).status_code == 403
    assert studying.get("standing")["help"]["id"] in one
    assert studying.lena.delete(one).status_code == 204
    assert studying.get("standing")["help"] is None
