"""Reads the audit log, a page at a time."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.server.database.tables import AuditEntry
from mien.server.schemas.governance import AuditPage, AuditRow


def read(session: Session, before: int | None, limit: int, action: str = "") -> AuditPage:
    """Entries with a number below ``before``, newest first.

    Args:
        action: only those whose action begins so, such as ``legal-basis``; '' is all.
    """
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    if action:
        query = query.where(AuditEntry.action.startswith(action, autoescape=True))
    rows = list(session.scalars(query))
    entries = [
        AuditRow(
            id=row.id,
            at_s=row.at_s,
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            detail=row.detail,
        )
        for row in rows[:limit]
    ]
    return AuditPage(entries=entries, before=entries[-1].id if len(rows) > limit else None)
