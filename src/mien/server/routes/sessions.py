"""``/session``: who is logged in; ``/account/logins``: where."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from mien.server.access import AnyCaller, AnyServices, Transaction, allow
from mien.server.actions import accounts, law, logins
from mien.server.database.tables import Account
from mien.server.schemas.accounts import LogIn, LoginView, SessionView
from mien.server.security.cookies import give_cookie, give_mark, presented_mark, take_cookie
from mien.server.security.devices import new_mark

router = APIRouter(tags=["session"])


@router.get("/session", dependencies=[allow("session.read")])
def read_session(caller: AnyCaller, services: AnyServices, session: Transaction) -> SessionView:
    """Who is logged in, and what this deployment may do."""
    account = session.get(Account, caller.account_id) if caller.account_id else None
    return SessionView(
        account=accounts.view(account) if account else None,
        demo=services.settings.demo,
        affect=law.affect_allowed(session, services.settings),
    )


@router.post("/session", status_code=204, dependencies=[allow("session.create")])
def log_in(
    given: LogIn, caller: AnyCaller, services: AnyServices, request: Request, response: Response
) -> None:
    """Logs in; the session is an HttpOnly cookie, and so is the mark of a known browser."""
    agent, mark = request.headers.get("user-agent", ""), presented_mark(request, services.settings)
    token = logins.log_in(services, caller, given, agent, mark)
    give_cookie(response, services.settings, token)
    give_mark(response, services.settings, new_mark(services.secret, given.email))


@router.delete("/session", status_code=204, dependencies=[allow("session.end")])
def log_out(
    caller: AnyCaller, services: AnyServices, session: Transaction, response: Response
) -> None:
    """Logs out in this browser."""
    if caller.login_id is not None:
        logins.end(session, caller.login_id)
    take_cookie(response, services.settings)


@router.get("/account/logins", dependencies=[allow("login.list")])
def list_logins(caller: AnyCaller, services: AnyServices, session: Transaction) -> list[LoginView]:
    """Where the account is logged in."""
    return logins.find(session, services, caller)


@router.delete("/account/logins", status_code=204, dependencies=[allow("login.revoke")])
def end_other_logins(caller: AnyCaller, session: Transaction) -> None:
    """Logs out everywhere else."""
    logins.end_others(session, caller)


@router.delete("/account/logins/{login_id}", status_code=204, dependencies=[allow("login.revoke")])
def end_login(login_id: UUID, session: Transaction) -> None:
    """Logs out in one browser."""
    logins.end(session, login_id)
