"""The class while it goes on: groups only, and streams that go on where they broke."""

from __future__ import annotations

import json
from typing import Any

from mien.server.actions import events
from mien.server.assessor import Assessor
from server.classroom import Classroom
from server.lessons import Taught, taught_course
from server.sending import batch, observed, send


def watch(classroom: Classroom, course: Taught) -> None:
    """As a page does that stays open."""
    with classroom.services.database.writing() as session:
        topic, now_s = events.of_class(course.id), classroom.clock() + 3600.0
        events.say_watched(session, [topic], now_s)


def class_of(classroom: Classroom, course: Taught, people: int, *, puzzled: int = 0) -> Assessor:
    """So many learners, after forty seconds together."""
    watch(classroom, course)
    clients = [observed(classroom, course, f"learner{n}") for n in range(people)]
    assessor = Assessor(classroom.services)
    for _ in range(4):
        classroom.clock.pass_s(10.0)
        for number, client in enumerate(clients):
            name = "anger" if number < puzzled else "neutral"
            assert send(client, batch(classroom, course, name)).status_code == 202
        assessor.look()
    return assessor


def live(course: Taught) -> Any:
    return course.teacher.get(f"/api/v1/courses/{course.id}/live").json()


def told(classroom: Classroom, topic: str) -> list[tuple[str, Any]]:
    with classroom.services.database.reading() as session:
        return [(e.kind, e.payload) for e in events.after(session, 0, topic)]


def test_below_the_floor_nothing_is_told(lawful: Classroom) -> None:
    course = taught_course(lawful)
    class_of(lawful, course, 9, puzzled=9)
    view = live(course)["view"]
    assert view["shown"] is False
    figures = ("present", "focus", "difficulty", "engagement", "unknown")
    assert [view[name] for name in figures] == [None] * 5
    assert (view["points"], view["alerts"]) == ([], [])
    assert view["note"]
    words = json.dumps(told(lawful, events.of_class(course.id)))
    assert "difficult" not in words.replace('"difficulty": null', "")


def test_a_class_is_told_as_a_group(lawful: Classroom) -> None:
    course = taught_course(lawful)
    class_of(lawful, course, 12, puzzled=5)
    view = live(course)["view"]
    assert (view["shown"], view["present"]) == (True, 12)
    assert view["difficulty"]["part"] == 5
    assert view["focus"]["part"] == 12
    assert view["titles"][str(course.points[0])] == "Convolution"
    alert = view["alerts"][0]
    assert alert["knowledge_point"] == str(course.points[0])
    everything = json.dumps(live(course))
    assert not [n for n in range(12) if f"learner{n}" in everything]
    assert [p["present"] for p in live(course)["trend"]][-1] == 12


def test_who_left_is_no_longer_counted(lawful: Classroom) -> None:
    course = taught_course(lawful)
    assessor = class_of(lawful, course, 10)
    lawful.clock.pass_s(31)
    assessor.look()
    kind, view = told(lawful, events.of_class(course.id))[-1]
    assert (kind, view["shown"]) == ("class", False)


def test_a_class_is_not_drawn_at_every_look(lawful: Classroom) -> None:
    course = taught_course(lawful)
    watch(lawful, course)
    lena, assessor = observed(lawful, course), Assessor(lawful.services)
    for _ in range(8):
        lawful.clock.pass_s(0.25)
        send(lena, batch(lawful, course))
        assessor.look()
    # eight looks in two seconds; drawn every three quarters of one
    assert len(told(lawful, events.of_class(course.id))) == 3


def test_news_that_came_too_soon_is_drawn_later(lawful: Classroom) -> None:
    course = taught_course(lawful)
    watch(lawful, course)
    lena, assessor = observed(lawful, course), Assessor(lawful.services)
    for pause_s in (1.0, 0.5):
        lawful.clock.pass_s(pause_s)
        send(lena, batch(lawful, course))
        assessor.look()
    assert len(told(lawful, events.of_class(course.id))) == 1
    lawful.clock.pass_s(0.5)
    assessor.look()
    assert len(told(lawful, events.of_class(course.id))) == 2


def test_a_class_that_nobody_watches_is_kept_but_not_told(lawful: Classroom) -> None:
    course = taught_course(lawful)
    lena, assessor = observed(lawful, course), Assessor(lawful.services)
    for _ in range(24):
        lawful.clock.pass_s(1.0)
        send(lena, batch(lawful, course))
        assessor.look()
    assert told(lawful, events.of_class(course.id)) == []
    assert len(live(course)["trend"]) == 3  # after 1, 11 and 21 seconds
    watch(lawful, course)  # now somebody comes, and is shown it at once
    assessor.look()
    assert [kind for kind, _ in told(lawful, events.of_class(course.id))] == ["class"]


def test_the_teacher_switches_it_off(lawful: Classroom) -> None:
    course = taught_course(lawful)
    path = f"/api/v1/courses/{course.id}/live"
    assert course.teacher.put(path, json={"on": False}).status_code == 204
    class_of(lawful, course, 10)
    assert (live(course)["on"], live(course)["view"], live(course)["trend"]) == (False, None, [])
    assert [kind for kind, _ in told(lawful, events.of_class(course.id))] == ["switch"]
    course.teacher.put(path, json={"on": True})
    assert live(course)["view"]["present"] == 10


def test_only_the_courses_teacher_sees_it(sqlite_classroom: Classroom) -> None:
    course = taught_course(sqlite_classroom)
    observed(sqlite_classroom, course)
    for name, role, status in (
        ("lena", "learner", 403),
        ("tess", "teacher", 403),
        ("root", "administrator", 403),
    ):
        person = sqlite_classroom.person(name, role)
        for path in ("live", "live/events", "help"):
            answer = person.get(f"/api/v1/courses/{course.id}/{path}")
            assert answer.status_code == status, (name, path)


def test_old_views_go_sooner_than_old_calls(lawful: Classroom) -> None:
    now_s = lawful.clock()
    with lawful.services.database.writing() as session:
        for kind, age_s in (("class", 61), ("class", 59), ("help", 3601), ("help", 3599)):
            events.emit(session, "t", kind, {"age_s": age_s}, now_s - age_s)
        events.forget_old(session, now_s)
    assert [payload["age_s"] for _, payload in told(lawful, "t")] == [59, 3599]
