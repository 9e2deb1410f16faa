"""What the rules have not seen yet, read for many learners at once, and how they stand after
it, written for all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Subquery, and_, delete, select
from sqlalchemy.orm import Session

from mien.server.actions.following import Learner
from mien.server.actions.holding import SAID_HOLDS_S
from mien.server.actions.study_time import StoredReadings
from mien.server.database.statements import among, insert_into, table_of
from mien.server.database.tables import (
    CourseFeeling,
    DueAssessment,
    KnowledgePoint,
    LearnerStatus,
    ObservationBatch,
    SelfReport,
)

#: News looked at in one transaction; the rest follows in the next.
MOST_AT_ONCE: Final = 1_000


class Said(NamedTuple):
    """What a learner said last by a button."""

    feeling: str
    point_id: UUID | None
    said_at_s: float


@dataclass
class Status:
    """How a learner stands in a course: the row of that name."""

    study_began_at_s: float
    seen_at_s: float
    point_id: UUID | None = None
    states: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])


@dataclass
class Case:
    """The news of one learner: where they are, what came, and how they stood before."""

    point_id: UUID | None = None
    batches: list[StoredReadings] = field(default_factory=list[StoredReadings])
    said: Said | None = None
    status: Status | None = None


@dataclass
class News:
    """Everything that is due, in the order in which it came."""

    numbers: list[int] = field(default_factory=list[int])
    cases: dict[Learner, Case] = field(default_factory=dict[Learner, Case])


def read_news(session: Session, now_s: float) -> News:
    """What is due, locked, so that whoever erases a learner waits until it is judged."""
    news = News()
    for row in session.execute(_due()):
        news.numbers.append(row.id)
        case = news.cases.setdefault((row.account_id, row.course_id), Case())
        case.point_id = row.point_id
        if row.readings is not None:  # else somebody said or opened something, or it was erased
            case.batches.append(
                StoredReadings(row.started_at_s, row.interval_s, row.batch_point_id, row.readings)
            )
    if not news.numbers:
        return news
    for case in news.cases.values():
        case.batches.sort(key=lambda batch: batch.started_at_s)
    of_whom = _learners_until(news.numbers[-1])
    for learner, said in _said(session, of_whom, now_s - SAID_HOLDS_S).items():
        if learner in news.cases:
            news.cases[learner].said = said
    for learner, status in _statuses(session, of_whom).items():
        if learner in news.cases:
            news.cases[learner].status = status
    return news


def _due() -> Any:
    due, batch, point = DueAssessment, ObservationBatch, KnowledgePoint
    return (
        select(
            due.id,
            due.account_id,
            due.course_id,
            point.id.label("point_id"),  # None where the point is gone by now
            batch.started_at_s,
            batch.interval_s,
            batch.point_id.label("batch_point_id"),
            batch.readings,
        )
        .outerjoin(point, point.id == due.point_id)
        .outerjoin(batch, and_(batch.account_id == due.account_id, batch.batch_id == due.batch_id))
        .order_by(due.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=due)
    )


def _learners_until(number: int) -> Subquery:
    """Whom the news up to a number speaks of: joined to, it needs no list of them."""
    query = select(DueAssessment.account_id, DueAssessment.course_id)
    return query.where(DueAssessment.id <= number).distinct().subquery()


def _said(session: Session, of_whom: Subquery, since_s: float) -> dict[Learner, Said]:
    """The newest report of each, while it holds."""
    report, whom = SelfReport, of_whom.c
    rows = session.execute(
        select(
            report.account_id, report.course_id, report.feeling, report.point_id, report.said_at_s
        )
        .join(
            of_whom,
            and_(whom.account_id == report.account_id, whom.course_id == report.course_id),
        )
        .where(report.said_at_s > since_s)
        .order_by(report.said_at_s)
    )
    return {
        (row.account_id, row.course_id): Said(row.feeling, row.point_id, row.said_at_s)
        for row in rows
    }


def _statuses(session: Session, of_whom: Subquery) -> dict[Learner, Status]:
    kept, whom = LearnerStatus, of_whom.c
    rows = session.execute(
        select(
            kept.account_id,
            kept.course_id,
            kept.study_began_at_s,
            kept.seen_at_s,
            kept.point_id,
            kept.states,
        ).join(of_whom, and_(whom.account_id == kept.account_id, whom.course_id == kept.course_id))
    )
    return {
        (row.account_id, row.course_id): Status(
            row.study_began_at_s, row.seen_at_s, row.point_id, row.states
        )
        for row in rows
    }


def store_statuses(session: Session, statuses: Mapping[Learner, Status]) -> None:
    """Writes how learners stand now."""
    table = table_of(LearnerStatus)
    added = insert_into(session, table)
    changed = {
        name: added.excluded[name]
        for name in ("study_began_at_s", "seen_at_s", "point_id", "states")
    }
    statement = added.on_conflict_do_update(
        index_elements=[table.c.account_id, table.c.course_id], set_=changed
    )
    session.execute(
        statement,
        [
            {"account_id": account_id, "course_id": course_id, **vars(status)}
            for (account_id, course_id), status in statuses.items()
        ],
    )


def add_seconds(session: Session, seconds: Mapping[Learner, Mapping[str, float]], day: int) -> None:
    """Adds to the seconds of a day (see :class:`CourseFeeling`) by which courses are
    compared (preference)."""
    if not seconds:
        return
    table = table_of(CourseFeeling)
    added = insert_into(session, table)
    columns = ("engaged_s", "distress_s", "known_s", "unread_s")
    statement = added.on_conflict_do_update(
        index_elements=[table.c.account_id, table.c.course_id, table.c.day],
        set_={name: table.c[name] + added.excluded[name] for name in columns},
    )
    session.execute(
        statement,
        [
            {"account_id": account_id, "course_id": course_id, "day": day, **row}
            for (account_id, course_id), row in seconds.items()
        ],
    )


def mark_seen(session: Session, numbers: Sequence[int]) -> None:
    """The rules have looked at these."""
    session.execute(delete(DueAssessment).where(among(session, DueAssessment.id, numbers)))
