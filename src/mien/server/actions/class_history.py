"""The class over time, from the snapshots of what its teacher was shown.

Floor and suppression were applied when a snapshot was drawn. Everything here is worked out
from snapshots alone, so whatever spans are asked for, and however they are subtracted, no
more can be learnt than was shown; and it stays when the learners' readings are gone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.assessment.live import STATES
from mien.assessment.wording import seconds
from mien.server.actions.live import SNAPSHOT_S
from mien.server.actions.study_time import BREAK_S
from mien.server.database.tables import ClassSnapshot
from mien.server.schemas.report import LessonSpan, PointInstant, ReportMoment, TrendInstant

#: A snapshot stands for the time until the next one, and no longer than the thinned ones.
LONGEST_S: Final = 60.0
#: More snapshots than a page can draw; of a longer span every second, third, … is read.
MOST_SNAPSHOTS: Final = 2000
#: Points of a line in a chart.
INSTANTS: Final = 120
MOST_LESSONS: Final = 200
MOST_MOMENTS: Final = 20

View = Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """One snapshot, and the seconds that it stands for."""

    at_s: float
    lasted_s: float
    view: View


def lessons(session: Session, course_id: UUID) -> list[LessonSpan]:
    """Stretches in which the class was watched, newest first."""
    times = session.scalars(
        select(ClassSnapshot.at_s)
        .where(ClassSnapshot.course_id == course_id)
        .order_by(ClassSnapshot.at_s)
    )
    found = list[LessonSpan]()
    for at_s in times:
        if found and at_s - found[-1].ended_at_s <= BREAK_S:
            found[-1].ended_at_s = at_s
        else:
            found.append(LessonSpan(began_at_s=at_s, ended_at_s=at_s))
    return found[::-1][:MOST_LESSONS]


def history(session: Session, course_id: UUID, from_s: float, to_s: float) -> list[Shown]:
    """The snapshots of a span with their seconds, in order; at most MOST_SNAPSHOTS."""
    stubs = session.execute(
        select(ClassSnapshot.id, ClassSnapshot.at_s)
        .where(
            ClassSnapshot.course_id == course_id,
            ClassSnapshot.at_s >= from_s,
            ClassSnapshot.at_s <= to_s,
        )
        .order_by(ClassSnapshot.at_s)
    ).all()
    step = max(1, -(-len(stubs) // MOST_SNAPSHOTS))
    times = [at_s for _, at_s in stubs]
    lasted = [min(b - a, LONGEST_S) for a, b in itertools.pairwise(times)] + [SNAPSHOT_S]
    taken = {stubs[n].id: sum(lasted[n : n + step]) for n in range(0, len(stubs), step)}
    found = list[Shown]()
    for some in _parts(list(taken)):
        rows = session.scalars(select(ClassSnapshot).where(ClassSnapshot.id.in_(some)))
        found.extend(Shown(row.at_s, taken[row.id], row.view) for row in rows)
    return sorted(found, key=lambda one: one.at_s)


def _parts(ids: Sequence[UUID]) -> list[Sequence[UUID]]:
    """Few enough for one query."""
    return [ids[first : first + 500] for first in range(0, len(ids), 500)]


def mean(pairs: Iterable[tuple[float | None, float]]) -> float | None:
    """Of values and weights; None among the values does not count."""
    known = [(value, weight) for value, weight in pairs if value is not None]
    total = sum(weight for _, weight in known)
    return sum(v * w for v, w in known) / total if total > 0 else None


def share(shown: Iterable[Shown], figure: str) -> float | None:
    """People of those known, over time; figures that were withheld do not count."""
    parts = [(s.view[figure], s.lasted_s) for s in shown if s.view[figure] is not None]
    told = [(f, lasted_s) for f, lasted_s in parts if f["part"] is not None and f["whole"]]
    whole = sum(f["whole"] * lasted_s for f, lasted_s in told)
    return sum(f["part"] * lasted_s for f, lasted_s in told) / whole if whole else None


def unknown_share(shown: Iterable[Shown]) -> float | None:
    """Of the people present, nothing is known of so many."""
    told = [s for s in shown if s.view["unknown"] is not None and s.view["present"]]
    return mean((s.view["unknown"] / s.view["present"], s.lasted_s) for s in told)


def trend(shown: Sequence[Shown]) -> list[TrendInstant]:
    """The class over short stretches of equal length."""
    return [
        TrendInstant(
            at_s=at_s,
            present=mean((s.view["present"], s.lasted_s) for s in part),
            focus=share(part, "focus"),
            engagement=mean((s.view["engagement"], s.lasted_s) for s in part),
            difficulty=share(part, "difficulty"),
            passive=share(part, "passive"),
            unknown=unknown_share(part),
        )
        for at_s, part in stretches(shown)
    ]


def point_trend(shown: Sequence[Shown], point: str) -> list[PointInstant]:
    """One point over the same stretches, where anybody was there."""
    found = list[PointInstant]()
    for at_s, part in stretches(shown):
        rows = [(row, s.lasted_s) for s in part if (row := row_of(s.view, point)) is not None]
        if all(row["people"] == 0 for row, _ in rows):
            continue
        told = [(r, w) for r, w in rows if r["people"] is not None]
        counts = {
            state: mean((r["counts"].get(state, 0), w) for r, w in told if r["people"])
            for state in STATES
        }
        people = mean((r["people"], w) for r, w in told)
        found.append(PointInstant(at_s=at_s, people=people, **counts))
    return found


def stretches(shown: Sequence[Shown]) -> list[tuple[float, list[Shown]]]:
    """At most about INSTANTS stretches with something in them, by their beginning."""
    if not shown:
        return []
    began_at_s = shown[0].at_s
    length_s = max((shown[-1].at_s - began_at_s) / INSTANTS, SNAPSHOT_S)
    parts = dict[int, list[Shown]]()
    for one in shown:
        parts.setdefault(int((one.at_s - began_at_s) / length_s), []).append(one)
    return [(part[0].at_s, part) for _, part in sorted(parts.items())]


def row_of(view: View, point: str) -> dict[str, Any] | None:
    """A point's row of a snapshot; None below the floor, or where it was not yet written."""
    rows: list[dict[str, Any]] = view["points"]
    return next((row for row in rows if row["knowledge_point"] == point), None)


