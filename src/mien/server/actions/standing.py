"""How a learner stands: the latest state of each rule, from readings and from words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.observations import LearningState
from mien.server.access import Caller
from mien.server.actions import consent, help_calls, offers
from mien.server.actions.holding import Holding, states_of_rows
from mien.server.database.tables import KnowledgePoint, LearnerStatus
from mien.server.schemas.standing import Standing, StateNow
from mien.server.services import Services

#: feeling -> rule, state, counts, and the reason in words.
REPORTS: Final[Mapping[str, tuple[str, str, dict[str, int], str]]] = {
    "going_well": ("focus", "focused", {}, "You said that it goes well."),
    "puzzled": ("difficulty", "difficult", {}, "You said that this point is hard."),
    "tired": ("engagement", "measured", {"distress": 1}, "You said that you are tired."),
}


def read(session: Session, services: Services, caller: Caller, course_id: UUID) -> Standing:
    """What the study page needs when it opens, and after a lost connection."""
    now_s = services.now_s()
    streams = consent.streams(session, services.settings, caller.account, course_id)
    status = session.get(LearnerStatus, (caller.account, course_id))
    began_at_s = status.study_began_at_s if status else 0.0
    kept = states_of_rows(status.states) if status else {}
    point = str(status.point_id or "-") if status else "-"
    holding = Holding(now_s - began_at_s, point, streams["affect"].allowed)
    return Standing(
        presence=streams["presence"].allowed,
        affect=streams["affect"].allowed,
        states={
            rule: StateNow(
                state=state.state,
                reason=state.reason,
                value=state.value,
                unknown_share=state.unknown_share,
                at_s=began_at_s + state.end_s,
            )
            for rule, state in holding.of(kept).items()
        },
        offer=offers.open_offer(session, caller.account, course_id, now_s),
        help=help_calls.open_call(session, caller.account, course_id),
    )


def learners_of(
    session: Session, learners: Collection[tuple[UUID, UUID]]
) -> set[tuple[UUID, UUID]]:
    """Those of these learners and courses of whom anything is kept."""
    courses = {course for _, course in learners}
    query = select(LearnerStatus.account_id, LearnerStatus.course_id)
    rows = session.execute(query.where(LearnerStatus.course_id.in_(courses)))
    return {(row.account_id, row.course_id) for row in rows} & set(learners)


def state_of_report(feeling: str, point: str, time_s: float) -> LearningState:
    """A press of a button as a state of the same rules, marked as said."""
    rule, state, counts, reason = REPORTS[feeling]
    return LearningState(
        rule=rule,
        state=state,
        start_s=time_s,
        end_s=time_s,
        person_id=1,
        value=None,
        counts={**counts, "self_report": 1},
        unknown_share=0.0,
        reason=reason,
        knowledge_point=point,
    )


def titles_of(session: Session, points: Iterable[str]) -> dict[str, str]:
    """Identifier -> title; '' and '-' stand for no point."""
    ids = set(points) - {"", "-"}
    if not ids:
        return {}
    query = select(KnowledgePoint.id, KnowledgePoint.title).where(
        KnowledgePoint.id.in_([UUID(i) for i in ids])
    )
    return {str(id_): title for id_, title in session.execute(query)}


def told(states: Sequence[LearningState], titles: Mapping[str, str]) -> list[LearningState]:
    """Reasons name the point as people do; ``knowledge_point`` stays its identifier."""
    return [
        replace(s, reason=s.reason.replace(s.knowledge_point, titles[s.knowledge_point]))
        if s.knowledge_point in titles and s.knowledge_point in s.reason
        else s
        for s in states
    ]


def state_row(state: LearningState) -> dict[str, Any]:
    """What is kept of a state."""
    return {
        "state": state.state,
        "start_s": round(state.start_s, 3),
        "end_s": round(state.end_s, 3),
        "value": state.value,
        "counts": dict(state.counts),
        "unknown_share": state.unknown_share,
        "reason": state.reason,
        "point": state.knowledge_point,
    }
