"""What the server does by itself: every hour, one worker removes what is too old."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from fastapi.concurrency import run_in_threadpool

from mien.server.actions import erasure, retention
from mien.server.services import Services

EVERY_S: Final = 3600.0
#: Workers that start together look so often whether somebody has done it.
LOOK_S: Final = 300.0


async def keep_house(services: Services, look_s: float = LOOK_S) -> None:
    """Runs until it is cancelled. A failure is told by its kind, and tried again."""
    while True:
        await asyncio.sleep(look_s)
        try:
            await run_in_threadpool(enforce_once, services)
        except Exception as error:
            structlog.get_logger().error("retention", kind=type(error).__name__)


def enforce_once(services: Services) -> dict[str, int]:
    """One transaction of it, if it is due."""
    with services.database.writing() as session:
        removed = retention.enforce_if_due(session, services, EVERY_S)
    if any(removed.values()):
        erasure.overwrite(services)
    return removed
