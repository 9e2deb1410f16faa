"""Who is in a lesson now, and how each stands: what the class view is drawn from.

The rows are the truth, and are asked for each drawing; the states in them, ten times as
large and seldom new, are remembered by whoever judged them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import CompoundSelect, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from mien.assessment.live import LearnerNow
from mien.observations import LearningState
from mien.server.actions import consent
from mien.server.actions.following import Learner
from mien.server.actions.holding import SAID_HOLDS_S, Holding, read_from_expressions, states_of_rows
from mien.server.actions.news import Status
from mien.server.database.statements import among
from mien.server.database.tables import Enrolment, LearnerStatus, SelfReport
from mien.server.settings import Settings

#: Without readings for so long a learner is no longer before the camera: three batches.
PRESENT_S: Final = 30.0
#: Without a camera a learner is in the lesson for so long after what they said or opened.
WITHOUT_CAMERA_S: Final = SAID_HOLDS_S


class _Seen(NamedTuple):
    at_s: float
    began_at_s: float
    point: str
    states: Mapping[str, LearningState]

    def now(self, now_s: float, affect: bool) -> LearnerNow:
        """With the states that still hold."""
        camera = self.at_s > now_s - PRESENT_S
        holding = Holding(now_s - self.began_at_s, self.point, affect, camera)
        return LearnerNow(self.point, holding.of(self.states))


class Present:
    """One for each who draws."""

    def __init__(self) -> None:
        self._seen = defaultdict[UUID, dict[UUID, _Seen]](dict)

    def saw(self, learner: Learner, status: Status) -> None:
        """Remembers a status as it is stored."""
        self._seen[learner[1]][learner[0]] = _seen(status)

    def clear(self) -> None:
        """Forgets everything; it is read again."""
        self._seen.clear()

    def of(
        self, session: Session, settings: Settings, courses: Collection[UUID], now_s: float
    ) -> dict[UUID, list[LearnerNow]]:
        """Everyone who was seen, said or opened something lately, by course, with the states
        that still hold: law and consents are asked each time, as they may end between two
        batches. Whoever is not among them, left or erased, is forgotten."""
        found = self._found(session, courses, now_s)
        for course in courses:
            self._seen.pop(course, None)
        self._seen.update(found)
        affect = consent.affect_of(session, settings, _read_from_expressions(found))
        return {
            course: [
                seen.now(now_s, (account, course) in affect)
                for account, seen in found[course].items()
            ]
            for course in courses
        }

    def _found(
        self, session: Session, courses: Collection[UUID], now_s: float
    ) -> dict[UUID, dict[UUID, _Seen]]:
        row = LearnerStatus
        here = (
            among(session, row.course_id, courses),
            or_(
                row.seen_at_s > now_s - PRESENT_S,
                tuple_(row.account_id, row.course_id).in_(
                    _without_camera(session, courses, now_s - WITHOUT_CAMERA_S)
                ),
            ),
        )
        found = defaultdict[UUID, dict[UUID, _Seen]](dict)
        unknown = set[UUID]()
        for course, account, at_s in session.execute(
            select(row.course_id, row.account_id, row.seen_at_s).where(*here)
        ):
            seen = self._seen[course].get(account)
            if seen is None or seen.at_s != at_s:
                unknown.add(course)
            else:
                found[course][account] = seen
        if unknown:
            columns = (row.study_began_at_s, row.seen_at_s, row.point_id, row.states)
            whole = select(row.course_id, row.account_id, *columns).where(
                *here, among(session, row.course_id, unknown)
            )
            for course, account, *status in session.execute(whole):
                found[course][account] = _seen(Status(*status))
        return found


def _without_camera(
    session: Session, courses: Collection[UUID], since_s: float
) -> CompoundSelect[tuple[UUID, UUID]]:
    """Account and course of whoever said or opened something since then."""
    place, report = Enrolment, SelfReport
    return union_all(
        select(place.account_id, place.course_id).where(
            among(session, place.course_id, courses), place.studied_at_s > since_s
        ),
        select(report.account_id, report.course_id).where(
            among(session, report.course_id, courses), report.said_at_s > since_s
        ),
    )


def _seen(status: Status) -> _Seen:
    return _Seen(
        status.seen_at_s,
        status.study_began_at_s,
        str(status.point_id or "-"),
        states_of_rows(status.states),
    )


def _read_from_expressions(found: Mapping[UUID, Mapping[UUID, _Seen]]) -> set[Learner]:
    """Those of whom a state rests on expressions; of the others no consent need be asked."""
    return {
        (account, course)
        for course, people in found.items()
        for account, seen in people.items()
        if any(read_from_expressions(state) for state in seen.states.values())
    }
