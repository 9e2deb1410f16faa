"""How long records are kept, and the job that removes what is older.

The periods are ours; the law asks for no longer than needed (GDPR, Art. 5(1)(e)) and names
no figure. Readings of a second are the most telling and serve the comparison with the last
few sessions: 30 days. What a learner said, was offered, or asked a teacher tells a term's
story: 180. The class's snapshots name nobody, and the same course a year later is compared
with them: 400. The audit log must outlast the question who opened the law gate: 730, and at
least the six months for which the EU's AI Act has deployers keep logs (Art. 26(6)).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, and_, delete, func, or_, select, text
from sqlalchemy.orm import Session

from mien.server.access import Caller
from mien.server.actions import audit, events, intervention_days
from mien.server.database.tables import (
    Attempt,
    AuditEntry,
    AuditExpiry,
    Base,
    ClassSnapshot,
    CourseFeeling,
    HelpRequest,
    InterventionDay,
    Invitation,
    LearnerStatus,
    LoginSession,
    ObservationBatch,
    Offer,
    RetentionPeriod,
    RetentionRun,
    SelfReport,
)
from mien.server.schemas.governance import RetentionDraft, RetentionKind, RetentionView
from mien.server.services import Services
from mien.server.settings import DAY_S, Settings

#: Of PostgreSQL's advisory locks, ours (the letters "keep"): one worker at a time.
RETENTION_LOCK: Final = 0x6B656570
#: Nobody looks at the class of yesterday by the second: one snapshot a minute stays.
FINE_S: Final = DAY_S
COARSE_S: Final = 60.0

Forget = Callable[[Session, Settings, float], int]


@dataclass(frozen=True)
class Kind:
    """Records of one kind: for how many days unless set otherwise, what they are, and what
    removes those from before a time. The bounds are those of :class:`RetentionDraft`."""

    days: int
    explanation: str
    forget: Forget


def read(session: Session) -> RetentionView:
    """The periods in force, and when they were last enforced."""
    in_force, run = periods(session), session.get(RetentionRun, 1)
    bounds = RetentionDraft.model_json_schema()["properties"]
    return RetentionView(
        **in_force,
        kinds=[
            RetentionKind(
                kind=name,
                days=in_force[name],
                default_days=kind.days,
                least_days=bounds[name]["anyOf"][0]["minimum"],
                most_days=bounds[name]["anyOf"][0]["maximum"],
                explanation=kind.explanation,
            )
            for name, kind in KINDS.items()
        ],
        enforced_at_s=run.at_s if run else None,
        removed=run.removed if run else {},
    )


def change(
    session: Session, services: Services, caller: Caller, draft: RetentionDraft
) -> RetentionView:
    """Sets periods; the next run enforces them."""
    wanted: dict[str, int] = draft.model_dump(exclude_none=True)
    for name, days in wanted.items():
        row = session.get(RetentionPeriod, name)
        if row is None:
            row = RetentionPeriod(kind=name)
            session.add(row)
        row.days = days
    changed = {name: str(days) for name, days in wanted.items()}
    audit.record(session, services, caller.account, "retention.change", **changed)
    session.flush()
    return read(session)


def periods(session: Session) -> dict[str, int]:
    """Days in force by kind."""
    rows = session.scalars(select(RetentionPeriod))
    stored = {row.kind: row.days for row in rows}
    return {name: stored.get(name, kind.days) for name, kind in KINDS.items()}


def enforce(session: Session, services: Services) -> dict[str, int]:
    """Removes what is older than its period, in the caller's transaction.

    Returns:
        Removed rows by kind; empty where another worker is at it.
    """
    if not _locked(session):
        return {}
    now_s, run = services.now_s(), session.get(RetentionRun, 1)
    since_s = run.at_s - 2 * FINE_S if run else 0.0  # earlier ones were seen to then
    intervention_days.close(session, now_s, since_s)  # before the offers go
    removed = {
        name: KINDS[name].forget(session, services.settings, now_s - days * DAY_S)
        for name, days in periods(session).items()
    }
    removed["snapshots_days"] += _thin_snapshots(session, since_s, now_s - FINE_S)
    events.forget_old(session, now_s)
    if run is None:
        run = RetentionRun(id=1)
        session.add(run)
    run.at_s, run.removed = now_s, removed
    told = {name: str(count) for name, count in removed.items() if count}
    if told:
        audit.record(session, services, None, "retention.enforce", **told)
    return removed


def enforce_if_due(session: Session, services: Services, every_s: float) -> dict[str, int]:
    """The same, unless somebody did it less than ``every_s`` ago."""
    run = session.get(RetentionRun, 1)
    if run is not None and services.now_s() - run.at_s < every_s:
        return {}
    return enforce(session, services)


def _locked(session: Session) -> bool:
    if session.get_bind().dialect.name != "postgresql":  # SQLite has one writer anyway
        return True
    query = text("SELECT pg_try_advisory_xact_lock(:key)")
    return bool(session.scalar(query, {"key": RETENTION_LOCK}))


def _delete(session: Session, table: type[Base], *conditions: ColumnElement[bool]) -> int:
    found: CursorResult[Any] = session.execute(delete(table).where(and_(*conditions)))  # type: ignore[assignment]
    return found.rowcount


def _observations(session: Session, _: Settings, before_s: float) -> int:
    """Readings, the states that were made of them and not renewed since, and the seconds of
    a day with the first of its readings that goes."""
    _delete(session, CourseFeeling, CourseFeeling.day <= before_s // DAY_S)
    _delete(session, LearnerStatus, LearnerStatus.seen_at_s < before_s)
    return _delete(session, ObservationBatch, ObservationBatch.received_at_s < before_s)


def _self_reports(session: Session, _: Settings, before_s: float) -> int:
    return _delete(session, SelfReport, SelfReport.said_at_s < before_s)


def _offers(session: Session, _: Settings, before_s: float) -> int:
    return _delete(session, Offer, Offer.made_at_s < before_s)


def _help(session: Session, _: Settings, before_s: float) -> int:
    """Closed calls; an open one waits for somebody."""
    return _delete(session, HelpRequest, HelpRequest.closed_at_s < before_s)


def _snapshots(session: Session, _: Settings, before_s: float) -> int:
    _delete(session, InterventionDay, InterventionDay.day < before_s // DAY_S)
    return _delete(session, ClassSnapshot, ClassSnapshot.at_s < before_s)


def _logins(session: Session, settings: Settings, before_s: float) -> int:
    """Sessions that ended, by their lifetime or unused; invitations that were used or ran out,
    whose notes name people who may never have got an account."""
    idle = LoginSession.last_seen_at_s + settings.session_idle_s < before_s
    ended = _delete(session, LoginSession, or_(LoginSession.expires_at_s < before_s, idle))
    over = func.coalesce(Invitation.used_at_s, Invitation.expires_at_s) < before_s
    return ended + _delete(session, Invitation, over)


def _attempts(session: Session, _: Settings, before_s: float) -> int:
    over = (Attempt.window_started_at_s < before_s, Attempt.blocked_until_s < before_s)
    return _delete(session, Attempt, *over)


def _audit(session: Session, _: Settings, before_s: float) -> int:
    """The database itself refuses to let entries go but here: see :class:`AuditExpiry`."""
    session.add(AuditExpiry(id=1, before_s=before_s))
    session.flush()
    removed = _delete(session, AuditEntry, AuditEntry.at_s < before_s)
    session.execute(delete(AuditExpiry))
    return removed


def _thin_snapshots(session: Session, since_s: float, before_s: float) -> int:
    """Keeps the first snapshot of each minute and course."""
    rows = session.execute(
        select(ClassSnapshot.id, ClassSnapshot.course_id, ClassSnapshot.at_s)
        .where(ClassSnapshot.at_s >= since_s, ClassSnapshot.at_s < before_s)
        .order_by(ClassSnapshot.course_id, ClassSnapshot.at_s)
    )
    kept, surplus = set[tuple[UUID, float]](), list[UUID]()
    for id_, course_id, at_s in rows:
        minute = (course_id, at_s // COARSE_S)
        if minute in kept:
            surplus.append(id_)
        kept.add(minute)
    for first in range(0, len(surplus), 500):
        session.execute(
            delete(ClassSnapshot).where(ClassSnapshot.id.in_(surplus[first : first + 500]))
        )
    return len(surplus)


#: kind -> period. The names are those of the interface.
KINDS: Final[Mapping[str, Kind]] = {
    "observations_days": Kind(
        30, "Readings of learners' cameras, and the states made of them.", _observations
    ),
    "self_reports_days": Kind(180, "What learners said by buttons.", _self_reports),
    "offers_days": Kind(180, "What was offered to learners, and its effect.", _offers),
    "help_days": Kind(180, "Calls to the teacher that are closed.", _help),
    "snapshots_days": Kind(400, "The class as teachers saw it: groups, nobody's name.", _snapshots),
    "logins_days": Kind(30, "Log-ins and invitations, after they ended.", _logins),
    "attempts_days": Kind(1, "Failed tries to log in, as keyed hashes.", _attempts),
    "audit_days": Kind(730, "What administrators and the server did.", _audit),
}
