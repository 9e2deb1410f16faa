"""The class while it goes on, and the streams of news."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse

from mien.server.access import AnyCaller, AnyServices, Caller, Transaction, allow
from mien.server.actions import events, live
from mien.server.schemas.live import ClassView, LiveSwitch

router = APIRouter(tags=["live"])

_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/event-stream": {}}, "description": "Server-sent events."}
}
LastEventId = Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=2**63 - 1)]


@router.get("/courses/{course_id}/live", dependencies=[allow("live.read")])
def read_live(course_id: UUID, services: AnyServices, session: Transaction) -> ClassView:
    """The class now, groups only."""
    return live.read(session, services, course_id)


@router.put("/courses/{course_id}/live", status_code=204, dependencies=[allow("live.switch")])
def switch_live(
    course_id: UUID, wanted: LiveSwitch, services: AnyServices, session: Transaction
) -> None:
    """Turns the live view of the course on or off."""
    live.switch(session, services, course_id, wanted.on)


@router.get(
    "/courses/{course_id}/live/events",
    dependencies=[allow("live.read")],
    response_class=StreamingResponse,
    responses=_STREAM,
)
async def stream_live(
    course_id: UUID, request: Request, caller: AnyCaller, last_event_id: LastEventId = None
) -> StreamingResponse:
    """``class``, ``help`` and ``switch`` as they come; goes on after ``Last-Event-ID``."""
    return _stream(request, caller, events.of_class(course_id), last_event_id)


@router.get(
    "/courses/{course_id}/events",
    dependencies=[allow("course.study")],
    response_class=StreamingResponse,
    responses=_STREAM,
)
async def stream_own(
    course_id: UUID, request: Request, caller: AnyCaller, last_event_id: LastEventId = None
) -> StreamingResponse:
    """``offer`` and ``help`` of the caller as they come."""
    return _stream(request, caller, events.of_learner(caller.account, course_id), last_event_id)


def _stream(
    request: Request, caller: Caller, topic: str, last_event_id: int | None
) -> StreamingResponse:
    told = request.app.state.feed.stream(topic, last_event_id, caller.login_id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(told, media_type="text/event-stream", headers=headers)
