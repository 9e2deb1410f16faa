"""``/accounts``: registering; ``/account``: one's own."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from mien.server.access import AnyCaller, AnyServices, Transaction, allow
from mien.server.actions import accounts, logins
from mien.server.schemas.accounts import (
    AccountView,
    Confirmation,
    PasswordChange,
    Registration,
    Rename,
)
from mien.server.security.cookies import give_cookie, give_mark, take_cookie
from mien.server.security.devices import new_mark

router = APIRouter(tags=["account"])


@router.post("/accounts", status_code=204, dependencies=[allow("account.create")])
def register(
    wanted: Registration,
    caller: AnyCaller,
    services: AnyServices,
    request: Request,
    response: Response,
) -> None:
    """Makes an account and logs in. Teachers need an invitation."""
    account_id = accounts.register(services, caller, wanted)
    agent = request.headers.get("user-agent", "")
    token = logins.open_session(services, account_id, agent, instead_of=caller.login_id)
    give_cookie(response, services.settings, token)
    give_mark(response, services.settings, new_mark(services.secret, wanted.email))


@router.patch("/account", dependencies=[allow("account.change")])
def rename(wanted: Rename, caller: AnyCaller, session: Transaction) -> AccountView:
    """Changes the name that others see."""
    return accounts.rename(session, caller, wanted.name)


@router.put("/account/password", status_code=204, dependencies=[allow("account.change")])
def change_password(
    wanted: PasswordChange,
    caller: AnyCaller,
    services: AnyServices,
    request: Request,
    response: Response,
) -> None:
    """Sets a new password and logs out everywhere else."""
    accounts.change_password(services, caller, wanted.present, wanted.new)
    agent = request.headers.get("user-agent", "")
    token = logins.open_session(services, caller.account, agent)
    give_cookie(response, services.settings, token)


@router.post("/account/deletion", status_code=204, dependencies=[allow("account.delete")])
def delete_account(
    given: Confirmation, caller: AnyCaller, services: AnyServices, response: Response
) -> None:
    """Erases the account with all that is theirs. A teacher's courses go too."""
    accounts.delete_own(services, caller, given.password)
    take_cookie(response, services.settings)
    take_cookie(response, services.settings, "device")
