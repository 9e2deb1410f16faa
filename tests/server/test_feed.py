"""Streams of news: in order, on after a break, and only to who is logged in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from mien.server.actions import events
from mien.server.database.tables import Account, LoginSession
from mien.server.feed import Feed
from server.classroom import Classroom
from server.lessons import account_of, learner, taught_course


def login_of(classroom: Classroom, name: str = "theo") -> UUID:
    """The log-in of a person's browser."""
    classroom.person(name)
    with classroom.services.database.reading() as session:
        query = select(LoginSession.id).join(Account)
        return session.scalars(query.where(Account.email == f"{name}@example.org")).one()


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


def test_only_open_streams_of_classes_are_called_watched(classroom: Classroom) -> None:
    async def listen() -> set[str]:
        feed = Feed(classroom.services)
        streams = [feed.stream(topic, None, login) for topic in ("class:a", "me:b:a")]
        for stream in streams:
            await heard(stream, 1)
        with classroom.services.database.reading() as session:
            found = events.watched(session, classroom.clock())
            later = events.watched(session, classroom.clock() + events.WATCHED_S)
        for stream in streams:
            await stream.aclose()  # type: ignore[attr-defined]
        await feed.stop()
        return found | {f"later {topic}" for topic in later}

    login = login_of(classroom)
    assert asyncio.run(listen()) == {"class:a"}


def test_a_stream_tells_what_comes_and_nothing_of_others(classroom: Classroom) -> None:
    async def listen() -> list[Any]:
        feed = Feed(classroom.services)
        stream = feed.stream("a", None, login)
        first = await heard(stream, 1)
        emit(classroom, "b", 1)
        emit(classroom, "a", 2, 3)
        rest = await heard(stream, 2)
        await stream.aclose()  # type: ignore[attr-defined]
        await feed.stop()
        return [first[0][1], *(payload for _, _, payload in rest)]

    login = login_of(classroom)
    emit(classroom, "a", 0)  # before it listened
    assert asyncio.run(listen()) == ["hello", {"n": 2}, {"n": 3}]


@pytest.mark.parametrize("broke_after", [0, 1, 2, 4])  # 0: nothing but the greeting
def test_a_broken_stream_goes_on_without_loss_or_repetition(
    classroom: Classroom, broke_after: int
) -> None:
    async def listen(after: int | None, count: int) -> list[tuple[int, str, Any]]:
        feed = Feed(classroom.services)  # another worker, or the same after a restart
        stream = feed.stream("a", after, login)
        found = await heard(stream, count + 1)
        await stream.aclose()  # type: ignore[attr-defined]
        await feed.stop()
        return found[1:]

    async def listen_first() -> list[tuple[int, str, Any]]:
        feed = Feed(classroom.services)
        stream = feed.stream("a", None, login)
        greeting = await heard(stream, 1)
        emit(classroom, "a", *range(1, 6))
        found = await heard(stream, broke_after)
        await feed.stop()
        return greeting + found

    login = login_of(classroom)
    before = asyncio.run(listen_first())
    emit(classroom, "a", 6)
    after = asyncio.run(listen(before[-1][0], 6 - broke_after))
    assert [payload["n"] for _, _, payload in before[1:] + after] == [1, 2, 3, 4, 5, 6]


def test_a_stream_goes_on_after_a_pause_in_class(classroom: Classroom) -> None:
    """Views are forgotten after a minute: what comes next is numbered after them."""

    async def listen() -> list[Any]:
        feed = Feed(classroom.services)
        stream = feed.stream("a", None, login)
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

    login = login_of(classroom)
    assert asyncio.run(listen()) == [{}, {"n": 1}, {"n": 2}]


def test_a_client_from_another_database_is_told_what_comes(classroom: Classroom) -> None:
    async def listen() -> list[Any]:
        feed = Feed(classroom.services)
        stream = feed.stream("a", 1_000_000, login)  # as after a backup was restored
        found = await heard(stream, 1)
        emit(classroom, "a", 2)
        found += await heard(stream, 1)
        await stream.aclose()  # type: ignore[attr-defined]
        await feed.stop()
        assert found[0][0] < 1_000_000
        return [payload for _, _, payload in found]

    login = login_of(classroom)
    emit(classroom, "a", 1)
    assert asyncio.run(listen()) == [{}, {"n": 2}]


def end_log_in(classroom: Classroom, name: str, way: str) -> None:
    boss = classroom.person("boss", "administrator")
    path = f"/api/v1/accounts/{account_of(classroom, name)}"
    if way == "suspended":
        answer = boss.put(f"{path}/suspension", json={"suspended": True})
    elif way == "erased":
        answer = boss.delete(path)
    else:
        answer = classroom.person(name).delete("/api/v1/session")
    assert answer.is_success, answer.text


@pytest.mark.parametrize("way", ["suspended", "erased", "logged out"])
def test_a_log_in_that_ended_is_told_nothing_more(classroom: Classroom, way: str) -> None:
    async def listen() -> tuple[list[Any], list[str], list[Any]]:
        feed = Feed(classroom.services)
        stream, other = feed.stream("a", None, login), feed.stream("a", None, other_login)
        await heard(stream, 1)
        await heard(other, 1)
        emit(classroom, "a", 1)
        before = await heard(stream, 1)
        end_log_in(classroom, "theo", way)
        emit(classroom, "a", 2)
        async with asyncio.timeout(20):
            after = [line async for line in stream]  # it ends
        others = await heard(other, 2)
        await other.aclose()  # type: ignore[attr-defined]
        await feed.stop()
        return before, after, others

    login, other_login = login_of(classroom), login_of(classroom, "lena")
    before, after, others = asyncio.run(listen())
    assert [payload for _, _, payload in before] == [{"n": 1}]
    assert after == []
    assert [payload for _, _, payload in others] == [{"n": 1}, {"n": 2}]


def test_streams_rest_on_the_log_in_of_the_cookie(sqlite_classroom: Classroom) -> None:
    course = taught_course(sqlite_classroom)
    account = learner(sqlite_classroom, course, "lena")
    asked = list[tuple[str, int | None, UUID | None]]()

    class Listening:
        async def stream(
            self, topic: str, after: int | None, login_id: UUID | None
        ) -> AsyncIterator[str]:
            asked.append((topic, after, login_id))
            yield ": nothing\n\n"

        async def stop(self) -> None:
            pass

    sqlite_classroom.app.state.feed = Listening()
    path = f"/api/v1/courses/{course.id}"
    course.teacher.get(f"{path}/live/events", headers={"Last-Event-ID": "7"})
    sqlite_classroom.person("lena").get(f"{path}/events")
    assert asked == [
        (events.of_class(course.id), 7, login_of(sqlite_classroom)),
        (events.of_learner(account, course.id), None, login_of(sqlite_classroom, "lena")),
    ]
