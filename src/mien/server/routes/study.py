"""What learners do: join, study, answer, agree."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from mien.server.access import AnyCaller, AnyServices, Transaction, allow
from mien.server.actions import consent, erasure, recommendations, study
from mien.server.schemas.law import ConsentDecision, ConsentView
from mien.server.schemas.study import (
    Answer,
    Completion,
    Place,
    Recommendation,
    Study,
    Verdict,
)

router = APIRouter(tags=["study"])


@router.get("/studies", dependencies=[allow("studies.read")])
def list_studies(caller: AnyCaller, session: Transaction) -> list[Study]:
    """The caller's courses, and where they left each."""
    return study.studies(session, caller)


@router.get("/recommendations", dependencies=[allow("studies.read")])
def list_recommendations(
    caller: AnyCaller, services: AnyServices, session: Transaction
) -> list[Recommendation]:
    """What to study next; each says why."""
    return recommendations.recommend(session, services, caller)


@router.put("/courses/{course_id}/enrolment", status_code=204, dependencies=[allow("course.enrol")])
def enrol(course_id: UUID, caller: AnyCaller, services: AnyServices, session: Transaction) -> None:
    """Joins a course."""
    study.enrol(session, services, caller, course_id)


@router.delete(
    "/courses/{course_id}/enrolment", status_code=204, dependencies=[allow("course.study")]
)
def leave(course_id: UUID, caller: AnyCaller, services: AnyServices) -> None:
    """Leaves a course; all that was noted of the caller in it is erased."""
    with services.database.writing() as session:
        study.leave(session, caller, course_id)
    erasure.overwrite(services)


@router.put("/courses/{course_id}/place", status_code=204, dependencies=[allow("course.study")])
def go_to(
    course_id: UUID,
    place: Place,
    caller: AnyCaller,
    services: AnyServices,
    session: Transaction,
) -> None:
    """Where the caller is now, to resume there."""
    study.go_to(session, services, caller, course_id, place)


@router.put("/points/{point_id}/completion", status_code=204, dependencies=[allow("course.study")])
def complete(
    point_id: UUID,
    wanted: Completion,
    caller: AnyCaller,
    services: AnyServices,
    session: Transaction,
) -> None:
    """Marks a point as finished, or not."""
    study.complete(session, services, caller, point_id, wanted.completed)


@router.post("/questions/{question_id}/answers", dependencies=[allow("course.study")])
def answer(
    question_id: UUID,
    given: Answer,
    caller: AnyCaller,
    services: AnyServices,
    session: Transaction,
) -> Verdict:
    """Tries a question; any number of times."""
    return study.answer(session, services, caller, question_id, given)


@router.get("/courses/{course_id}/consent", dependencies=[allow("course.study")])
def read_consent(
    course_id: UUID, caller: AnyCaller, services: AnyServices, session: Transaction
) -> ConsentView:
    """The question in plain words, what holds now, and every decision so far."""
    return consent.read(session, services.settings, caller.account, course_id)


@router.put("/courses/{course_id}/consent", dependencies=[allow("course.study")])
def decide_consent(
    course_id: UUID,
    decision: ConsentDecision,
    caller: AnyCaller,
    services: AnyServices,
    session: Transaction,
) -> ConsentView:
    """Gives or revokes consent; it counts at once."""
    return consent.decide(session, services, caller, course_id, decision)
