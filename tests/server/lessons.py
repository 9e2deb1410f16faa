"""A course with learners and records of every kind, put straight into the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from fastapi.testclient import TestClient
from sqlalchemy import func, select

from mien.server.database.tables import (
    Account,
    ClassSnapshot,
    Consent,
    CourseFeeling,
    Enrolment,
    HelpRequest,
    LearnerStatus,
    ObservationBatch,
    Offer,
    OfferSwitch,
    PointProgress,
    QuizAnswer,
    SelfReport,
)
from server.classroom import Classroom

FERPLUS = (
    "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt",
)  # fmt: skip


@dataclass(frozen=True)
class Taught:
    """A published course of two points with a question at the first."""

    id: UUID
    lesson: UUID
    points: tuple[UUID, UUID]
    question: UUID
    teacher: TestClient


def taught_course(classroom: Classroom, teacher: str = "theo") -> Taught:
    """Written by a teacher through the interface."""
    theo = classroom.person(teacher, "teacher")
    course = theo.post("/api/v1/courses", json={"title": "Signals"}).json()["id"]
    lesson = theo.post(f"/api/v1/courses/{course}/lessons", json={"title": "One"}).json()["id"]
    question = {"prompt": "1 + 1?", "options": ["2", "3"], "correct": [0]}
    first, second = (
        theo.post(
            f"/api/v1/lessons/{lesson}/points",
            json={"title": title, "body": "…", "fuller": "…", "questions": questions},
        ).json()
        for title, questions in (("Convolution", [question]), ("Sampling", []))
    )
    published = theo.put(f"/api/v1/courses/{course}/publication", json={"published": True})
    assert published.status_code == 204, published.text
    asked = UUID(first["questions"][0]["id"])
    return Taught(UUID(course), UUID(lesson), (UUID(first["id"]), UUID(second["id"])), asked, theo)


def count(classroom: Classroom, table: Any) -> int:
    """Rows of a table."""
    with classroom.services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def status(classroom: Classroom) -> LearnerStatus:
    """Of the only learner of whom anything is known."""
    with classroom.services.database.reading() as session:
        return session.scalars(select(LearnerStatus)).one()


def account_of(classroom: Classroom, name: str) -> UUID:
    """The identifier of somebody's account."""
    with classroom.services.database.reading() as session:
        found = session.query(Account.id).filter_by(email=f"{name}@example.org").scalar()
    assert found is not None
    return found


def learner(classroom: Classroom, course: Taught, name: str = "lena") -> UUID:
    """Somebody who joined the course."""
    client = classroom.person(name)
    assert client.put(f"/api/v1/courses/{course.id}/enrolment").status_code == 204
    return account_of(classroom, name)


def reading(
    time_s: float, name: str | None = None, *, face: bool = True, pitch_deg: float = 0.0
) -> dict[str, Any]:
    """A stored reading; ``name`` is an expression, ``unknown``, or None with affect off."""
    said: dict[str, Any] | None = None
    if face and name == "unknown":
        said = {"name": "unknown", "reason": "unsure", "probabilities": None}
    elif face and name is not None:
        likely = {n: 0.93 if n == name else 0.01 for n in FERPLUS}
        said = {"name": name, "reason": "", "probabilities": likely}
    return {
        "time_s": time_s,
        "face": face,
        "yaw_deg": 0.0 if face else None,
        "pitch_deg": pitch_deg if face else None,
        "roll_deg": 0.0 if face else None,
        "eye_openness": 0.3 if face else None,
        "mouth_openness": 0.0 if face else None,
        "quality": "" if face else None,
        "expression": said,
    }


def watch(
    classroom: Classroom,
    account: UUID,
    course: Taught,
    start_s: float,
    pieces: Sequence[tuple[int, dict[str, Any]]],
    point: int = 0,
) -> float:
    """Stores batches of ten readings, a second apart.

    Args:
        pieces: number of batches, and what all their readings are (see :func:`reading`).

    Returns:
        The end in Unix seconds.
    """
    with classroom.services.database.writing() as session:
        for count, given in pieces:
            for _ in range(count):
                session.add(
                    ObservationBatch(
                        account_id=account,
                        batch_id=uuid4(),
                        course_id=course.id,
                        point_id=course.points[point],
                        started_at_s=start_s,
                        received_at_s=start_s + 10,
                        interval_s=1.0,
                        lost_readings=0,
                        readings=[{**given, "time_s": float(n)} for n in range(10)],
                    )
                )
                start_s += 10
    return start_s


def offer(account: UUID, course: Taught, made_at_s: float, **given: Any) -> Offer:
    """An offer at the first point."""
    values: dict[str, Any] = {
        "kind": "difficult",
        "step": "fuller_explanation",
        "reason": "Anger or distress in 30 observations in a row.",
        "answer": "taken",
        "note": "",
        "answered_at_s": made_at_s + 5,
        "effect": {"verdict": "better", "sentence": "Better.", "before": 0.5, "after": 0.1},
        **given,
    }
    return Offer(
        account_id=account,
        course_id=course.id,
        point_id=course.points[0],
        made_at_s=made_at_s,
        **values,
    )


def everything_of(account: UUID, course: Taught, at_s: float) -> list[Any]:
    """One row of every table that holds something of a learner's study."""
    mine = {"account_id": account, "course_id": course.id}
    here = {**mine, "point_id": course.points[0]}
    return [
        PointProgress(account_id=account, point_id=course.points[0], opened_at_s=at_s),
        QuizAnswer(
            account_id=account,
            question_id=course.question,
            chosen=[0],
            correct=True,
            answered_at_s=at_s,
        ),
        CourseFeeling(
            **mine,
            day=int(at_s // 86_400),
            engaged_s=1.0,
            distress_s=2.0,
            known_s=3.0,
            unread_s=4.0,
        ),
        Consent(
            **mine, stream="presence", number=1, given=True, wording="2025-07", decided_at_s=at_s
        ),
        ObservationBatch(
            **here,
            batch_id=uuid4(),
            started_at_s=at_s - 10,
            received_at_s=at_s,
            interval_s=1.0,
            lost_readings=0,
            readings=[reading(0.0, "happiness")],
        ),
        SelfReport(**here, feeling="puzzled", said_at_s=at_s),
        LearnerStatus(**here, study_began_at_s=at_s, seen_at_s=at_s, states={}),
        offer(account, course, at_s),
        OfferSwitch(account_id=account, kind="bowed"),
        HelpRequest(
            **here, question="Why?", asked_at_s=at_s, answer="So.", outcome="resolved",
            closed_at_s=at_s,
        ),
    ]  # fmt: skip


def enrolment(account: UUID, course: Taught, at_s: float) -> Enrolment:
    """Somebody joined, without the interface."""
    return Enrolment(account_id=account, course_id=course.id, enrolled_at_s=at_s)


def snapshot(course: Taught, at_s: float, view: dict[str, Any]) -> ClassSnapshot:
    """The class as it was shown."""
    return ClassSnapshot(course_id=course.id, at_s=at_s, view=view)
