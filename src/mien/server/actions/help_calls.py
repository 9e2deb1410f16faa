"""Calls to the teacher: asked, accepted, resolved or withdrawn; both sides hear at once."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.server.access import Caller
from mien.server.actions import events
from mien.server.actions.observations import course_of
from mien.server.database.tables import Account, HelpRequest, KnowledgePoint
from mien.server.problems import Conflict, NotFound
from mien.server.schemas.adaptation import HelpView
from mien.server.services import Services

#: A closed call is still shown for so long, with the teacher's answer.
SHOWN_S: Final = 3600.0


def ask(
    session: Session, services: Services, caller: Caller, point_id: UUID, question: str
) -> HelpView:
    """Calls the teacher; one call at a time in a course.

    Raises:
        Conflict: while an earlier one is open.
    """
    course_id = course_of(session, point_id)
    # The learner's calls come one after the other: two at once would both find none open.
    session.get(Account, caller.account, with_for_update={"key_share": True})
    waiting = select(HelpRequest).where(
        HelpRequest.account_id == caller.account,
        HelpRequest.course_id == course_id,
        HelpRequest.closed_at_s.is_(None),
    )
    if session.scalars(waiting).first() is not None:
        raise Conflict("You have called already. Withdraw that call, or wait for the teacher.")
    row = HelpRequest(
        account_id=caller.account,
        course_id=course_id,
        point_id=point_id,
        question=question,
        asked_at_s=services.now_s(),
        answer="",
        outcome="",
    )
    session.add(row)
    return _tell(session, services, row)


def accept(session: Session, services: Services, help_id: UUID) -> HelpView:
    """The teacher is on it.

    Raises:
        Conflict: when it is closed.
    """
    row = _open(session, help_id)
    if row.accepted_at_s is None:
        row.accepted_at_s = services.now_s()
    return _tell(session, services, row)


def resolve(session: Session, services: Services, help_id: UUID, answer: str) -> HelpView:
    """Closes a call, with an answer or after a talk."""
    row = _open(session, help_id)
    row.accepted_at_s = row.accepted_at_s or services.now_s()
    row.answer, row.outcome, row.closed_at_s = answer, "resolved", services.now_s()
    return _tell(session, services, row)


def withdraw(session: Session, services: Services, help_id: UUID) -> HelpView:
    """The learner needs it no longer."""
    row = _open(session, help_id)
    row.outcome, row.closed_at_s = "withdrawn", services.now_s()
    return _tell(session, services, row)


def queue(session: Session, course_id: UUID) -> list[HelpView]:
    """Open calls of a course, oldest first."""
    query = (
        select(HelpRequest)
        .where(HelpRequest.course_id == course_id, HelpRequest.closed_at_s.is_(None))
        .order_by(HelpRequest.asked_at_s)
    )
    return [view(session, row) for row in session.scalars(query)]


def open_call(session: Session, account_id: UUID, course_id: UUID) -> HelpView | None:
    """The learner's own open call."""
    query = select(HelpRequest).where(
        HelpRequest.account_id == account_id,
        HelpRequest.course_id == course_id,
        HelpRequest.closed_at_s.is_(None),
    )
    row = session.scalars(query).first()
    return view(session, row) if row else None


def view(session: Session, row: HelpRequest) -> HelpView:
    """The row with the names that its two sides may see."""
    learner = session.get(Account, row.account_id)
    point = session.get(KnowledgePoint, row.point_id) if row.point_id else None
    return HelpView(
        id=row.id,
        course_id=row.course_id,
        learner=learner.name if learner else "",
        point_id=row.point_id,
        point_title=point.title if point else "",
        question=row.question,
        asked_at_s=row.asked_at_s,
        accepted_at_s=row.accepted_at_s,
        answer=row.answer,
        outcome=row.outcome,  # type: ignore[arg-type]  # the column holds one of them
        closed_at_s=row.closed_at_s,
    )


def _open(session: Session, help_id: UUID) -> HelpRequest:
    row = session.get(HelpRequest, help_id)
    if row is None:
        raise NotFound("There is no such call.")
    if row.closed_at_s is not None:
        raise Conflict("This call is closed.")
    return row


def _tell(session: Session, services: Services, row: HelpRequest) -> HelpView:
    session.flush()
    told = view(session, row)
    payload = told.model_dump(mode="json")
    for topic in (
        events.of_class(row.course_id),
        events.of_learner(row.account_id, row.course_id),
    ):
        events.emit(session, topic, "help", payload, services.now_s())
    return told
