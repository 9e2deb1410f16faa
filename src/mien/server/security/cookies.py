"""Two cookies, HttpOnly and SameSite=Strict: the token of the session, and the mark of a
browser in which one has logged in (:mod:`mien.server.security.devices`).

The pages are static files and fetch what they show, so even a visit by a foreign link
sends the cookie with those fetches; Strict costs nothing.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from mien.server.settings import Settings

#: As long as browsers keep any cookie without a visit (Chromium: 400 days), in seconds.
MARK_LASTS_S: Final = 400 * 86_400


def cookie_name(settings: Settings, of: str = "session") -> str:
    """``__Host-``: browsers refuse it from subdomains and without https."""
    return f"__Host-mien_{of}" if settings.secure else f"mien_{of}"


def presented_mark(request: Request, settings: Settings) -> str:
    """The mark of the browser, as an earlier log-in gave it; "" for none."""
    return request.cookies.get(cookie_name(settings, "device"), "")


def presented_token(request: Request, settings: Settings) -> str | None:
    """The token that came with the request."""
    return request.cookies.get(cookie_name(settings)) or None


def give_cookie(response: Response, settings: Settings, token: str) -> None:
    """Sets the token for as long as the session can last."""
    _give(response, settings, "session", token, settings.session_lifetime_s)


def give_mark(response: Response, settings: Settings, mark: str) -> None:
    """Marks the browser as one that is known."""
    _give(response, settings, "device", mark, MARK_LASTS_S)


def _give(response: Response, settings: Settings, of: str, value: str, lasts_s: float) -> None:
    response.set_cookie(
        cookie_name(settings, of),
        value,
        max_age=int(lasts_s),
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="strict",
    )


def take_cookie(response: Response, settings: Settings, of: str = "session") -> None:
    """Removes one of the two."""
    response.delete_cookie(
        cookie_name(settings, of),
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="strict",
    )
