"""Offers to a learner, and the calls to the teacher."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from mien.server.access import AnyCaller, AnyServices, Transaction, allow
from mien.server.actions import help_calls, offers
from mien.server.schemas.adaptation import (
    HelpAnswer,
    HelpDraft,
    HelpView,
    OfferAnswer,
    OfferSwitches,
    OfferView,
    SwitchBoard,
)

router = APIRouter(tags=["adaptation"])


@router.get("/courses/{course_id}/offers", dependencies=[allow("course.study")])
def list_offers(course_id: UUID, caller: AnyCaller, session: Transaction) -> list[OfferView]:
    """Everything that was offered to the caller, why, and whether it helped."""
    return offers.history(session, caller.account, course_id)


@router.put("/offers/{offer_id}/answer", dependencies=[allow("offer.answer")])
def answer_offer(
    offer_id: UUID,
    given: OfferAnswer,
    caller: AnyCaller,
    services: AnyServices,
    session: Transaction,
) -> OfferView:
    """Takes, dismisses or disputes an offer."""
    return offers.answer(session, services, caller, offer_id, given)


@router.get("/offer-switches", dependencies=[allow("studies.read")])
def read_switches(caller: AnyCaller, session: Transaction) -> SwitchBoard:
    """What may be offered to the caller."""
    return offers.switch_board(session, caller.account)


@router.put("/offer-switches", dependencies=[allow("studies.read")])
def set_switches(wanted: OfferSwitches, caller: AnyCaller, session: Transaction) -> SwitchBoard:
    """Switches kinds of offers off, and all others on."""
    offers.switch_off(session, caller.account, wanted.off)
    session.flush()
    return offers.switch_board(session, caller.account)


@router.post("/points/{point_id}/help", status_code=201, dependencies=[allow("course.study")])
def ask_for_help(
    point_id: UUID,
    draft: HelpDraft,
    caller: AnyCaller,
    services: AnyServices,
    session: Transaction,
) -> HelpView:
    """Calls the teacher, by name: the one thing that a teacher learns of one learner."""
    return help_calls.ask(session, services, caller, point_id, draft.question)


@router.delete("/help/{help_id}", status_code=204, dependencies=[allow("help.withdraw")])
def withdraw_help(help_id: UUID, services: AnyServices, session: Transaction) -> None:
    """The caller needs it no longer."""
    help_calls.withdraw(session, services, help_id)


@router.get("/courses/{course_id}/help", dependencies=[allow("help.answer")])
def list_help(course_id: UUID, session: Transaction) -> list[HelpView]:
    """Open calls, oldest first."""
    return help_calls.queue(session, course_id)


@router.put("/help/{help_id}/acceptance", dependencies=[allow("help.answer")])
def accept_help(help_id: UUID, services: AnyServices, session: Transaction) -> HelpView:
    """The teacher is on it; the learner sees it at once."""
    return help_calls.accept(session, services, help_id)


@router.put("/help/{help_id}/resolution", dependencies=[allow("help.answer")])
def resolve_help(
    help_id: UUID, given: HelpAnswer, services: AnyServices, session: Transaction
) -> HelpView:
    """Closes a call, with an answer or after a talk."""
    return help_calls.resolve(session, services, help_id, given.answer)
