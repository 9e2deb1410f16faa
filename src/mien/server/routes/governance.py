"""How the deployment is governed: retention, the audit log, usage. For administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from mien.server.access import AnyCaller, AnyServices, Transaction, allow
from mien.server.actions import audit_reading, retention, usage
from mien.server.schemas.governance import AuditPage, RetentionDraft, RetentionView, UsageView

router = APIRouter(tags=["administration"])


@router.get("/retention", dependencies=[allow("retention.manage")])
def read_retention(session: Transaction) -> RetentionView:
    """For how many days each kind of record is kept, and when that was last enforced."""
    return retention.read(session)


@router.put("/retention", dependencies=[allow("retention.manage")])
def change_retention(
    draft: RetentionDraft, caller: AnyCaller, services: AnyServices, session: Transaction
) -> RetentionView:
    """Sets periods; what is older goes within the hour."""
    return retention.change(session, services, caller, draft)


@router.get("/audit", dependencies=[allow("audit.read")])
def read_audit(
    session: Transaction,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    action: Annotated[str, Query(max_length=60)] = "",
) -> AuditPage:
    """What administrators and the server did, newest first."""
    return audit_reading.read(session, before, limit, action.replace("\0", ""))


@router.get("/usage", dependencies=[allow("usage.read")])
def read_usage(services: AnyServices, session: Transaction) -> UsageView:
    """How many people, courses and bytes."""
    return usage.read(session, services)
