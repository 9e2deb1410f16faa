"""Answers batches of readings before the framework does: hundreds come a second, and most
of what one costs would be the framework's.

The route is described with all others (``routes/observations.py``); the checks of origin,
the headers and the log around it are the same classes as around the whole app.
"""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mien.server.actions.observations import Arrival
from mien.server.answers import Defects, invalid_answer, problem_answer
from mien.server.intake import Intake
from mien.server.logs import RequestLog
from mien.server.problems import Problem, TooLarge, WrongType
from mien.server.schemas.observation import BatchDraft
from mien.server.security.cookies import presented_token
from mien.server.security.headers import SecurityHeaders
from mien.server.security.origin import OriginCheck
from mien.server.security.page_account import page_account
from mien.server.services import Services

#: Fifty readings are about 20 kB (docs/observation-batches.md).
MOST_BYTES: Final = 64 * 1024
ROUTE: Final = "/observations"


class AppWithDoor(FastAPI):
    """The app, and in front of it one door for one path."""

    def __init__(self, **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]  # FastAPI's own arguments
        self.door_path = ""
        self.door: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        at_door = (
            self.door is not None
            and scope["type"] == "http"
            and scope["method"] == "POST"
            and scope["path"] == self.door_path
        )
        if at_door and self.door is not None:
            await self.door(scope, receive, send)
        else:
            await super().__call__(_counted(scope), receive, send)


def _counted(scope: Scope) -> Scope:
    """Without the length that a request claims: where that is too large, Starlette answers in
    plain text, past our headers, even if the request has been carried out. So it counts."""
    if scope["type"] != "http":
        return scope
    told = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
    return {**scope, "headers": told}


def make_door(services: Services, intake: Intake) -> ASGIApp:
    """The door with everything that surrounds the app."""
    door: ASGIApp = BatchDoor(services, intake)
    door = Defects(door)
    door = OriginCheck(door, settings=services.settings)
    door = SecurityHeaders(door, settings=services.settings)
    return RequestLog(door, metrics=services.metrics)


class BatchDoor:
    """ASGI endpoint of ``POST /observations``."""

    path = ROUTE  # what the log calls it

    def __init__(self, services: Services, intake: Intake) -> None:
        self.services, self.intake = services, intake

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self
        response = await self.answer(Request(scope, receive))
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """202 once it is stored, else the problem."""
        try:
            draft = BatchDraft.model_validate_json(await self._body(request))
            token = presented_token(request, self.services.settings)
            address = request.client.host if request.client else ""
            receipt = await self.intake.put(Arrival(token, address, draft, page_account(request)))
        except Problem as problem:
            return problem_answer(problem)
        except ValidationError as error:
            found = [{**e, "loc": ("body", *e["loc"])} for e in error.errors(include_input=False)]
            return invalid_answer(RequestValidationError(found))
        return Response(receipt.model_dump_json(), 202, media_type="application/json")

    async def _body(self, request: Request) -> bytes:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise WrongType("Send the batch as application/json.")
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise TooLarge(f"A batch has at most {MOST_BYTES} bytes.")
        return bytes(body)
