"""Adds to the append-only log; people stand in it as keyed hashes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from mien.server.database.tables import AuditEntry
from mien.server.security.tokens import pseudonym
from mien.server.services import Services


def record(
    session: Session,
    services: Services,
    actor: object,
    action: str,
    subject: object = "",
    **detail: str,
) -> None:
    """One entry in the caller's transaction: what is rolled back is not logged.

    Args:
        actor: the account that did it; None is the server itself.
        subject: an account (kept as a keyed hash) or a thing's name.
        detail: never names, addresses or e-mails.
    """
    session.add(
        AuditEntry(
            at_s=services.now_s(),
            actor=pseudonym(services.secret, actor) if actor else "server",
            action=action,
            subject=str(subject)[:60],
            detail=detail,
        )
    )
