"""Puts the server together: services, middleware, routes, pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute

from mien.server.answers import PROBLEM_RESPONSES, Defects, handle_problems
from mien.server.assessor import AssessorThread
from mien.server.batch_door import ROUTE, AppWithDoor, make_door
from mien.server.database.upgrade import require_newest
from mien.server.feed import Feed
from mien.server.garbage import set_aside
from mien.server.housekeeping import keep_house
from mien.server.intake import Intake
from mien.server.logs import RequestLog, configure_logs
from mien.server.pages import Pages
from mien.server.routes import FILES, ROUTERS
from mien.server.security.headers import SecurityHeaders
from mien.server.security.origin import OriginCheck
from mien.server.services import Services, open_services
from mien.server.settings import load_settings
from mien.version import VERSION

PREFIX: Final = "/api/v1"


def make_app(services: Services, *, judges: bool = True) -> FastAPI:
    """The app over services that are open; it closes their database at its end.

    Args:
        judges: False leaves it to somebody else to let the rules look at what came.

    Raises:
        DatabaseError: at start, on another schema than this version's.
    """

    app = AppWithDoor(
        title="mien",
        summary="The online classroom.",
        version=VERSION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # its pages load scripts from a CDN
        redoc_url=None,
        lifespan=_lifespan(services, judges),
        generate_unique_id_function=operation_name,
        max_body_size=services.settings.max_request_bytes,
    )
    app.state.services = services
    app.state.intake = Intake(services)
    app.state.feed = Feed(services)
    handle_problems(app)
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX, responses=PROBLEM_RESPONSES)
    for router in FILES:
        app.include_router(router)
    app.mount("/", Pages(), name="pages")
    # The last one added is the outermost.
    app.add_middleware(Defects)
    app.add_middleware(OriginCheck, settings=services.settings)
    app.add_middleware(SecurityHeaders, settings=services.settings)
    app.add_middleware(RequestLog, metrics=services.metrics)
    app.door_path, app.door = PREFIX + ROUTE, make_door(services, app.state.intake)
    return app


def _lifespan(
    services: Services, judges: bool
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What runs beside the answers, and the database until the end."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        require_newest(services.database)
        housekeeping = asyncio.create_task(keep_house(services))
        assessor = AssessorThread(services)
        app.state.intake.start()
        if judges:
            assessor.start()
        set_aside()
        yield
        housekeeping.cancel()
        app.state.intake.stop()
        await app.state.feed.stop()
        if judges:
            assessor.stop()
        services.database.close()

    return lifespan


def create_app() -> FastAPI:
    """The factory that uvicorn's workers call; settings come from the environment."""
    settings = load_settings()
    configure_logs(settings.log_format)
    # With several workers the rules run in a process beside them (serving.serve).
    return make_app(open_services(settings), judges=settings.workers == 1)


def operation_name(route: APIRoute) -> str:
    """The function's name, so that the generated client reads like the server."""
    return route.name
