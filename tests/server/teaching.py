"""Courses for tests, written and read through the interface."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient

API = "/api/v1"
_NUMBERS = count(1)


def name(word: str) -> str:
    """A name that no other test has."""
    return f"{word}{next(_NUMBERS)}"


def question(**given: Any) -> dict[str, Any]:
    """A draft; the second option is right."""
    return {
        "prompt": "What is $1 + 1$?",
        "options": ["1", "2", "3"],
        "correct": [1],
        "explanation": "Count.",
        **given,
    }


def point(**given: Any) -> dict[str, Any]:
    """A draft with one question."""
    return {
        "title": "A point",
        "difficulty": 2,
        "body": "Some *words*.",
        "fuller": "More words.",
        "easier": "Fewer words.",
        "story": "Once.",
        "questions": [question()],
        **given,
    }


@dataclass
class Taught:
    """Identifiers of a course."""

    id: str
    lessons: list[str]
    points: list[str]
    questions: list[str]

    @property
    def url(self) -> str:
        """Its address."""
        return f"{API}/courses/{self.id}"

    @property
    def uuid(self) -> UUID:
        """As the database has it."""
        return UUID(self.id)


def teach(
    teacher: TestClient,
    *,
    lessons: int = 1,
    points: int = 2,
    published: bool = True,
    **given: Any,
) -> Taught:
    """A course of ``lessons`` with ``points`` each."""
    draft = {"title": name("Course "), "summary": "", "language": "en", "tags": [], **given}
    course = done(teacher.post(f"{API}/courses", json=draft), 201)
    made = Taught(course["id"], [], [], [])
    for number in range(lessons):
        lesson = {"title": f"Lesson {number + 1}"}
        kept = done(teacher.post(f"{made.url}/lessons", json=lesson), 201)
        made.lessons.append(kept["id"])
        for _ in range(points):
            title = f"Point {len(made.points) + 1}"
            address = f"{API}/lessons/{kept['id']}/points"
            written = done(teacher.post(address, json=point(title=title)), 201)
            made.points.append(written["id"])
            made.questions += [q["id"] for q in written["questions"]]
    if published:
        done(teacher.put(f"{made.url}/publication", json={"published": True}), 204)
    return made


def done(answer: Any, status: int = 200) -> Any:
    """The body of an answer that must have this status."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text[:500]}"
    return answer.json() if answer.content else None


def problem(answer: Any, status: int, code: str | None = None) -> str:
    """The words of a refusal that must have this status, and be one of ours."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text[:500]}"
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert code is None or body["code"] == code
    return str(body["detail"])
