"""Who is in a lesson now, and how each stands: what the class view is drawn from.

The rows are the truth, and are asked for each drawing; the states in them, ten times as
large and seldom new, are remembered by whoever judged them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.assessment.live import LearnerNow
from mien.observations import LearningState
from mien.server.actions.following import Learner
from mien.server.database.statements import among
from mien.server.database.tables import LearnerStatus

#: Without news for so long a learner is no longer in the lesson: three batches.
PRESENT_S: Final = 30.0


class _Seen(NamedTuple):
    at_s: float
    now: LearnerNow


class Present:
    """One for each who draws."""

    def __init__(self) -> None:
        self._seen = defaultdict[UUID, dict[UUID, _Seen]](dict)

    def saw(
        self,
        learner: Learner,
        at_s: float,
        point_id: UUID | None,
        states: Mapping[str, Mapping[str, Any]],
    ) -> None:
        """Remembers a status as it is stored."""
        self._seen[learner[1]][learner[0]] = _Seen(at_s, _now(point_id, states))

    def clear(self) -> None:
        """Forgets everything; it is read again."""
        self._seen.clear()

    def of(
        self, session: Session, courses: Collection[UUID], now_s: float
    ) -> dict[UUID, list[LearnerNow]]:
        """Everyone whose data came lately, by course. Whoever is not among them, left or
        erased, is forgotten."""
        row = LearnerStatus
        here = (among(session, row.course_id, courses), row.seen_at_s > now_s - PRESENT_S)
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
        for course, account, at_s, point_id, states in (
            session.execute(
                select(
                    row.course_id, row.account_id, row.seen_at_s, row.point_id, row.states
                ).where(*here, among(session, row.course_id, unknown))
            )
            if unknown
            else ()
        ):
            found[course][account] = _Seen(at_s, _now(point_id, states))
        for course in courses:
            self._seen.pop(course, None)
        self._seen.update(found)
        return {course: [s.now for s in found[course].values()] for course in courses}


def _now(point_id: UUID | None, states: Mapping[str, Mapping[str, Any]]) -> LearnerNow:
    found = {rule: _state(rule, row) for rule, row in states.items()}
    return LearnerNow(str(point_id or "-"), found)


def _state(rule: str, row: Mapping[str, Any]) -> LearningState:
    return LearningState(
        rule=rule,
        state=row["state"],
        start_s=row["start_s"],
        end_s=row["end_s"],
        person_id=None,
        value=row["value"],
        counts=row["counts"],
        unknown_share=row["unknown_share"],
        reason=row["reason"],
        knowledge_point=row["point"],
    )
