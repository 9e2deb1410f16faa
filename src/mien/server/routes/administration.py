"""What administrators do: people, invitations, the law gate."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from mien.server.access import AnyCaller, AnyServices, Transaction, allow
from mien.server.actions import accounts, erasure, invitations, law, media
from mien.server.schemas.accounts import (
    AccountRow,
    InvitationDraft,
    InvitationMade,
    InvitationView,
    Suspension,
)
from mien.server.schemas.law import LegalBasisDraft, LegalBasisView

router = APIRouter(tags=["administration"])


@router.get("/accounts", dependencies=[allow("accounts.list")])
def find_accounts(
    session: Transaction,
    query: Annotated[str, Query(max_length=100)] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> list[AccountRow]:
    """Accounts by e-mail, a hundred at a time."""
    return accounts.find(session, query.replace("\0", ""), offset)


@router.put("/accounts/{account_id}/suspension", dependencies=[allow("accounts.suspend")])
def suspend_account(
    account_id: UUID,
    wanted: Suspension,
    caller: AnyCaller,
    services: AnyServices,
    session: Transaction,
) -> AccountRow:
    """Shuts an account out, or lets it in again."""
    return accounts.suspend(session, services, caller, account_id, wanted.suspended)


@router.delete("/accounts/{account_id}", status_code=204, dependencies=[allow("accounts.erase")])
def erase_account(account_id: UUID, caller: AnyCaller, services: AnyServices) -> None:
    """Erases an account with all that is theirs."""
    with services.database.writing() as session:
        accounts.erase(session, services, caller, account_id)
    media.sweep(services)
    erasure.overwrite(services)


@router.get("/invitations", dependencies=[allow("invitation.manage")])
def find_invitations(session: Transaction) -> list[InvitationView]:
    """All invitations, without their codes."""
    return invitations.find(session)


@router.post("/invitations", status_code=201, dependencies=[allow("invitation.manage")])
def make_invitation(
    draft: InvitationDraft, caller: AnyCaller, services: AnyServices, session: Transaction
) -> InvitationMade:
    """Makes a code for one person; it is shown this once."""
    return invitations.make(session, services, caller, draft)


@router.delete(
    "/invitations/{invitation_id}", status_code=204, dependencies=[allow("invitation.manage")]
)
def revoke_invitation(
    invitation_id: UUID, caller: AnyCaller, services: AnyServices, session: Transaction
) -> None:
    """Makes a code worthless."""
    invitations.revoke(session, services, caller, invitation_id)


@router.get("/legal-bases", dependencies=[allow("legal-basis.manage")])
def find_legal_bases(session: Transaction) -> list[LegalBasisView]:
    """Every legal basis that was recorded."""
    return law.history(session)


@router.post("/legal-bases", status_code=201, dependencies=[allow("legal-basis.manage")])
def record_legal_basis(
    draft: LegalBasisDraft, caller: AnyCaller, services: AnyServices, session: Transaction
) -> LegalBasisView:
    """Records why expressions may be read here; from then on they may."""
    return law.record_basis(session, services, caller, draft)


@router.delete(
    "/legal-bases/{basis_id}", status_code=204, dependencies=[allow("legal-basis.manage")]
)
def end_legal_basis(
    basis_id: UUID, caller: AnyCaller, services: AnyServices, session: Transaction
) -> None:
    """Ends it: expressions are off at once. The record stays."""
    law.end_basis(session, services, caller, basis_id)
