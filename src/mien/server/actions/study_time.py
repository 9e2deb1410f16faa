"""A learner's stored readings as observations on the clock of their present study.

A study is a stretch without a longer break.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mien.adaptation.study import LEARNER, Visit
from mien.labels import UNKNOWN
from mien.observations import Expression, HeadPose, Observation
from mien.server.database.tables import ObservationBatch

#: A longer break begins a new study, with a new neutral: light and seat have changed.
BREAK_S: Final = 30 * 60.0
#: The first minute is the reference (assessment settings), and a little more.
FIRST_S: Final = 75.0
#: Two stretches at one point closer than this are one visit.
SAME_VISIT_S: Final = 60.0


class StoredReadings(NamedTuple):
    """Of a batch what the rules look at; hundreds come a second and need no objects of the
    database's."""

    started_at_s: float
    interval_s: float
    point_id: UUID | None
    readings: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Study:
    """Readings and visits of one learner, seconds since ``began_at_s``."""

    began_at_s: float
    observations: tuple[Observation, ...]
    visits: tuple[Visit, ...]

    def clock(self, at_s: float) -> float:
        """A time since 1970 on the study's clock."""
        return at_s - self.began_at_s


def load_study(
    session: Session,
    account_id: UUID,
    course_id: UUID,
    began_at_s: float,
    until_s: float,
    *,
    last_s: float | None = None,
) -> Study:
    """The study that began at ``began_at_s``, up to ``until_s``.

    Args:
        last_s: leaves out what lies between the first minute and these last seconds;
            None leaves nothing out.
    """
    batches = batches_of(session, account_id, course_id, began_at_s, until_s, last_s=last_s)
    return study_of(batches, began_at_s)


def batches_of(
    session: Session,
    account_id: UUID,
    course_id: UUID,
    began_at_s: float,
    until_s: float,
    *,
    last_s: float | None = None,
) -> list[StoredReadings]:
    """The stored batches of a study, in order of time; see :func:`load_study`."""
    row = ObservationBatch
    query = select(row.started_at_s, row.interval_s, row.point_id, row.readings).where(
        row.account_id == account_id,
        row.course_id == course_id,
        row.started_at_s >= began_at_s - 1e-3,
        row.started_at_s <= until_s,
    )
    if last_s is not None:
        first, last = began_at_s + FIRST_S, until_s - last_s
        query = query.where(or_(row.started_at_s < first, row.started_at_s >= last))
    return [StoredReadings(*found) for found in session.execute(query.order_by(row.started_at_s))]


def study_of(batches: Sequence[StoredReadings], began_at_s: float) -> Study:
    """Observations and visits of batches in order of time."""
    observations = [o for batch in batches for o in observations_of(batch, began_at_s)]
    return Study(began_at_s, tuple(observations), visits_of(batches, began_at_s))


def observations_of(
    batch: StoredReadings, began_at_s: float, *, probabilities: bool = True
) -> list[Observation]:
    """The readings of one batch; without ``probabilities`` they need a third of the memory."""
    start_s = batch.started_at_s - began_at_s
    return [_observation(row, start_s + row["time_s"], probabilities) for row in batch.readings]


def _observation(row: Mapping[str, Any], time_s: float, probabilities: bool) -> Observation:
    if not row["face"]:
        return Observation(time_s)
    angles = (row["yaw_deg"], row["pitch_deg"], row["roll_deg"])
    said = row["expression"]
    return Observation(
        time_s,
        LEARNER,
        pose=HeadPose(*angles) if None not in angles else None,
        eye_openness=row["eye_openness"],
        mouth_openness=row["mouth_openness"],
        expression=None if said is None else _expression(said, probabilities),
    )


def _expression(said: Mapping[str, Any], probabilities: bool) -> Expression:
    shares = dict[str, float]()
    if probabilities and said["probabilities"] is not None:
        total = sum(said["probabilities"].values())  # three decimals each: 1 only nearly
        shares = {name: value / total for name, value in said["probabilities"].items()}
    if said["name"] == UNKNOWN:
        return Expression(UNKNOWN, shares, said["reason"])
    return Expression(said["name"], shares)


def visits_of(batches: Sequence[StoredReadings], began_at_s: float) -> tuple[Visit, ...]:
    """Neighbouring batches at one point are one visit. A point that was deleted is '-'."""
    visits = list[Visit]()
    for batch in batches:
        visits = joined(visits, visit_of(batch, began_at_s))
    return tuple(visits)


def visit_of(batch: StoredReadings, began_at_s: float) -> Visit:
    """The time of one batch."""
    start_s = batch.started_at_s - began_at_s
    return Visit(str(batch.point_id or "-"), start_s, ended_at_s(batch) - began_at_s)


def ended_at_s(batch: StoredReadings) -> float:
    """Until when the last reading of a batch stands, seconds since 1970."""
    return float(batch.started_at_s + batch.readings[-1]["time_s"] + batch.interval_s)


def joined(visits: list[Visit], visit: Visit) -> list[Visit]:
    """Visits with one more, which may go on with the last one."""
    last = visits[-1] if visits else None
    same = last is not None and last.knowledge_point == visit.knowledge_point
    if last is None or not same or visit.start_s - last.end_s >= SAME_VISIT_S:
        return [*visits, visit]
    return [
        *visits[:-1],
        Visit(visit.knowledge_point, last.start_s, max(last.end_s, visit.end_s)),
    ]
