"""Lets the rules look at what came: states, offers, and the class view."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from mien.adaptation.lately import judge_lately
from mien.adaptation.policy import PolicySettings, triggered
from mien.adaptation.study import latest
from mien.assessment.reading import UNREAD
from mien.assessment.settings import AssessmentSettings
from mien.labels import DISTRESS, ENGAGED
from mien.observations import LearningState
from mien.server.actions import law, offers, standing
from mien.server.actions.following import (
    Following,
    Followings,
    Learner,
    first_started_at_s,
    read_again,
)
from mien.server.actions.study_time import BREAK_S
from mien.server.database.tables import (
    CourseFeeling,
    DueAssessment,
    Event,
    LearnerStatus,
    ObservationBatch,
    SelfReport,
)
from mien.server.services import Services

#: News looked at in one transaction; the rest follows in the next.
MOST_AT_ONCE: Final = 1_000
#: After an offer that the limits of minutes did not allow, they are looked at again.
ASKED_AGAIN_S: Final = 15.0


@dataclass
class Outcome:
    """What a look changed: how many pieces of news, whose courses, what learners are told."""

    news: int = 0
    courses: set[UUID] = field(default_factory=set[UUID])
    events: list[Event] = field(default_factory=list[Event])


@dataclass
class _Case:
    """The news of one learner."""

    point_id: UUID | None = None
    report: SelfReport | None = None
    batches: list[ObservationBatch] = field(default_factory=list[ObservationBatch])


def assess_due(session: Session, services: Services, kept: Followings) -> Outcome:
    """Looks at all news in the order in which it came, and marks it as seen."""
    due = session.scalars(select(DueAssessment).order_by(DueAssessment.id).limit(MOST_AT_ONCE))
    rows = list(due)
    outcome = Outcome(news=len(rows))
    if not rows:
        return outcome
    cases = _cases(session, services, rows)
    statuses = _by_learner(session, LearnerStatus, cases)
    feelings = _by_learner(session, CourseFeeling, cases)
    settings = standing.settings_by_course(session, {course for _, course in cases})
    affect = law.affect_allowed(session, services.settings).allowed
    with session.no_autoflush:  # one write of all rows at the end, not one a learner
        for learner, case in cases.items():
            look = _Look(session, services, kept, learner, settings[learner[1]], affect)
            status, states = look.at(case, statuses.get(learner))
            outcome.events.extend(look.offer(services, status, states))
            _feel(session, learner, feelings.get(learner), case.batches)
    outcome.courses = {course for _, course in cases}
    session.execute(delete(DueAssessment).where(DueAssessment.id.in_([row.id for row in rows])))
    return outcome


def _cases(
    session: Session, services: Services, rows: Sequence[DueAssessment]
) -> dict[Learner, _Case]:
    keys = [(row.account_id, row.batch_id) for row in rows if row.batch_id is not None]
    key = tuple_(ObservationBatch.account_id, ObservationBatch.batch_id)
    batches = {
        (batch.account_id, batch.batch_id): batch
        for batch in session.scalars(select(ObservationBatch).where(key.in_(keys)))
    }
    cases = dict[Learner, _Case]()
    for row in rows:
        case = cases.setdefault((row.account_id, row.course_id), _Case())
        case.point_id = row.point_id
        batch = batches.get((row.account_id, row.batch_id)) if row.batch_id else None
        if batch is not None:  # else it was erased before anybody looked
            case.batches.append(batch)
    for case in cases.values():
        case.batches.sort(key=lambda batch: batch.started_at_s)
    for learner, report in _reports(session, services, cases).items():
        cases[learner].report = report
    return cases


def _reports(
    session: Session, services: Services, learners: Collection[Learner]
) -> dict[Learner, SelfReport]:
    """The newest report of each, while it holds."""
    key = tuple_(SelfReport.account_id, SelfReport.course_id)
    since_s = services.now_s() - standing.SAID_HOLDS_S
    rows = session.scalars(
        select(SelfReport)
        .where(key.in_(list(learners)), SelfReport.said_at_s > since_s)
        .order_by(SelfReport.said_at_s)
    )
    return {(row.account_id, row.course_id): row for row in rows}


OfLearner = TypeVar("OfLearner", LearnerStatus, CourseFeeling)


def _by_learner(
    session: Session, table: type[OfLearner], learners: Collection[Learner]
) -> dict[Learner, OfLearner]:
    key = tuple_(table.account_id, table.course_id)
    rows = session.scalars(select(table).where(key.in_(list(learners))))
    return {(row.account_id, row.course_id): row for row in rows}


class _Look:
    """One look at one learner's study."""

    def __init__(
        self,
        session: Session,
        services: Services,
        kept: Followings,
        learner: Learner,
        settings: AssessmentSettings,
        affect: bool,
    ) -> None:
        self.session, self.kept, self.learner = session, kept, learner
        self.settings, self.affect, self.now_s = settings, affect, services.now_s()

    def at(
        self, case: _Case, status: LearnerStatus | None
    ) -> tuple[LearnerStatus, list[LearningState]]:
        """The learner's status after the news, and the states that it rests on."""
        status, fresh = self._status(status, case.batches)
        following = self._following(status, case.batches, fresh)
        states, following.judged = judge_lately(
            following.recent, following.judged, settings=self.settings, affect=self.affect
        )
        said = self._said(status, case.report)
        told = standing.told([*states, *said], standing.titles_of(self.session, _points(states)))
        clock = self.clock(status)
        known = {} if fresh else dict(status.states)
        for rule, state in latest(told, clock(self.now_s) + 1.0).items():
            known[rule] = standing.state_row(state)
        status.states = known
        status.point_id, status.seen_at_s = case.point_id, self.now_s
        return status, told

    def offer(
        self, services: Services, status: LearnerStatus, states: Sequence[LearningState]
    ) -> list[Event]:
        """The event of an offer, where one is made."""
        following, clock = self.kept.get(self.learner), self.clock(status)
        # Most learners need nothing, so nothing is asked of the database for them.
        point, now_s = str(status.point_id or ""), clock(self.now_s)
        if following is None or self.now_s < following.quiet_to_s:
            return []
        if status.point_id is None or not triggered(states, now_s, point):
            return []
        event = offers.consider(
            self.session, services, self.learner, status.point_id, states, clock
        )
        pause_s = PolicySettings().pause_s if event else ASKED_AGAIN_S
        following.quiet_to_s = self.now_s + pause_s
        return [event] if event else []

    def clock(self, status: LearnerStatus) -> _Clock:
        """From seconds since 1970 to the study's clock."""
        return _Clock(status.study_began_at_s)

    def _status(
        self, status: LearnerStatus | None, batches: Sequence[ObservationBatch]
    ) -> tuple[LearnerStatus, bool]:
        """The row, and whether a study begins with it: after a break, erased, or because
        its first batch came late."""
        goes_on = status is not None and self.now_s - status.seen_at_s <= BREAK_S
        if status is not None and goes_on:
            first_s = min((b.started_at_s for b in batches), default=status.study_began_at_s)
            if not status.study_began_at_s - BREAK_S < first_s < status.study_began_at_s:
                return status, False
            began_at_s = first_s
        else:
            began_at_s = first_started_at_s(self.session, self.learner, self.now_s)
        if status is None:
            account_id, course_id = self.learner
            status = LearnerStatus(account_id=account_id, course_id=course_id)
            self.session.add(status)
        status.study_began_at_s, status.seen_at_s = began_at_s, self.now_s
        status.states = {}
        return status, True

    def _following(
        self, status: LearnerStatus, batches: Sequence[ObservationBatch], fresh: bool
    ) -> Following:
        following = self.kept.get(self.learner)
        began_at_s = status.study_began_at_s
        in_order = (
            following is not None
            and not fresh
            and following.began_at_s == began_at_s
            and all(b.started_at_s > following.last_started_at_s for b in batches)
        )
        if following is None or not in_order:
            following = read_again(
                self.session, self.learner, began_at_s, self.now_s, self.settings, self.affect
            )
        else:
            for batch in batches:
                following.add(batch, self.settings, self.affect)
        self.kept.put(self.learner, following)
        return following

    def _said(self, status: LearnerStatus, report: SelfReport | None) -> list[LearningState]:
        """The newest thing that the learner said, as a state, while it holds."""
        if report is None:
            return []
        time_s = self.clock(status)(self.now_s)
        return [standing.state_of_report(report.feeling, str(report.point_id or "-"), time_s)]


