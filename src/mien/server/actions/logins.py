"""Logging in and out; the list of browsers where an account is logged in."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mien.server.access import Caller
from mien.server.actions import audit
from mien.server.database.tables import Account, LoginSession
from mien.server.problems import SignInNeeded
from mien.server.schemas.accounts import LogIn, LoginView
from mien.server.security.devices import marked_name
from mien.server.security.lockout import (
    count_failure,
    forget_failures,
    log_in_limits,
    refuse_blocked,
)
from mien.server.security.tokens import keyed_hash, new_token
from mien.server.services import Services

#: In this order: Edge also says Chrome, Chrome also says Safari.
BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux|CrOS", "Linux"),
)


def log_in(services: Services, caller: Caller, given: LogIn, client: str, mark: str = "") -> str:
    """Checks e-mail and password and opens a new session.

    Args:
        mark: of the browser, from an earlier log-in in it; "" for none.

    Returns:
        The token for the cookie. It is always new: one that came with the request is
        ended, so nobody can be made to use a session that another knows (fixation).

    Raises:
        SignInNeeded: the same words and time whether or not there is such an account.
        TooManyRequests: after repeated failures.
    """
    now_s = services.now_s()
    device = marked_name(services.secret, given.email, mark)
    limits = log_in_limits(services.secret, given.email, caller.address, device)
    refuse_blocked(services.database, limits, now_s)
    with services.database.reading() as session:
        account = session.scalar(select(Account).where(Account.email == given.email))
    known = account.password_hash if account else None
    if not services.passwords.fits(given.password, known) or account is None:
        count_failure(services.database, limits, now_s)
        raise SignInNeeded("E-mail and password do not fit together.")
    if account.suspended_at_s is not None:
        raise SignInNeeded("This account is suspended. Ask the administrator.")
    forget_failures(services.database, limits)
    verified = account.password_hash
    if services.passwords.is_outdated(verified):
        verified = _hash_anew(services, account.id, verified, given.password)
    return open_session(services, account.id, client, caller.login_id, verified)


def open_session(
    services: Services,
    account_id: UUID,
    client: str,
    instead_of: UUID | None = None,
    verified: str | None = None,
) -> str:
    """A new session; expired ones of the account are cleared away.

    Args:
        verified: the hash that the password was compared with, which takes a while.

    Raises:
        SignInNeeded: meanwhile the password was changed, or the account suspended.
    """
    token, now_s = new_token(), services.now_s()
    with services.database.writing() as session:
        if verified is not None:
            _still_theirs(session, account_id, verified)
        session.execute(
            delete(LoginSession).where(
                LoginSession.account_id == account_id, LoginSession.expires_at_s <= now_s
            )
        )
        if instead_of is not None:
            session.execute(delete(LoginSession).where(LoginSession.id == instead_of))
        session.add(
            LoginSession(
                account_id=account_id,
                token_hash=keyed_hash(services.secret, "session", token),
                client=client_name(client),
                created_at_s=now_s,
                last_seen_at_s=now_s,
                expires_at_s=now_s + services.settings.session_lifetime_s,
            )
        )
        audit.record(session, services, account_id, "session.create")
    return token


def find(session: Session, services: Services, caller: Caller) -> list[LoginView]:
    """The account's sessions that still count, last used first."""
    now_s = services.now_s()
    rows = session.scalars(
        select(LoginSession)
        .where(
            LoginSession.account_id == caller.account,
            LoginSession.expires_at_s > now_s,
            LoginSession.last_seen_at_s > now_s - services.settings.session_idle_s,
        )
        .order_by(LoginSession.last_seen_at_s.desc())
    )
    return [
        LoginView(
            id=row.id,
            client=row.client,
            created_at_s=row.created_at_s,
            last_seen_at_s=row.last_seen_at_s,
            present=row.id == caller.login_id,
        )
        for row in rows
    ]


def end(session: Session, login_id: UUID) -> None:
    """Ends one session; its cookie is worthless from now on."""
    session.execute(delete(LoginSession).where(LoginSession.id == login_id))


def end_others(session: Session, caller: Caller) -> None:
    """Ends every session of the account but the present one."""
    session.execute(
        delete(LoginSession).where(
            LoginSession.account_id == caller.account, LoginSession.id != caller.login_id
        )
    )


def client_name(user_agent: str) -> str:
    """``Firefox on Linux``: enough to recognise, too little to track."""
    browser = _first(BROWSERS, user_agent, "A browser")
    return f"{browser} on {_first(SYSTEMS, user_agent, 'an unknown system')}"


def _first(names: tuple[tuple[str, str], ...], text: str, otherwise: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, text)), otherwise)


def _hash_anew(services: Services, account_id: UUID, verified: str, password: str) -> str:
    fresh = services.passwords.hash(password)
    with services.database.writing() as session:
        _still_theirs(session, account_id, verified).password_hash = fresh
    return fresh


def _still_theirs(session: Session, account_id: UUID, verified: str) -> Account:
    """The account, locked, as it was when its password was compared."""
    account = session.get(Account, account_id, with_for_update=True)
    if account is None or account.password_hash != verified or account.suspended_at_s is not None:
        raise SignInNeeded("This account has just changed. Log in again.")
    return account
