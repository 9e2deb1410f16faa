"""The class while it goes on: groups only, and streams that go on where they broke."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from mien.server.actions import events
from mien.server.assessor import Assessor
from mien.server.feed import Feed
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


def test_only_open_streams_of_classes_are_called_watched(classroom: Classroom) -> None:
    async def listen() -> set[str]:
        feed = Feed(classroom.services)
        streams = [feed.stream(topic, None) for topic in ("class:a", "me:b:a")]
        for stream in streams:
            await heard(stream, 1)
        with classroom.services.database.reading() as session:
            found = events.watched(session, classroom.clock())
            later = events.watched(session, classroom.clock() + events.WATCHED_S)
        for stream in streams:
            await stream.aclose()  # type: ignore[attr-defined]
        await feed.stop()
        return found | {f"later {topic}" for topic in later}

    assert asyncio.run(listen()) == {"class:a"}


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


def emit(classroom: Classroom, topic: str, *numbers: int, kind: str = "help") -> None:
    with classroom.services.database.writing() as session:
        for number in numbers:
            events.emit(session, topic, kind, {"n": number}, classroom.clock())


async def heard(stream: AsyncIterator[str], count: int) -> list[tuple[int, str, Any]]:
    """The next events of a stream: number, kind, payload. One that keeps something back
    fails instead of waiting for ever."""
    found = list[tuple[int, str, Any]]()
    async with asyncio.timeout(20):
        while len(found) < count:
            lines = dict(
                line.split(": ", 1) for line in (await anext(stream)).strip().split("\n") if line
            )
            if "id" in lines:
                found.append((int(lines["id"]), lines["event"], json.loads(lines["data"])))
    return found


def test_a_stream_tells_what_comes_and_nothing_of_others(classroom: Classroom) -> None:
    async def listen() -> list[Any]:
        feed = Feed(classroom.services)
        stream = feed.stream("a", None)
        first = await heard(stream, 1)
        emit(classroom, "b", 1)
        emit(classroom, "a", 2, 3)
        rest = await heard(stream, 2)
        await stream.aclose()  # type: ignore[attr-defined]
        await feed.stop()
        return [first[0][1], *(payload for _, _, payload in rest)]

    emit(classroom, "a", 0)  # before it listened
    assert asyncio.run(listen()) == ["hello", {"n": 2}, {"n": 3}]


@pytest.mark.parametrize("broke_after", [0, 1, 2, 4])  # 0: nothing but the greeting
def test_a_broken_stream_goes_on_without_loss_or_repetition(
    classroom: Classroom, broke_after: int
) -> None:
    async def listen(after: int | None, count: int) -> list[tuple[int, str, Any]]:
        feed = Feed(classroom.services)  # another worker, or the same after a restart
        stream = feed.stream("a", after)
        found = await heard(stream, count + 1)
        await stream.aclose()  # type: ignore[attr-defined]
        await feed.stop()
        return found[1:]

    async def listen_first() -> list[tuple[int, str, Any]]:
        feed = Feed(classroom.services)
        stream = feed.stream("a", None)
        greeting = await heard(stream, 1)
        emit(classroom, "a", *range(1, 6))
        found = await heard(stream, broke_after)
        await feed.stop()
        return greeting + found

    before = asyncio.run(listen_first())
    emit(classroom, "a", 6)
    after = asyncio.run(listen(before[-1][0], 6 - broke_after))
    assert [payload["n"] for _, _, payload in before[1:] + after] == [1, 2, 3, 4, 5, 6]


def test_a_stream_goes_on_after_a_pause_in_class(classroom: Classroom) -> None:
    """Views are forgotten after a minute: what comes next is numbered after them."""

    async def listen() -> list[Any]:
        feed = Feed(classroom.services)
        stream = feed.stream("a", None)
        first = await heard(stream, 1)
        emit(classroom, "a", 1, kind="class")
        first += await heard(stream, 1)
        classroom.clock.pass_s(events.CLASS_KEPT_S + 1)
        with classroom.services.database.writing() as session:
            events.forget_old(session, classroom.clock())
        emit(classroom, "a", 2)
        first += await heard(stream, 1)
        await stream.aclose()  # type: ignore[attr-defined]
        await feed.stop()
        return [payload for _, _, payload in first]

    assert asyncio.run(listen()) == [{}, {"n": 1}, {"n": 2}]


def test_a_client_from_another_database_is_told_what_comes(classroom: Classroom) -> None:
    async def listen() -> list[Any]:
        feed = Feed(classroom.services)
        stream = feed.stream("a", 1_000_000)  # as after a backup was restored
        found = await heard(stream, 1)
        emit(classroom, "a", 2)
        found += await heard(stream, 1)
        await stream.aclose()  # type: ignore[attr-defined]
        await feed.stop()
        assert found[0][0] < 1_000_000
        return [payload for _, _, payload in found]

    emit(classroom, "a", 1)
    assert asyncio.run(listen()) == [{}, {"n": 2}]
