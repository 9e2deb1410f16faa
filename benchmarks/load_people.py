"""Courses and thousands of logged-in learners, put straight into a server's database."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import insert

from mien.server.actions.consent import STREAMS, WORDING
from mien.server.database.tables import (
    Account,
    Consent,
    Course,
    Enrolment,
    KnowledgePoint,
    Lesson,
    LoginSession,
)
from mien.server.security.tokens import keyed_hash, new_token
from mien.server.services import Services

#: Learners of one class: a usual one.
CLASS_SIZE = 30
POINTS = 8
DAY_S = 86_400.0


@dataclass(frozen=True)
class Class:
    """One course and where its learners study."""

    course_id: UUID
    lesson_id: UUID
    point_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class Learner:
    """A cookie and a class."""

    token: str
    course: Class


@dataclass(frozen=True)
class School:
    """The teacher teaches every class, so that one cookie can watch all."""

    teacher_token: str
    classes: tuple[Class, ...]
    learners: tuple[Learner, ...]


def furnish(services: Services, learners: int) -> School:
    """Accounts, sessions, courses, enrolments and consents; no password is hashed."""
    now_s = services.now_s()
    rows: dict[type, list[dict[str, object]]] = {
        table: []
        for table in (Account, LoginSession, Course, Lesson, KnowledgePoint, Enrolment, Consent)
    }

    def person(number: int, role: str) -> tuple[UUID, str]:
        account_id, token = uuid4(), new_token()
        rows[Account].append(
            {
                "id": account_id, "email": f"{role}{number}@example.org",
                "name": f"{role} {number}", "role": role,
                "password_hash": "!", "created_at_s": now_s,
            }
        )  # fmt: skip
        rows[LoginSession].append(
            {
                "id": uuid4(), "account_id": account_id, "client": "load",
                "token_hash": keyed_hash(services.secret, "session", token),
                "created_at_s": now_s, "last_seen_at_s": now_s, "expires_at_s": now_s + DAY_S,
            }
        )  # fmt: skip
        return account_id, token

    teacher_id, teacher_token = person(0, "teacher")
    classes = [_class(rows, teacher_id, n, now_s) for n in range(-(-learners // CLASS_SIZE))]
    people = list[Learner]()
    for number in range(learners):
        account_id, token = person(number, "learner")
        course = classes[number // CLASS_SIZE]
        study = {"account_id": account_id, "course_id": course.course_id}
        rows[Enrolment].append({**study, "enrolled_at_s": now_s})
        rows[Consent].extend(
            {
                **study, "stream": stream, "number": 1, "given": True,
                "wording": WORDING.version, "decided_at_s": now_s,
            }
            for stream in STREAMS
        )  # fmt: skip
        people.append(Learner(token, course))
    with services.database.writing() as session:
        for table, found in rows.items():
            session.execute(insert(table), found)
    return School(teacher_token, tuple(classes), tuple(people))


def _class(
    rows: dict[type, list[dict[str, object]]], teacher_id: UUID, number: int, now_s: float
) -> Class:
    course_id, lesson_id = uuid4(), uuid4()
    rows[Course].append(
        {
            "id": course_id, "teacher_id": teacher_id, "title": f"Class {number}", "summary": "",
            "language": "en", "tags": [], "published": True, "search_text": "",
            "created_at_s": now_s, "changed_at_s": now_s,
        }
    )  # fmt: skip
    rows[Lesson].append(
        {
            "id": lesson_id, "course_id": course_id, "position": 0, "title": "Lesson",
            "introduction": "",
        }
    )  # fmt: skip
    points = tuple(uuid4() for _ in range(POINTS))
    rows[KnowledgePoint].extend(
        {
            "id": point, "lesson_id": lesson_id, "position": n, "title": f"Point {n}",
            "difficulty": 2, "body": "…", "fuller": "…", "easier": "…", "story": "…",
        }
        for n, point in enumerate(points)
    )  # fmt: skip
    return Class(course_id, lesson_id, points)
