"""One learner's study of a lesson, judged by the same rules as a recording.

The readings of a camera, or what the learner says without one, become observations;
the visits to knowledge points become the lesson. Nothing here knows of databases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from mien.assessment.assess import Assessment, assess
from mien.assessment.lesson import KnowledgePoint, Lesson
from mien.assessment.settings import AssessmentSettings
from mien.observations import LearningState, Observation

#: Stands between a point and the number of its visit; no identifier contains it.
_VISIT: Final = "\x1f"
#: A learner's own number in their own timeline.
LEARNER: Final = 1


@dataclass(frozen=True)
class Visit:
    """Time on one knowledge point, seconds on the study's clock; several to one point
    are several visits."""

    knowledge_point: str
    start_s: float
    end_s: float


def lesson_of(visits: Sequence[Visit]) -> Lesson:
    """The visits as a lesson. Overlaps (two windows, a wrong clock) are cut: the later
    visit counts from its start on; visits of no length are left out."""
    ordered = sorted(visits, key=lambda v: (v.start_s, v.end_s))
    points = list[KnowledgePoint]()
    for number, visit in enumerate(ordered):
        following_s = ordered[number + 1].start_s if number + 1 < len(ordered) else float("inf")
        start_s, end_s = max(visit.start_s, 0.0), min(visit.end_s, following_s)
        if end_s > start_s:
            title = f"{visit.knowledge_point}{_VISIT}{number}"
            points.append(KnowledgePoint(title, start_s, end_s))
    return Lesson("", tuple(points))


def judge_study(
    observations: Sequence[Observation],
    visits: Sequence[Visit],
    *,
    settings: AssessmentSettings | None = None,
    affect: bool,
) -> Assessment:
    """States, moments and summaries of one learner, told by knowledge point.

    Args:
        observations: of one person (whatever the number), in any order, repeats allowed.
        visits: on the same clock.
        affect: False where the law or the learner allows presence and pose only; then
            expressions are not looked at even if they came.
    """
    own = [_own(o, affect) for o in observations]
    found = assess(own, settings=settings, lesson=lesson_of(visits), affect=affect)
    return replace(
        found,
        states=tuple(told(s) for s in found.states),
        point_states=tuple(told(s) for s in found.point_states),
        moments=tuple(replace(m, knowledge_point=_point(m.knowledge_point)) for m in found.moments),
    )


def latest(states: Sequence[LearningState], now_s: float) -> dict[str, LearningState]:
    """The newest state of each rule that had ended by ``now_s``."""
    newest = dict[str, LearningState]()
    for state in sorted(states, key=lambda s: s.end_s):
        if state.end_s <= now_s + 1e-3:
            newest[state.rule] = state
    return newest


def _own(observation: Observation, affect: bool) -> Observation:
    person = LEARNER if observation.has_face else None
    expression = observation.expression if affect else None
    return replace(observation, person_id=person, expression=expression)


def _point(title: str) -> str:
    return title.partition(_VISIT)[0]


def told(state: LearningState) -> LearningState:
    """Without the visit's number, in the words of the reason too."""
    title = state.knowledge_point
    reason = state.reason.replace(repr(title), repr(_point(title))) if title else state.reason
    return replace(state, knowledge_point=_point(title), reason=reason)
