"""A learner's sessions in a course: stretches of study without a longer break, with a
camera, without one, or both; each judged whole by the same rules as a recording."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.adaptation.study import Visit, judge_study, lesson_of
from mien.assessment.assess import Assessment
from mien.assessment.rules.focus import FOCUSED, INATTENTIVE
from mien.assessment.rules.involvement import ACTIVE, PASSIVE
from mien.assessment.settings import AssessmentSettings
from mien.assessment.windows import share_of
from mien.observations import LearningState
from mien.server.actions.study_time import (
    BREAK_S,
    Study,
    batches_of,
    observations_of,
    visits_of,
)
from mien.server.database.tables import (
    KnowledgePoint,
    Lesson,
    ObservationBatch,
    PointProgress,
    QuizAnswer,
    QuizQuestion,
    SelfReport,
)

#: What a batch lasts at most; the end of one whose readings are not loaded.
BATCH_S: Final = 10.0


@dataclass(frozen=True)
class Answered:
    """A try at a question."""

    at_s: float
    point_id: UUID
    correct: bool


@dataclass(frozen=True)
class Traces:
    """When a learner did what in a course; without the readings themselves."""

    batches: Sequence[float]
    reports: Sequence[SelfReport]
    answers: Sequence[Answered]
    openings: Sequence[float]

    def spans(self) -> list[tuple[float, float]]:
        """Stretches in Unix seconds, in order."""
        points = [r.said_at_s for r in self.reports] + [a.at_s for a in self.answers]
        times = [(t, t) for t in [*points, *self.openings]]
        return joined([*times, *((t, t + BATCH_S) for t in self.batches)])


@dataclass(frozen=True)
class Sitting:
    """One session, judged. ``assessment`` None: no camera."""

    began_at_s: float
    ended_at_s: float
    study: Study | None
    assessment: Assessment | None
    reports: tuple[SelfReport, ...]
    answers: tuple[Answered, ...]

    def states(self, rule: str) -> list[LearningState]:
        """The rule's states on the session's clock; none without a camera."""
        return [s for s in self.assessment.states if s.rule == rule] if self.assessment else []

    def visits(self) -> list[Visit]:
        """Time on each point, overlaps cut."""
        if self.study is None:
            return []
        cut = lesson_of(self.study.visits).points
        names = sorted(self.study.visits, key=lambda v: (v.start_s, v.end_s))
        by_start = {max(v.start_s, 0.0): v.knowledge_point for v in names}
        return [Visit(by_start[p.start_s], p.start_s, p.end_s) for p in cut]

    @property
    def length_s(self) -> float:
        return self.ended_at_s - self.began_at_s


@dataclass(frozen=True)
class Focus:
    """Seconds in view, and known at all, of a whole; adds up over sessions."""

    focused_s: float
    known_s: float
    total_s: float

    @property
    def share(self) -> float | None:
        """Of the known time; None where nothing is known."""
        return share_of(self.focused_s, self.known_s) if self.known_s > 0 else None

    @property
    def unknown_share(self) -> float:
        """Of the whole; all of nothing is unknown."""
        return 1.0 - share_of(self.known_s, self.total_s)


def joined(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans with no longer break between them are one."""
    found = list[tuple[float, float]]()
    for start_s, end_s in sorted(spans):
        if found and start_s - found[-1][1] <= BREAK_S:
            found[-1] = (found[-1][0], max(found[-1][1], end_s))
        else:
            found.append((start_s, end_s))
    return found


def traces(session: Session, account_id: UUID, course_id: UUID) -> Traces:
    """Everything that tells when the learner studied, as far back as it is kept."""
    batch, report = ObservationBatch, SelfReport
    started = select(batch.started_at_s).where(
        batch.account_id == account_id, batch.course_id == course_id
    )
    said = select(report).where(report.account_id == account_id, report.course_id == course_id)
    tried = (
        select(QuizAnswer.answered_at_s, QuizQuestion.point_id, QuizAnswer.correct)
        .join(QuizQuestion, QuizQuestion.id == QuizAnswer.question_id)
        .join(KnowledgePoint, KnowledgePoint.id == QuizQuestion.point_id)
        .join(Lesson, Lesson.id == KnowledgePoint.lesson_id)
        .where(QuizAnswer.account_id == account_id, Lesson.course_id == course_id)
    )
    opened = (
        select(PointProgress.opened_at_s, PointProgress.completed_at_s)
        .join(KnowledgePoint, KnowledgePoint.id == PointProgress.point_id)
        .join(Lesson, Lesson.id == KnowledgePoint.lesson_id)
        .where(PointProgress.account_id == account_id, Lesson.course_id == course_id)
    )
    openings = [t for row in session.execute(opened) for t in row if t is not None]
    return Traces(
        batches=session.scalars(started).all(),
        reports=session.scalars(said.order_by(report.said_at_s)).all(),
        answers=[Answered(*row) for row in session.execute(tried)],
        openings=openings,
    )


def judged(
    session: Session,
    account_id: UUID,
    course_id: UUID,
    known: Traces,
    span: tuple[float, float],
    *,
    settings: AssessmentSettings,
    affect: bool,
) -> Sitting:
    """The session of one span, its readings loaded and judged."""
    began_at_s, ended_at_s = span
    batches = batches_of(session, account_id, course_id, began_at_s, ended_at_s)
    study = Study(
        began_at_s,
        tuple(o for b in batches for o in observations_of(b, began_at_s, probabilities=False)),
        visits_of(batches, began_at_s),
    )
    seen = bool(study.observations)
    return Sitting(
        began_at_s=began_at_s,
        ended_at_s=ended_at_s,
        study=study if seen else None,
        assessment=judge_study(study.observations, study.visits, settings=settings, affect=affect)
        if seen
        else None,
        reports=tuple(r for r in known.reports if began_at_s <= r.said_at_s <= ended_at_s),
        answers=tuple(a for a in known.answers if began_at_s <= a.at_s <= ended_at_s),
    )


def focus_of(sittings: Iterable[Sitting]) -> Focus:
    """Of all of their time. Only the camera tells: a learner says when it goes well, and
    never that they are away, so a share of that would always be one."""
    found = [(s, seconds_by_state(s.states("focus"))) for s in sittings]
    focused_s = sum(by.get(FOCUSED, 0.0) for _, by in found)
    known_s = focused_s + sum(by.get(INATTENTIVE, 0.0) for _, by in found)
    return Focus(focused_s, known_s, sum(s.length_s for s, _ in found))


def engagement_of(states: Iterable[LearningState]) -> float | None:
    """Mean share of happy or surprised, by the seconds that could be read."""
    known = [
        (s.value, (s.end_s - s.start_s) * (1 - s.unknown_share))
        for s in states
        if s.value is not None
    ]
    total_s = sum(seconds for _, seconds in known)
    return sum(v * seconds for v, seconds in known) / total_s if total_s > 0 else None


def passive_share(states: Iterable[LearningState]) -> float | None:
    """Of the time of windows that could be judged; None where none could."""
    by_state = seconds_by_state(states)
    known_s = by_state.get(PASSIVE, 0.0) + by_state.get(ACTIVE, 0.0)
    return share_of(by_state.get(PASSIVE, 0.0), known_s) if known_s > 0 else None


def seconds_by_state(states: Iterable[LearningState]) -> dict[str, float]:
    """How long each state lasted."""
    found = dict[str, float]()
    for state in states:
        found[state.state] = found.get(state.state, 0.0) + state.end_s - state.start_s
    return found
