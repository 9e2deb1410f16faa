"""How much a deployment is used: counts and bytes, nobody's name."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select, text, union
from sqlalchemy.orm import Session

from mien.server.database.tables import (
    Account,
    Base,
    Course,
    Enrolment,
    HelpRequest,
    LearnerStatus,
    ObservationBatch,
)
from mien.server.permissions import Role
from mien.server.schemas.governance import UsageView
from mien.server.services import Services
from mien.server.settings import DAY_S


def read(session: Session, services: Services) -> UsageView:
    """The figures now; days begin at midnight UTC, the week is the last seven days."""
    now_s = services.now_s()
    today_s = now_s - now_s % DAY_S
    roles = dict(session.execute(select(Account.role, func.count()).group_by(Account.role)).all())
    return UsageView(
        accounts={role: roles.get(role, 0) for role in Role if role is not Role.VISITOR},
        suspended_accounts=_count(session, Account, Account.suspended_at_s.is_not(None)),
        active_learners_today=_active(session, today_s),
        active_learners_week=_active(session, now_s - 7 * DAY_S),
        courses=_count(session, Course),
        published_courses=_count(session, Course, Course.published.is_(True)),
        enrolments=_count(session, Enrolment),
        batches_today=_count(session, ObservationBatch, ObservationBatch.received_at_s >= today_s),
        open_help_calls=_count(session, HelpRequest, HelpRequest.closed_at_s.is_(None)),
        database_bytes=_database_bytes(session),
        media_bytes=sum(
            path.stat().st_size for path in services.settings.media_dir.rglob("*") if path.is_file()
        ),
        at_s=now_s,
    )


def _count(session: Session, table: type[Base], *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def _active(session: Session, since_s: float) -> int:
    """Learners who went on with a course, or whose states came in, since a time."""
    either = union(
        select(Enrolment.account_id).where(Enrolment.studied_at_s >= since_s),
        select(LearnerStatus.account_id).where(LearnerStatus.seen_at_s >= since_s),
    ).subquery()
    return session.scalar(select(func.count()).select_from(either)) or 0


def _database_bytes(session: Session) -> int:
    if session.get_bind().dialect.name == "postgresql":
        return session.scalar(text("SELECT pg_database_size(current_database())")) or 0
    pages = session.scalar(text("PRAGMA page_count")) or 0
    return int(pages) * int(session.scalar(text("PRAGMA page_size")) or 0)
