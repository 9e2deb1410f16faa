"""Retention, the audit log and usage on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from mien.server.permissions import Role
from mien.server.schemas.text import Body


class RetentionDraft(Body):
    """Days by kind; kinds that are left out, or null, stay as they are."""

    observations_days: Annotated[int | None, Field(ge=1, le=400)] = None
    self_reports_days: Annotated[int | None, Field(ge=1, le=400)] = None
    offers_days: Annotated[int | None, Field(ge=1, le=400)] = None
    help_days: Annotated[int | None, Field(ge=1, le=400)] = None
    snapshots_days: Annotated[int | None, Field(ge=1, le=1500)] = None
    logins_days: Annotated[int | None, Field(ge=1, le=400)] = None
    attempts_days: Annotated[int | None, Field(ge=1, le=30)] = None
    audit_days: Annotated[int | None, Field(ge=183, le=3650)] = None


class RetentionKind(BaseModel):
    """One kind of record: how long it is kept, between which bounds, and why."""

    kind: str
    days: int
    default_days: int
    least_days: int
    most_days: int
    explanation: str


class RetentionView(BaseModel):
    """Days by kind, and more of each in ``kinds``. ``enforced_at_s`` None: the job has not
    run yet; ``removed`` is what it last removed."""

    observations_days: int
    self_reports_days: int
    offers_days: int
    help_days: int
    snapshots_days: int
    logins_days: int
    attempts_days: int
    audit_days: int
    kinds: list[RetentionKind]
    enforced_at_s: float | None
    removed: dict[str, int]


class AuditRow(BaseModel):
    """One entry; ``actor`` and people in ``subject`` are keyed hashes, or ``server``."""

    id: int
    at_s: float
    actor: str
    action: str
    subject: str
    detail: dict[str, str]


class AuditPage(BaseModel):
    """Entries, newest first; ``before`` asks for the next page, None on the last one."""

    entries: list[AuditRow]
    before: int | None


class UsageView(BaseModel):
    """How much the deployment is used; counts only."""

    accounts: dict[Role, int]
    suspended_accounts: int
    active_learners_today: int
    active_learners_week: int
    courses: int
    published_courses: int
    enrolments: int
    batches_today: int
    open_help_calls: int
    database_bytes: int
    media_bytes: int
    at_s: float
