"""What learners' browsers send, and what learners say."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request

from mien.server.access import AnyCaller, AnyServices, InBulk, Transaction, allow
from mien.server.actions import observations, standing
from mien.server.actions.observations import ACTION, Arrival
from mien.server.schemas.observation import BatchDraft, BatchReceipt, SelfReportDraft
from mien.server.schemas.standing import Standing
from mien.server.security.cookies import presented_token
from mien.server.security.page_account import page_account

router = APIRouter(tags=["observation"])


@router.post("/observations", status_code=202, dependencies=[Depends(InBulk(ACTION))])
async def send_observations(
    draft: BatchDraft, request: Request, services: AnyServices
) -> BatchReceipt:
    """Takes at most ten seconds of readings, once, however often they come.

    Described here; answered by :mod:`mien.server.batch_door`, for a third of the cost.
    """
    token = presented_token(request, services.settings)
    address = request.client.host if request.client else ""
    arrival = Arrival(token, address, draft, page_account(request))
    receipt: BatchReceipt = await request.app.state.intake.put(arrival)
    return receipt


@router.post(
    "/points/{point_id}/self-report", status_code=204, dependencies=[allow("course.study")]
)
def say_how_it_goes(
    point_id: UUID,
    said: SelfReportDraft,
    caller: AnyCaller,
    services: AnyServices,
    session: Transaction,
) -> None:
    """How it goes, by a button: as good as what a camera reads."""
    observations.say(session, services, caller, point_id, said.feeling)


@router.get("/courses/{course_id}/standing", dependencies=[allow("course.study")])
def read_standing(
    course_id: UUID, caller: AnyCaller, services: AnyServices, session: Transaction
) -> Standing:
    """What may be observed, the latest states, and what waits for an answer."""
    return standing.read(session, services, caller, course_id)
