"""Takes batches of readings in, many in one transaction, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from mien.server.access import Caller, callers_of
from mien.server.actions import law
from mien.server.actions.consent import agreed
from mien.server.database.encoded import Encoded
from mien.server.database.statements import among, insert_into, table_of
from mien.server.database.tables import (
    Course,
    CourseFeeling,
    DueAssessment,
    Enrolment,
    KnowledgePoint,
    LearnerStatus,
    Lesson,
    ObservationBatch,
    SelfReport,
)
from mien.server.permissions import Relation, allowed
from mien.server.problems import AffectOff, ConsentNeeded, Forbidden, NotAccepted, NotFound, Problem
from mien.server.schemas.observation import BatchDraft, BatchReceipt, Feeling, Reading
from mien.server.security.page_account import other_account
from mien.server.services import Services

ACTION: Final = "observation.send"
#: The browser keeps an hour; older than this is a defect, or somebody's archive.
OLDEST_S: Final = 7 * 86_400.0
_BATCHES = table_of(ObservationBatch)
_DUE = table_of(DueAssessment)
_READINGS: Final = TypeAdapter(list[Reading])


@dataclass(frozen=True)
class Arrival:
    """One batch as it came. ``token``: of the log-in, None without a cookie; ``account``:
    whose page sent it, "" where it does not say."""

    token: str | None
    address: str
    draft: BatchDraft
    account: str = ""


def take(
    session: Session, services: Services, arrivals: Sequence[Arrival]
) -> list[BatchReceipt | Problem]:
    """Stores what may be stored and marks it for the rules; answers in the same order."""
    callers = callers_of(session, services, [(a.token, a.address) for a in arrivals])
    known = _Known(session, services, arrivals, callers)
    answers = [
        known.refusal(arrival, caller) for arrival, caller in zip(arrivals, callers, strict=True)
    ]
    now_s = services.now_s()
    rows = dict[tuple[UUID, UUID], dict[str, Any]]()
    for arrival, caller, refused in zip(arrivals, callers, answers, strict=True):
        if refused is None:
            rows.setdefault((caller.account, arrival.draft.batch_id), _row(arrival, caller, now_s))
    stored = _store(session, list(rows.values()))
    given = list[BatchReceipt | Problem]()
    for arrival, caller, refused in zip(arrivals, callers, answers, strict=True):
        if refused is not None:
            given.append(refused)
            continue
        key = (caller.account, arrival.draft.batch_id)
        given.append(BatchReceipt(duplicate=key not in stored))
        stored.discard(key)  # the same batch twice in one transaction
    return given


def say(
    session: Session, services: Services, caller: Caller, point_id: UUID, feeling: Feeling
) -> None:
    """What the learner says of a point: as good as what a camera reads."""
    course_id = course_of(session, point_id)
    about = {"account_id": caller.account, "course_id": course_id, "point_id": point_id}
    session.add(SelfReport(**about, feeling=feeling, said_at_s=services.now_s()))
    session.add(DueAssessment(**about))


def erase(session: Session, account_id: UUID, course_id: UUID) -> None:
    """Everything that was observed of a learner in a course, and what was made of it."""
    # First the news: whoever judges it just now finishes, and writes nothing after this.
    for table in (DueAssessment, ObservationBatch, SelfReport, LearnerStatus, CourseFeeling):
        session.execute(
            delete(table).where(table.account_id == account_id, table.course_id == course_id)
        )


def course_of(session: Session, point_id: UUID) -> UUID:
    """The course of a point that exists."""
    query = select(Lesson.course_id).join(KnowledgePoint).where(KnowledgePoint.id == point_id)
    found = session.scalar(query)
    if found is None:
        raise NotFound("There is no such knowledge point.")
    return found


class _Known:
    """What the database says of all arrivals, in four queries however many they are."""

    def __init__(
        self,
        session: Session,
        services: Services,
        arrivals: Sequence[Arrival],
        callers: Sequence[Caller],
    ) -> None:
        self.lawful = law.affect_allowed(session, services.settings).allowed
        points = {a.draft.point_id for a in arrivals}
        self.places = {
            (row.course_id, row.lesson_id, row.id): row.teacher_id
            for row in session.execute(
                select(
                    KnowledgePoint.id, KnowledgePoint.lesson_id, Lesson.course_id, Course.teacher_id
                )
                .join(Lesson, KnowledgePoint.lesson_id == Lesson.id)
                .join(Course, Lesson.course_id == Course.id)
                .where(among(session, KnowledgePoint.id, points))
            )
        }
        studies = {
            (caller.account_id, arrival.draft.course_id)
            for caller, arrival in zip(callers, arrivals, strict=True)
            if caller.account_id is not None
        }
        accounts, courses = ({study[i] for study in studies} for i in (0, 1))
        self.enrolled = {
            (row.account_id, row.course_id)
            for row in session.execute(
                select(Enrolment.account_id, Enrolment.course_id).where(
                    among(session, Enrolment.account_id, accounts),
                    among(session, Enrolment.course_id, courses),
                )
            )
        }
        self.agreed = agreed(session, accounts, courses)

    def refusal(self, arrival: Arrival, caller: Caller) -> Problem | None:
        """Why a batch is not taken, None where it is."""
        draft = arrival.draft
        if caller.account_id is None or caller.wait_s > 0:
            return caller.refusal
        other = other_account(arrival.account, caller.account_id)
        if other is not None:
            return other
        study = (caller.account_id, draft.course_id)
        place = (draft.course_id, draft.lesson_id, draft.point_id)
        if place not in self.places:
            return _unknown_place()
        relation = Relation.ENROLLED if study in self.enrolled else Relation.FOREIGN
        if not allowed(ACTION, caller.role, relation):
            own = self.places[place] == caller.account_id
            return Forbidden("Only learners of the course send this.") if own else _unknown_place()
        if draft.age_s > OLDEST_S:
            return NotAccepted("The batch is older than a week, which is not taken.")
        if (*study, "presence") not in self.agreed:
            return ConsentNeeded("You have not agreed to be observed in this course.")
        affect = self.lawful and (*study, "affect") in self.agreed
        if not affect and any(r.expression is not None for r in draft.readings):
            return AffectOff("Expressions are not read here. Send the batch without them.")
        return None


def _unknown_place() -> Problem:
    return NotFound("There is no such point in a course that you study.")


def _row(arrival: Arrival, caller: Caller, now_s: float) -> dict[str, Any]:
    draft = arrival.draft
    return {
        "account_id": caller.account,
        "batch_id": draft.batch_id,
        "course_id": draft.course_id,
        "point_id": draft.point_id,
        # The learner's clock may be wrong by hours; only its differences count.
        "started_at_s": now_s - draft.age_s,
        "received_at_s": now_s,
        "interval_s": draft.interval_s,
        "lost_readings": draft.lost_readings,
        "readings": Encoded(_READINGS.dump_json(draft.readings).decode()),
    }


def _store(session: Session, rows: list[dict[str, Any]]) -> set[tuple[UUID, UUID]]:
    """Adds batches; answers with the keys of those that were not here yet."""
    if not rows:
        return set()
    added = session.execute(
        insert_into(session, _BATCHES)
        .on_conflict_do_nothing()
        .returning(_BATCHES.c.account_id, _BATCHES.c.batch_id),
        rows,
    )
    stored = {(row.account_id, row.batch_id) for row in added}
    due = [
        {name: row[name] for name in ("account_id", "course_id", "point_id", "batch_id")}
        for row in rows
        if (row["account_id"], row["batch_id"]) in stored
    ]
    if due:
        session.execute(insert(_DUE), due)
    return stored
