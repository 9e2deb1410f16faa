"""Lets the rules look at what came: states, offers, and the class view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from mien.adaptation.lately import judge_lately
from mien.adaptation.policy import PolicySettings, triggered
from mien.adaptation.study import latest
from mien.assessment.reading import UNREAD
from mien.assessment.settings import AssessmentSettings
from mien.labels import DISTRESS, ENGAGED
from mien.observations import LearningState
from mien.server.actions import consent, offers, standing, thresholds
from mien.server.actions.following import (
    Following,
    Followings,
    Learner,
    first_started_at_s,
    read_again,
)
from mien.server.actions.holding import Holding, states_of_rows, was_said
from mien.server.actions.news import (
    Case,
    Said,
    Status,
    add_seconds,
    mark_seen,
    read_news,
    store_statuses,
)
from mien.server.actions.present import Present
from mien.server.actions.study_time import BREAK_S, StoredReadings, ended_at_s
from mien.server.database.tables import Event
from mien.server.services import Services
from mien.server.settings import DAY_S

#: After an offer that the limits of minutes did not allow, they are looked at again.
ASKED_AGAIN_S: Final = 15.0


@dataclass
class Outcome:
    """What a look changed: how many pieces of news, whose courses, what learners are told."""

    news: int = 0
    courses: set[UUID] = field(default_factory=set[UUID])
    events: list[Event] = field(default_factory=list[Event])


def assess_due(session: Session, services: Services, kept: Followings, present: Present) -> Outcome:
    """Looks at all news in the order in which it came, and marks it as seen.

    Args:
        kept: what is remembered of the studies; goes on with them.
        present: is told how everybody stands now.
    """
    news = read_news(session, services.now_s())
    outcome = Outcome(news=len(news.numbers))
    if not news.numbers:
        return outcome
    settings = thresholds.settings_by_course(session, {course for _, course in news.cases})
    affect = consent.affect_of(session, services.settings, news.cases)
    statuses = dict[Learner, Status]()
    for learner, case in news.cases.items():
        look = _Look(session, services, kept, learner, settings[learner[1]], learner in affect)
        statuses[learner], states = look.at(case)
        outcome.events.extend(look.offer(services, statuses[learner], states))
    store_statuses(session, statuses)
    seconds = {k: _seconds(c.batches) for k, c in news.cases.items() if c.batches}
    add_seconds(session, seconds, int(services.now_s() // DAY_S))
    mark_seen(session, news.numbers)
    for learner, status in statuses.items():
        present.saw(learner, status)
    outcome.courses = {course for _, course in news.cases}
    return outcome


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

    def at(self, case: Case) -> tuple[Status, list[LearningState]]:
        """The learner's status after the news, and the states that it rests on."""
        status, fresh = self._status(case.status, case.batches)
        following = self._following(status, case.batches, fresh)
        states, following.judged = judge_lately(
            following.recent, following.judged, settings=self.settings, affect=self.affect
        )
        told = standing.told(states, standing.titles_of(self.session, _points(states)))
        now_s = self.clock(status)(self.now_s)
        holding = Holding(now_s, str(case.point_id or "-"), self.affect)
        said = [s for s in self._said(status, case.said) if holding.holds(s)]
        held = {} if fresh else holding.of(states_of_rows(status.states))
        # What was said before is not carried: the newest comes with the news.
        known = {r: status.states[r] for r, state in held.items() if not was_said(state)}
        read = latest(told, now_s + 1.0)
        for rule, state in (*read.items(), *((s.rule, s) for s in said)):
            known[rule] = standing.state_row(state)
        seen_at_s = self._seen_at_s(case, following)
        return Status(status.study_began_at_s, seen_at_s, case.point_id, known), [*told, *said]

    def offer(
        self, services: Services, status: Status, states: Sequence[LearningState]
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

    def clock(self, status: Status) -> Callable[[float], float]:
        """From seconds since 1970 to the study's clock."""
        return lambda at_s: at_s - status.study_began_at_s

    def _status(
        self, status: Status | None, batches: Sequence[StoredReadings]
    ) -> tuple[Status, bool]:
        """How the learner stood, and whether a study begins with it: after a break, erased,
        or because its first batch came late."""
        goes_on = status is not None and self.now_s - status.seen_at_s <= BREAK_S
        if status is not None and goes_on:
            first_s = min((b.started_at_s for b in batches), default=status.study_began_at_s)
            if not status.study_began_at_s - BREAK_S < first_s < status.study_began_at_s:
                return status, False
            began_at_s = first_s
        else:
            began_at_s = first_started_at_s(self.session, self.learner, self.now_s)
        return Status(began_at_s, self.now_s), True

    def _following(
        self, status: Status, batches: Sequence[StoredReadings], fresh: bool
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

    def _seen_at_s(self, case: Case, following: Following) -> float:
        """The end of the learner's newest reading, however late it came; where the study has
        none, when they said something last. 0: neither is known."""
        times = [case.status.seen_at_s] if case.status else [0.0]
        times.extend(min(ended_at_s(batch), self.now_s) for batch in case.batches)
        if case.said is not None and not following.visits:
            times.append(case.said.said_at_s)
        return max(times)

    def _said(self, status: Status, said: Said | None) -> list[LearningState]:
        """The newest thing that the learner said, as a state until now, while it holds."""
        if said is None:
            return []
        clock = self.clock(status)
        point, said_at_s = str(said.point_id or "-"), clock(said.said_at_s)
        state = standing.state_of_report(said.feeling, point, said_at_s)
        return [replace(state, end_s=max(said_at_s, clock(self.now_s)))]


def _points(states: Sequence[LearningState]) -> set[str]:
    return {s.knowledge_point for s in states if s.knowledge_point in s.reason}


def _seconds(batches: Sequence[StoredReadings]) -> dict[str, float]:
    """What the batches add to the seconds by which courses are compared (preference). Where
    presence alone was looked for, expressions were neither known nor unread."""
    seconds = {"engaged_s": 0.0, "distress_s": 0.0, "known_s": 0.0, "unread_s": 0.0}
    for batch in batches:
        if any(r["face"] and r["expression"] is None for r in batch.readings):
            continue
        for reading in batch.readings:
            said = reading["expression"]
            name = said["name"] if said else "unknown"
            known = name not in UNREAD
            seconds["known_s" if known else "unread_s"] += batch.interval_s
            seconds["engaged_s"] += batch.interval_s * (name in ENGAGED)
            seconds["distress_s"] += batch.interval_s * (name in DISTRESS)
    return seconds