@dataclass(frozen=True)
class _Clock:
    began_at_s: float

    def __call__(self, at_s: float) -> float:
        return at_s - self.began_at_s


def _points(states: Sequence[LearningState]) -> set[str]:
    return {s.knowledge_point for s in states if s.knowledge_point in s.reason}


def _feel(
    session: Session,
    learner: Learner,
    row: CourseFeeling | None,
    batches: Sequence[ObservationBatch],
) -> None:
    """Adds batches to the seconds by which courses are compared (preference)."""
    if not batches:
        return
    if row is None:
        account_id, course_id = learner
        row = CourseFeeling(account_id=account_id, course_id=course_id)
        row.engaged_s = row.distress_s = row.known_s = row.unread_s = 0.0
        session.add(row)
    seconds = {"engaged_s": 0.0, "distress_s": 0.0, "known_s": 0.0, "unread_s": 0.0}
    for batch in batches:
        for reading in batch.readings:
            said = reading["expression"]
            name = said["name"] if said else "unknown"
            known = name not in UNREAD
            seconds["known_s" if known else "unread_s"] += batch.interval_s
            seconds["engaged_s"] += batch.interval_s * (name in ENGAGED)
            seconds["distress_s"] += batch.interval_s * (name in DISTRESS)
    for column, more_s in seconds.items():
        setattr(row, column, getattr(row, column) + more_s)
