"""Refuses requests that another site made a browser send (CSRF) or that came under a
foreign name (DNS rebinding).

Unsafe methods need the header ``X-Requested-With: mien``: a foreign page cannot set it
without asking by CORS first, which is never granted. Where the browser sends ``Origin`` or
``Sec-Fetch-Site``, they must be ours too. There is no token to leak or to expire. See
decision 0026.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from mien.server.answers import problem_answer
from mien.server.problems import Forbidden, NotFound, Problem
from mien.server.settings import Settings, is_loopback

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER: Final = ("x-requested-with", "mien")
#: Asked by load balancers under any name; they hold nothing of anybody.
ANY_HOST: Final = frozenset({"/health", "/ready", "/metrics"})


class OriginCheck:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.origins = allowed_origins(settings)
        self.hosts = {urlsplit(origin).netloc for origin in self.origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            problem = self.problem_of(scope["method"], scope["path"], Headers(scope=scope))
            if problem is not None:
                await problem_answer(problem)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def problem_of(self, method: str, path: str, headers: Headers) -> Problem | None:
        """Why it is refused, None if it is not."""
        if headers.get("host", "") not in self.hosts and path not in ANY_HOST:
            return NotFound("This server does not answer under that name.")
        if method in SAFE_METHODS:
            return None
        if headers.get(HEADER[0]) != HEADER[1]:
            return Forbidden(f"Send the header {HEADER[0]}: {HEADER[1]} with every change.")
        if headers.get("origin", next(iter(self.origins))) not in self.origins:
            return Forbidden("The request was made by a page of another site.")
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return Forbidden("The request was made by a page of another site.")
        return None


def allowed_origins(settings: Settings) -> frozenset[str]:
    """The public origin; on loopback also its other names."""
    found = {settings.origin}
    parts = urlsplit(settings.origin)
    if is_loopback(parts.hostname or ""):
        port = f":{parts.port}" if parts.port else ""
        found |= {f"{parts.scheme}://{n}{port}" for n in ("localhost", "127.0.0.1", "[::1]")}
    return frozenset(found)
