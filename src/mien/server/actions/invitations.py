"""Codes by which teachers and administrators register; each is good for one person."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.server.access import Caller
from mien.server.actions import audit
from mien.server.database.tables import Invitation
from mien.server.permissions import Role
from mien.server.problems import NotAccepted, NotFound
from mien.server.schemas.accounts import InvitationDraft, InvitationMade, InvitationView
from mien.server.security.tokens import keyed_hash, new_token
from mien.server.services import Services


def make(
    session: Session, services: Services, caller: Caller, draft: InvitationDraft
) -> InvitationMade:
    """Makes a code; it is shown this once and only its hash is kept."""
    code, now_s = new_token(), services.now_s()
    invitation = Invitation(
        code_hash=keyed_hash(services.secret, "invitation", code),
        role=draft.role,
        note=draft.note,
        made_by=caller.account,
        created_at_s=now_s,
        expires_at_s=now_s + draft.days * 86_400.0,
    )
    session.add(invitation)
    session.flush()
    audit.record(session, services, caller.account, "invitation.make", role=draft.role)
    return InvitationMade(**_view(invitation).model_dump(), code=code)


def find(session: Session) -> list[InvitationView]:
    """All of them, newest first."""
    rows = session.scalars(select(Invitation).order_by(Invitation.created_at_s.desc()))
    return [_view(row) for row in rows]


def revoke(session: Session, services: Services, caller: Caller, invitation_id: UUID) -> None:
    """Makes an unused code worthless; a used one is only forgotten."""
    invitation = session.get(Invitation, invitation_id)
    if invitation is None:
        raise NotFound("There is no such invitation.")
    session.delete(invitation)
    audit.record(session, services, caller.account, "invitation.revoke")


def usable_invitation(session: Session, services: Services, code: str) -> Invitation | None:
    """The invitation of a code; None for no code.

    Raises:
        NotAccepted: for a code that is unknown, used or too old: which, is not told.
    """
    if not code:
        return None
    wanted = select(Invitation).where(
        Invitation.code_hash == keyed_hash(services.secret, "invitation", code),
        Invitation.used_at_s.is_(None),
        Invitation.expires_at_s > services.now_s(),
    )
    invitation = session.scalar(wanted.with_for_update())
    if invitation is None:
        raise NotAccepted("This invitation is not valid, was used, or is too old. Ask for another.")
    return invitation


def _view(invitation: Invitation) -> InvitationView:
    return InvitationView(
        id=invitation.id,
        role=Role(invitation.role),
        note=invitation.note,
        created_at_s=invitation.created_at_s,
        expires_at_s=invitation.expires_at_s,
        used_at_s=invitation.used_at_s,
    )
