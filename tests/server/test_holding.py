"""States are told only while they hold: here of a class of twelve, six of them angry."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from mien.server.assessor import Assessor
from mien.server.database.tables import LegalBasis
from server.classroom import Classroom
from server.lessons import Taught, taught_course
from server.sending import agree, batch, observed, send


class Lesson:
    """Twelve learners together, and time that goes by."""

    def __init__(self, classroom: Classroom) -> None:
        self.classroom = classroom
        self.course: Taught = taught_course(classroom)
        self.learners: list[TestClient] = [
            observed(classroom, self.course, f"learner{n}") for n in range(12)
        ]
        self.assessor = Assessor(classroom.services)

    def goes_on(self, count: int, *, point: int = 0, affect: bool = True) -> None:
        """So many batches of each; the first six are angry, the others happy. Affect off:
        expressions are not sent."""
        for _ in range(count):
            self.classroom.clock.pass_s(10.0)
            bodies = [
                batch(self.classroom, self.course, name if affect else None, point=point)
                for name in ("anger", "happiness")
            ]
            for number, client in enumerate(self.learners):
                body = {**bodies[number // 6], "batch_id": str(uuid4())}
                answer = send(client, body)
                assert answer.status_code == 202, answer.text
            self.assessor.look()

    def say(self, people: int, feeling: str) -> None:
        for client in self.learners[:people]:
            path = f"/api/v1/points/{self.course.points[0]}/self-report"
            assert client.post(path, json={"feeling": feeling}).status_code == 204
        self.classroom.clock.pass_s(1.0)
        self.assessor.look()

    def basis_ends(self) -> None:
        with self.classroom.services.database.writing() as session:
            session.query(LegalBasis).one().ended_at_s = self.classroom.clock()

    def class_now(self) -> Any:
        return self.course.teacher.get(f"/api/v1/courses/{self.course.id}/live").json()["view"]

    def view(self) -> Any:
        """The class as its teacher sees it now, and as whoever judges draws it."""
        read = self.class_now()
        self.classroom.clock.pass_s(10.0)  # drawn again
        self.assessor.look()
        trend = self.course.teacher.get(f"/api/v1/courses/{self.course.id}/live").json()["trend"]
        assert trend[-1]["at_s"] == self.classroom.clock()
        assert trend[-1]["engagement"] == read["engagement"]
        assert (trend[-1]["difficulty"] is None) == (read["difficulty"]["part"] is None)
        return read

    def states(self, number: int = 0) -> Any:
        path = f"/api/v1/courses/{self.course.id}/standing"
        return self.learners[number].get(path).json()["states"]


@pytest.fixture
def lesson(lawful: Classroom) -> Lesson:
    return Lesson(lawful)


def hard(view: Any) -> tuple[int | None, int, list[str]]:
    """Who finds the point hard, of how many known, and the alerts."""
    return (
        view["difficulty"]["part"],
        view["difficulty"]["whole"],
        [a["kind"] for a in view["alerts"]],
    )


def test_the_end_of_the_basis_ends_what_was_read_from_expressions_at_once(lesson: Lesson) -> None:
    lesson.goes_on(8)
    assert hard(lesson.view()) == (6, 12, ["difficult"])
    lesson.basis_ends()
    view = lesson.view()
    assert (hard(view), view["engagement"], view["focus"]["whole"]) == ((None, 0, []), None, 12)
    assert set(lesson.states()) == {"focus", "involvement"}
    lesson.goes_on(1, point=1, affect=False)
    assert (hard(lesson.view()), set(lesson.states())) == ((None, 0, []), {"focus", "involvement"})


def test_a_basis_that_comes_again_does_not_bring_back_what_was_dropped(lesson: Lesson) -> None:
    lesson.goes_on(8)
    lesson.basis_ends()
    lesson.goes_on(1, affect=False)
    with lesson.classroom.services.database.writing() as session:
        session.query(LegalBasis).one().ended_at_s = None
    assert set(lesson.states()) == {"focus", "involvement"}
    assert lesson.view()["engagement"] is None


def test_who_takes_consent_back_is_not_told_any_more(lesson: Lesson) -> None:
    lesson.goes_on(8)
    assert lesson.states()["difficulty"]["state"] == "difficult"
    for client in lesson.learners[:3]:
        agree(client, lesson.course, affect=False)
    assert set(lesson.states()) == {"focus", "involvement"}
    view = lesson.view()
    assert view["difficulty"]["whole"] == 9  # below the floor of ten
    assert (hard(view)[0], view["engagement"]) == (None, None)


def test_a_point_is_not_hard_because_another_was(lesson: Lesson) -> None:
    lesson.goes_on(8)
    assert lesson.states()["difficulty"]["state"] == "difficult"
    lesson.goes_on(1, point=1)
    assert lesson.states()["difficulty"]["state"] == "no_sign_of_difficulty"
    assert hard(lesson.view()) == (0, 12, [])


@pytest.fixture
def default(classroom: Classroom) -> Lesson:
    """Where no legal basis is recorded, and learners are observed without expressions."""
    lesson = Lesson(classroom)
    lesson.goes_on(1, affect=False)
    return lesson


def test_what_was_said_ends_when_something_else_is_said(default: Lesson) -> None:
    default.say(12, "puzzled")
    assert hard(default.view()) == (12, 12, ["difficult"])
    default.say(12, "going_well")
    assert hard(default.view()) == (None, 0, [])
    assert default.states()["focus"]["reason"] == "You said that it goes well."
    assert "difficulty" not in default.states()


def test_what_was_said_of_a_point_is_not_said_of_the_next(default: Lesson) -> None:
    default.say(12, "puzzled")
    default.goes_on(1, point=1, affect=False)
    assert hard(default.view()) == (None, 0, [])
    assert "difficulty" not in default.states()


def test_what_was_said_holds_for_two_minutes(default: Lesson) -> None:
    default.say(12, "puzzled")  # and a second passes
    default.goes_on(11, affect=False)
    default.classroom.clock.pass_s(8.9)  # 119.9 s
    assert default.states()["difficulty"]["reason"] == "You said that this point is hard."
    assert hard(default.class_now()) == (12, 12, ["difficult"])
    default.classroom.clock.pass_s(0.1)
    assert hard(default.view()) == (None, 0, [])
    assert "difficulty" not in default.states()
    default.goes_on(1, affect=False)
    assert "difficulty" not in default.states()


def test_without_a_camera_one_is_there_while_one_says_or_opens_something(
    classroom: Classroom,
) -> None:
    lesson = Lesson(classroom)
    lesson.say(12, "puzzled")  # and a second passes
    classroom.clock.pass_s(34.0)
    view = lesson.view()  # and ten seconds pass
    assert (view["present"], hard(view)) == (12, (12, 12, ["difficult"]))
    for client in lesson.learners:
        place = {"point_id": str(lesson.course.points[1])}
        path = f"/api/v1/courses/{lesson.course.id}/place"
        assert client.put(path, json=place).status_code == 204
    lesson.assessor.look()
    view = lesson.view()
    assert (view["present"], view["unknown"], hard(view)) == (12, 12, (None, 0, []))
    assert [row["people"] for row in view["points"]] == [0, 12]
    classroom.clock.pass_s(110.0)  # 120 s since they opened the point
    assert lesson.class_now()["shown"] is False


def test_who_switches_the_camera_off_is_there_and_unknown(default: Lesson) -> None:
    assert default.class_now()["focus"]["whole"] == 12
    default.classroom.clock.pass_s(25.0)
    default.say(12, "tired")
    default.classroom.clock.pass_s(5.0)  # 31 s after the last reading
    view = default.class_now()
    assert (view["present"], view["focus"]["whole"], view["unknown"]) == (12, 0, 12)


def test_readings_that_come_late_make_nobody_present(default: Lesson) -> None:
    default.classroom.clock.pass_s(7200.0)
    now_s = default.classroom.clock()
    late = batch(default.classroom, default.course, None, started_at_s=now_s - 7200.0)
    for client in default.learners:
        send(client, {**late, "batch_id": str(uuid4())})
    default.assessor.look()
    assert default.class_now()["shown"] is False


def test_going_well_counts_more_than_the_camera_while_it_holds(lesson: Lesson) -> None:
    lesson.goes_on(2)
    lesson.say(1, "going_well")
    lesson.goes_on(3)
    assert lesson.states()["focus"]["reason"] == "You said that it goes well."
    lesson.goes_on(9)
    assert lesson.states()["focus"]["reason"].startswith("The face was seen for 10 s")