def moments(shown: Sequence[Shown], titles: Mapping[str, str]) -> list[ReportMoment]:
    """Alerts that followed each other are one moment; the longest, in order of time."""
    found, going = list[ReportMoment](), dict[tuple[str, str], ReportMoment]()
    for one in shown:
        still = dict[tuple[str, str], ReportMoment]()
        for alert in one.view["alerts"]:
            key = (alert["kind"], alert["knowledge_point"])
            moment = going.get(key)
            if moment is None or one.at_s - moment.ended_at_s > LONGEST_S:
                moment = _moment(alert, one, titles)
                found.append(moment)
            moment.ended_at_s = one.at_s + one.lasted_s
            still[key] = moment
        going = still
    longest = sorted(found, key=lambda m: (m.at_s - m.ended_at_s, m.at_s))[:MOST_MOMENTS]
    for moment in longest:
        lasted_s = moment.ended_at_s - moment.at_s
        moment.reason = f"For {seconds(lasted_s)}; at first {moment.reason}"
    return sorted(longest, key=lambda m: m.at_s)


def _moment(alert: View, one: Shown, titles: Mapping[str, str]) -> ReportMoment:
    point = alert["knowledge_point"]
    return ReportMoment(
        at_s=one.at_s,
        ended_at_s=one.at_s,
        kind=alert["kind"],
        point_id=point_id(point),
        point_title=titles.get(point, ""),
        reason=alert["reason"],
    )


def point_id(point: str) -> UUID | None:
    """``-`` stands for no point, or one that is no more."""
    return None if point in ("", "-") else UUID(point)
