"""The one cookie: an HttpOnly, SameSite=Strict session token.

The pages are static files and fetch what they show, so even a visit by a foreign link
sends the cookie with those fetches; Strict costs nothing.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from mien.server.settings import Settings


def cookie_name(settings: Settings) -> str:
    """``__Host-``: browsers refuse it from subdomains and without https."""
    return "__Host-mien_session" if settings.secure else "mien_session"


def presented_token(request: Request, settings: Settings) -> str | None:
    """The token that came with the request."""
    return request.cookies.get(cookie_name(settings)) or None


def give_cookie(response: Response, settings: Settings, token: str) -> None:
    """Sets the token for as long as the session can last."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(settings.session_lifetime_s),
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="strict",
    )


def take_cookie(response: Response, settings: Settings) -> None:
    """Removes it."""
    response.delete_cookie(
        cookie_name(settings),
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="strict",
    )
