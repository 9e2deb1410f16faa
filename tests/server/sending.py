"""A learner's browser that sends batches to a server in the process."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from fastapi.testclient import TestClient
from httpx import Response

from mien.server.actions.consent import WORDING
from mien.server.assessor import Assessor
from server.classroom import Classroom
from server.lessons import Taught, learner, reading


def agree(client: TestClient, course: Taught, *, affect: bool = True) -> None:
    """Consent to being observed."""
    wanted = {"wording": WORDING.version, "presence": True, "affect": affect}
    answer = client.put(f"/api/v1/courses/{course.id}/consent", json=wanted)
    assert answer.status_code == 200, answer.text


def observed(classroom: Classroom, course: Taught, name: str = "lena") -> TestClient:
    """A learner of the course who agreed."""
    learner(classroom, course, name)
    client = classroom.person(name)
    agree(client, course)
    return client


def batch(
    classroom: Classroom, course: Taught, name: str | None = "neutral", **given: Any
) -> dict[str, Any]:
    """Ten readings that began ten seconds ago.

    Args:
        name: see :func:`server.lessons.reading`.
        given: ``face``, ``pitch_deg``, ``point`` (0 or 1), and fields of the batch.
    """
    kind = {k: given.pop(k) for k in ("face", "pitch_deg") if k in given}
    now_s = classroom.clock()
    return {
        "batch_id": str(uuid4()),
        "course_id": str(course.id),
        "lesson_id": str(course.lesson),
        "point_id": str(course.points[given.pop("point", 0)]),
        "started_at_s": now_s - 10.0,
        "sent_at_s": now_s,
        "interval_s": 1.0,
        "lost_readings": 0,
        "readings": [{**reading(float(n), name, **kind), "time_s": float(n)} for n in range(10)],
        **given,
    }


def send(client: TestClient, body: dict[str, Any]) -> Response:
    """One try."""
    return client.post("/api/v1/observations", json=body)


def study(
    classroom: Classroom,
    client: TestClient,
    course: Taught,
    assessor: Assessor,
    pieces: list[tuple[int, dict[str, Any]]],
) -> None:
    """Batches as time goes by, the rules looking at each: (number, what :func:`batch` takes)."""
    for count, given in pieces:
        for _ in range(count):
            classroom.clock.pass_s(10.0)
            answer = send(client, batch(classroom, course, **given))
            assert answer.status_code == 202, answer.text
            assessor.look()
