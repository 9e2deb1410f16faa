"""Registering, changing and deleting an account; what administrators may do to one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mien.server.access import Caller
from mien.server.actions import audit, erasure, media
from mien.server.actions.invitations import usable_invitation
from mien.server.database.tables import Account, LoginSession
from mien.server.folding import folded
from mien.server.permissions import Role
from mien.server.problems import Conflict, Forbidden, NotAccepted, NotFound
from mien.server.schemas.accounts import AccountRow, AccountView, Registration
from mien.server.security.lockout import (
    again_limits,
    count_failure,
    forget_failures,
    refuse_blocked,
    registration_limits,
)
from mien.server.security.tokens import pseudonym
from mien.server.services import Services

#: Rows of one page of the administrator's list.
PAGE = 100


def view(account: Account) -> AccountView:
    """What the owner sees of an account."""
    return AccountView(
        id=account.id,
        email=account.email,
        name=account.name,
        role=Role(account.role),
        created_at_s=account.created_at_s,
    )


def register(services: Services, caller: Caller, wanted: Registration) -> UUID:
    """Makes an account: a learner, or the role of the invitation.

    Raises:
        Conflict: when the e-mail has an account. That it has is told: without sending
            mail there is no other way; tries are limited instead (docs/threat-model.md).
    """
    now_s = services.now_s()
    limits = registration_limits(services.secret, caller.address)
    refuse_blocked(services.database, limits, now_s)
    count_failure(services.database, limits, now_s)
    refuse_weak(wanted.password, wanted.email, wanted.name)
    password_hash = services.passwords.hash(wanted.password)
    try:
        with services.database.writing() as session:
            invitation = usable_invitation(session, services, wanted.invitation)
            account = Account(
                email=wanted.email,
                name=wanted.name,
                role=invitation.role if invitation else Role.LEARNER,
                password_hash=password_hash,
                created_at_s=now_s,
            )
            session.add(account)
            session.flush()
            if invitation:
                invitation.used_by, invitation.used_at_s = account.id, now_s
            subject = pseudonym(services.secret, account.id)
            audit.record(
                session, services, account.id, "account.create", subject, role=account.role
            )
            return account.id
    except IntegrityError:
        raise Conflict("There is an account with this e-mail. Log in instead.") from None


def refuse_weak(password: str, *known: str) -> None:
    """Refuses one letter repeated and the person's own e-mail or name."""
    folded = password.casefold()
    if len(set(folded)) < 4 or folded in {k.casefold() for k in known}:
        raise NotAccepted("This password is easily guessed. A few unrelated words are good.")


def confirm_password(services: Services, caller: Caller, password: str) -> None:
    """Asks for the password again before a grave change; failures count in this log-in alone.

    Raises:
        Forbidden: when it is not the password.
    """
    now_s = services.now_s()
    with services.database.reading() as session:
        account = _existing(session, caller.account)
        known = account.password_hash
    limits = again_limits(services.secret, caller.login_id)
    refuse_blocked(services.database, limits, now_s)
    if not services.passwords.fits(password, known):
        count_failure(services.database, limits, now_s)
        raise Forbidden("This is not your present password.")
    forget_failures(services.database, limits)


def change_password(services: Services, caller: Caller, old: str, new: str) -> None:
    """Sets a new password and ends every log-in of the account, also the present one;
    the caller is given a new one."""
    confirm_password(services, caller, old)
    password_hash = services.passwords.hash(new)
    with services.database.writing() as session:
        account = _existing(session, caller.account)
        refuse_weak(new, account.email, account.name)
        account.password_hash = password_hash
        session.execute(delete(LoginSession).where(LoginSession.account_id == account.id))
        audit.record(session, services, account.id, "account.password")


def rename(session: Session, caller: Caller, name: str) -> AccountView:
    """Changes the name that others see."""
    account = _existing(session, caller.account)
    account.name = name
    return view(account)


def delete_own(services: Services, caller: Caller, password: str) -> None:
    """Erases the account and all that is theirs: studies, consents, courses, files.

    Raises:
        Conflict: for the last administrator, who would leave nobody in charge.
    """
    confirm_password(services, caller, password)
    with services.database.writing() as session:
        erase(session, services, caller, caller.account)
    media.sweep(services)
    erasure.overwrite(services)


def erase(session: Session, services: Services, caller: Caller, account_id: UUID) -> None:
    """Deletes the row; the database deletes all that hangs on it. ``media.sweep`` and
    ``erasure.overwrite`` are due afterwards, outside the transaction."""
    _keep_an_administrator(session, _existing(session, account_id))
    account = _existing(session, account_id, locked=True)
    subject = pseudonym(services.secret, account.id)
    audit.record(session, services, caller.account, "account.erase", subject)
    erasure.delete_person(session, account)


def suspend(
    session: Session, services: Services, caller: Caller, account_id: UUID, suspended: bool
) -> AccountRow:
    """Shuts an account out, or lets it in again; what it holds stays."""
    if suspended:
        _keep_an_administrator(session, _existing(session, account_id))
    account = _existing(session, account_id, locked=True)
    if suspended:
        session.execute(delete(LoginSession).where(LoginSession.account_id == account.id))
    account.suspended_at_s = services.now_s() if suspended else None
    action = "account.suspend" if suspended else "account.readmit"
    subject = pseudonym(services.secret, account.id)
    audit.record(session, services, caller.account, action, subject)
    return _row(account)


def find(session: Session, query: str, offset: int) -> list[AccountRow]:
    """Accounts whose e-mail or name holds the query, by e-mail."""
    wanted = select(Account).order_by(Account.email).offset(offset).limit(PAGE)
    if query:
        wanted = wanted.where(Account.search_text.contains(folded(query), autoescape=True))
    return [_row(account) for account in session.scalars(wanted)]


def _row(account: Account) -> AccountRow:
    return AccountRow(**view(account).model_dump(), suspended_at_s=account.suspended_at_s)


def _existing(session: Session, account_id: UUID, *, locked: bool = False) -> Account:
    account = session.get(Account, account_id, with_for_update=locked)
    if account is None:
        raise NotFound("There is no such account.")
    return account


def _keep_an_administrator(session: Session, account: Account) -> None:
    """Locks all administrators, in one order and before any other row of an account: of two
    who put each other out at the same time, the second sees what the first has done."""
    if account.role != Role.ADMINISTRATOR:
        return
    all_of_them = (
        select(Account)
        .where(Account.role == Role.ADMINISTRATOR)
        .order_by(Account.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    others = [a for a in session.scalars(all_of_them) if a.id != account.id]
    if all(other.suspended_at_s is not None for other in others):
        raise Conflict("This is the last administrator. Invite another one first.")
