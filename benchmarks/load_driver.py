"""Learners' browsers and a watching teacher, as :mod:`benchmarks.classroom_load` needs them.

Every learner has a connection and a cookie of its own, joins within a minute, and sends
ten readings every ten seconds. A teacher watches classes by server-sent events.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from uuid import uuid4

from benchmarks.load_people import Class, Learner, School
from mien.labels import FERPLUS

BATCH_S: Final = 10.0
JOIN_S: Final = 60.0
#: Classes that the teacher watches at once.
WATCHED: Final = 10


#: Different batches of readings; each learner draws from them each time.
DIFFERENT: Final = 2_000
#: How often each of FERPLUS is read: a face that looks at a screen is mostly neutral.
LIKELY: Final = (70, 10, 3, 8, 3, 2, 2, 2)


@dataclass
class Seen:
    """What the driver measured; times in seconds of the monotonic clock."""

    answers: list[tuple[float, float, int]] = field(default_factory=list)  # at, took, status
    batches: dict[str, list[float]] = field(default_factory=dict)  # by course: answered at
    views: dict[str, list[tuple[float, float]]] = field(default_factory=dict)  # drawn, came
    failures: list[str] = field(default_factory=list)


class Connection:
    """HTTP/1.1 of one browser, kept open as long as the server keeps it."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        for last in (False, True):
            fresh = self.streams is None
            try:
                return await self._once(method, path, body)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                if last or fresh:  # only a connection that the server had closed is retried
                    raise
        raise AssertionError

    async def _once(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        writer.write(self.head(method, path, len(body)) + body)
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        answer = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection") == "close":
            self.close()
        return int(lines[0].split()[1]), answer

    def head(self, method: str, path: str, length: int) -> bytes:
        return (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Origin: http://127.0.0.1:{self.port}\r\nX-Requested-With: mien\r\n"
            f"Cookie: mien_session={self.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {length}\r\n\r\n"
        ).encode()

    def close(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


def batch_of(course: Class, chance: random.Random) -> bytes:
    """Ten readings as a browser sends them, about 4 kB."""
    now_s = time.time()
    head = json.dumps(
        {
            "batch_id": str(uuid4()),
            "course_id": str(course.course_id),
            "lesson_id": str(course.lesson_id),
            "point_id": str(course.point_ids[int(now_s // 60) % len(course.point_ids)]),
            "started_at_s": now_s - BATCH_S,
            "sent_at_s": now_s,
            "interval_s": 1.0,
            "lost_readings": 0,
        }
    )
    return f'{head[:-1]}, "readings": {chance.choice(_readings())}}}'.encode()


@cache
def _readings() -> list[str]:
    """Readings of ten seconds, written once: the driver shares the server's processors."""
    chance = random.Random(0)
    return [
        json.dumps([_reading(second, chance) for second in range(10)]) for _ in range(DIFFERENT)
    ]


def _reading(second: int, chance: random.Random) -> dict[str, Any]:
    face = chance.random() < 0.95
    if not face:
        names = ("yaw_deg", "pitch_deg", "roll_deg", "eye_openness", "mouth_openness")
        blank = dict.fromkeys((*names, "quality", "expression"))
        return {"time_s": float(second), "face": False, **blank}
    likely = chance.choices(FERPLUS, LIKELY)[0]
    return {
        "time_s": second + round(chance.random() / 5, 3),
        "face": True,
        "yaw_deg": round(chance.gauss(0, 8), 1),
        "pitch_deg": round(chance.gauss(0, 8), 1),
        "roll_deg": round(chance.gauss(0, 3), 1),
        "eye_openness": 0.312,
        "mouth_openness": 0.043,
        "quality": "",
        "expression": {
            "name": likely,
            "reason": "",
            "probabilities": {n: 0.93 if n == likely else 0.01 for n in FERPLUS},
        },
    }


async def study(
    learner: Learner, port: int, seen: Seen, start_s: float, end_s: float, number: int
) -> None:
    """One learner's lesson: joins at ``start_s`` of the loop's clock."""
    loop, chance = asyncio.get_running_loop(), random.Random(number)
    connection, due_s = Connection(port, learner.token), start_s
    course = str(learner.course.course_id)
    while due_s < end_s:
        await asyncio.sleep(max(0.0, due_s - loop.time()))
        body = batch_of(learner.course, chance)
        began_s = loop.time()
        try:
            status, _ = await connection.request("POST", "/api/v1/observations", body)
        except (OSError, asyncio.IncompleteReadError) as error:
            seen.failures.append(type(error).__name__)
            status = 0
        answered_s = loop.time()
        seen.answers.append((answered_s, answered_s - began_s, status))
        if course in seen.views:
            seen.batches.setdefault(course, []).append(time.time())
        due_s += BATCH_S
    connection.close()


async def watch(course: Class, port: int, token: str, seen: Seen, end_s: float) -> None:
    """The teacher's stream of one class, opened again whenever it ends."""
    key, last = str(course.course_id), ""
    seen.views[key] = []
    while asyncio.get_running_loop().time() < end_s:
        connection = Connection(port, token)
        path = f"/api/v1/courses/{key}/live/events"
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = connection.head("GET", path, 0)
        writer.write(head[:-2] + f"Last-Event-ID: {last}\r\n\r\n".encode() if last else head)
        drawn_s = 0.0
        while asyncio.get_running_loop().time() < end_s:
            try:
                line = (await asyncio.wait_for(reader.readline(), 20)).decode()
            except (TimeoutError, OSError):
                break
            if not line:
                break
            if line.startswith("id: "):
                last = line[4:].strip()
            elif line.startswith('data: {"') and '"at_s":' in line:
                drawn_s = json.loads(line[6:])["at_s"]
                seen.views[key].append((drawn_s, time.time()))
        writer.close()


async def drive(school: School, port: int, lasting_s: float) -> Seen:
    """All learners and the watching teacher, until the end."""
    seen, loop = Seen(), asyncio.get_running_loop()
    _readings()
    start_s = loop.time() + 1.0
    end_s = start_s + lasting_s
    watchers = [
        asyncio.create_task(watch(c, port, school.teacher_token, seen, end_s + 3))
        for c in school.classes[:WATCHED]
    ]
    await asyncio.sleep(0.5)
    chance = random.Random(0)
    join_s = min(JOIN_S, lasting_s / 2)
    await asyncio.gather(
        *(
            study(learner, port, seen, start_s + chance.uniform(0, join_s), end_s, number)
            for number, learner in enumerate(school.learners)
        )
    )
    await asyncio.gather(*watchers, return_exceptions=True)
    return seen


def behind_s(seen: Seen) -> list[float]:
    """For every batch of a watched class, until a view drawn after it had come."""
    found = list[float]()
    for course, answered in seen.batches.items():
        views = seen.views[course]
        for at_s in answered:
            came = next((came for drawn, came in views if drawn >= at_s), None)
            if came is not None:
                found.append(came - at_s)
    return found
