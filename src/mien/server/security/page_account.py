"""Refuses what a page asks for one account while another is logged in.

All tabs of a browser share one cookie. Where one learner leaves a page open and another
logs in, the old page would go on in the other's name: with its readings, its answers, its
decisions. So the pages name the account that they belong to with every request.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from starlette.requests import Request

from mien.server.problems import SignInNeeded

#: The account's identifier, as ``GET /session`` tells it; optional for other clients.
HEADER: Final = "x-mien-account"


def page_account(request: Request) -> str:
    """The account that the request is made for; "" where it does not say."""
    return request.headers.get(HEADER, "").strip().lower()


def other_account(wanted: str, account_id: UUID | None) -> SignInNeeded | None:
    """Why a request for ``wanted`` is refused, None if it is not.

    Args:
        wanted: see :func:`page_account`.
        account_id: who is logged in, None for a visitor.
    """
    if wanted in ("", str(account_id)):
        return None
    if account_id is None:
        return SignInNeeded("You are logged out. Log in again.")
    return SignInNeeded("Somebody else is logged in in this browser. Log in again.")
