"""Structured logs on standard output, and the middleware that times each request.

A line holds method, route template, status and duration: no address, account, name, query
or identifier, so that logs may be kept and shared.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mien.server.metrics import Metrics

#: Asked every few seconds by machines; counted, but logged only where they fail.
QUIET = frozenset({"/health", "/ready", "/metrics", "/observations"})


def configure_logs(style: str) -> None:
    """``json`` for machines, ``text`` for people."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    shared: list[structlog.types.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if style == "json":
        shared.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: Lines(),
        cache_logger_on_first_use=True,
    )


class Lines:
    """Lines on standard output. Where the disk below it is full, the line is lost: a log
    that cannot be written must not end what it tells of."""

    def msg(self, line: str) -> None:
        """One line."""
        with suppress(OSError):
            print(line, flush=True)

    debug = info = warning = error = critical = exception = msg


class RequestLog:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics
        self.log = structlog.get_logger()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began_s = time.perf_counter()
        status = 500

        async def send_and_see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_see)
        finally:
            self._tell(scope, status, time.perf_counter() - began_s)

    def _tell(self, scope: Scope, status: int, took_s: float) -> None:
        route = route_template(scope)
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.metrics.requests.labels(method, route, str(status)).inc()
        self.metrics.seconds.labels(route).observe(took_s)
        if route not in QUIET or status >= 400:
            self.log.info(
                "request",
                method=method,
                route=route,
                status=status,
                took_ms=round(took_s * 1000, 1),
            )


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def route_template(scope: Scope) -> str:
    """``/api/v1/courses/{course_id}``; files of the page are one."""
    route = scope.get("route")
    return str(getattr(route, "path", "")) or "other"
