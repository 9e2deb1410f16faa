"""Refusals as responses: RFC 9457 JSON, never a traceback."""

from __future__ import annotations

import traceback
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, IntegrityError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mien.server.problems import (
    Conflict,
    Problem,
    ProblemBody,
    TooLarge,
    Unavailable,
    WrongField,
)

#: Calls that the log names of a defect.
MOST_PLACES: Final = 12
PROBLEM_TYPE: Final = "application/problem+json"
#: In the OpenAPI description of every route.
PROBLEM_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {
        "description": "Refused, with the reason.",
        "model": ProblemBody,
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
    },
}


def problem_answer(problem: Problem) -> JSONResponse:
    """The response of a refusal."""
    return _answer(problem.status, problem.code, problem.detail, problem.headers)


def handle_problems(app: FastAPI) -> None:
    """Every error becomes an answer of the same form."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(DBAPIError, _on_database)


async def _on_problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return problem_answer(error)


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == TooLarge.status:  # the framework's words tell no limit
        most = request.app.state.services.settings.max_request_bytes
        return problem_answer(TooLarge(f"A request has at most {most} bytes. Send less at once."))
    code = HTTPStatus(error.status_code).name.lower()
    return _answer(error.status_code, code, str(error.detail), dict(error.headers or {}))


async def _on_invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return invalid_answer(error)


def invalid_answer(error: RequestValidationError) -> JSONResponse:
    """422 with the places that are wrong."""
    fields = [
        WrongField(place=".".join(str(part) for part in e["loc"]), message=str(e["msg"]))
        for e in error.errors()
    ]
    # The values themselves are not repeated: they may be a password.
    return _answer(422, "not_accepted", "Some values are not accepted.", {}, fields)


async def _on_database(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DBAPIError)
    if isinstance(error, IntegrityError):
        return problem_answer(Conflict("Somebody changed the same thing. Load it again."))
    structlog.get_logger().error("database", kind=type(error.orig).__name__)
    return problem_answer(
        Unavailable("The database does not answer. Nothing was saved; try again.", retry_after_s=2)
    )


class Defects:
    """ASGI middleware, the innermost: what nobody foresaw becomes an answer like all others,
    with the headers that the outer ones set. Where it happened is logged, but not its words
    nor any value: they may hold a name or a password."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = False

        async def send_and_see(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_see)
        except Exception as error:
            structlog.get_logger().error(
                "defect", kind=type(error).__name__, where=places(error.__traceback__)
            )
            if began or scope["type"] != "http":
                raise  # half an answer is cut off, never closed as if it were whole
            words = "Something went wrong here. Nothing was saved."
            await _answer(500, "defect", words, {})(scope, receive, send)


def places(trace: TracebackType | None) -> list[str]:
    """``module.py:line function`` of the innermost calls."""
    frames = traceback.extract_tb(trace)[-MOST_PLACES:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def _answer(
    status: int,
    code: str,
    detail: str,
    headers: dict[str, str],
    fields: list[WrongField] | None = None,
) -> JSONResponse:
    body = ProblemBody(
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        detail=detail,
        fields=fields or [],
    )
    return JSONResponse(body.model_dump(), status, headers, media_type=PROBLEM_TYPE)
