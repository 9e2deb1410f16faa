"""The report after class: what the class's snapshots say of a lesson or a longer span."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from mien.adaptation.interventions import LADDERS, Kind
from mien.assessment.group import TOO_FEW
from mien.assessment.live import STATES
from mien.server.actions import intervention_days, thresholds
from mien.server.actions.class_history import (
    Shown,
    history,
    lessons,
    mean,
    moments,
    point_id,
    point_trend,
    row_of,
    share,
    trend,
    unknown_share,
)
from mien.server.actions.class_words import LIMITS, method, sentences
from mien.server.actions.course_views import existing
from mien.server.actions.live import titles_of
from mien.server.actions.thresholds import settings_of
from mien.server.problems import NotAccepted
from mien.server.schemas.report import ClassReport, HeatRow, InterventionRow, LessonSpan
from mien.server.services import Services

GONE: Final = "Points that are no more"


def read(
    session: Session,
    services: Services,
    course_id: UUID,
    from_s: float | None = None,
    to_s: float | None = None,
) -> ClassReport:
    """The class between two times in Unix seconds; without them, its last lesson.

    Raises:
        NotAccepted: where the span ends before it begins.
    """
    known = lessons(session, course_id)
    since_s, until_s = _span(known, services.now_s(), from_s, to_s)
    every = history(session, course_id, since_s, until_s)
    shown = [one for one in every if one.view["shown"]]
    titles = _titles(session, course_id, shown)
    group, in_force = settings_of(session, course_id).group, thresholds.read(session, course_id)
    report = ClassReport(
        course_id=course_id,
        course_title=existing(session, course_id).title,
        from_s=since_s,
        to_s=until_s,
        shown=bool(shown),
        note="" if shown or not every else TOO_FEW,
        sentences=[],
        lessons=known,
        **_figures(every, shown),
        points=[row for point in titles if (row := _point(every, point, titles[point]))],
        trend=trend(shown),
        moments=moments(shown, titles),
        interventions=_interventions(session, course_id, since_s, until_s),
        min_people=group.min_people,
        min_cell=group.min_cell,
        thresholds=in_force.values,
        explained=in_force.explained,
        method=method(group),
        limits=list(LIMITS),
    )
    report.sentences = sentences(report)
    return report


def _span(
    known: Sequence[LessonSpan], now_s: float, from_s: float | None, to_s: float | None
) -> tuple[float, float]:
    """As asked for; without a beginning, from that of the newest lesson."""
    until_s = now_s if to_s is None else to_s
    begun = [lesson.began_at_s for lesson in known if lesson.began_at_s <= until_s]
    since_s = from_s if from_s is not None else begun[0] if begun else until_s
    if since_s > until_s:
        raise NotAccepted("from_s lies after to_s. Swap them.")
    return since_s, until_s


def _figures(every: Sequence[Shown], shown: Sequence[Shown]) -> dict[str, Any]:
    shown_s = sum(one.lasted_s for one in shown)
    return {
        "present": mean((one.view["present"], one.lasted_s) for one in shown),
        "most_present": max((one.view["present"] for one in shown), default=None),
        "focus": share(shown, "focus"),
        "engagement": mean((one.view["engagement"], one.lasted_s) for one in shown),
        "difficulty": share(shown, "difficulty"),
        "passive": share(shown, "passive"),
        "unknown": unknown_share(shown),
        "shown_s": shown_s,
        "withheld_s": sum(one.lasted_s for one in every) - shown_s,
    }


def _titles(session: Session, course_id: UUID, shown: Sequence[Shown]) -> dict[str, str]:
    """Points in the course's order, then those that were deleted since, by their old titles."""
    titles = titles_of(session, course_id)
    for one in shown:
        for point, title in one.view["titles"].items():
            titles.setdefault(point, title)
    return {**titles, "-": GONE}


def _point(every: Sequence[Shown], point: str, title: str) -> HeatRow | None:
    """None for a point where nobody was."""
    rows = [(row, one.lasted_s) for one in every if (row := row_of(one.view, point)) is not None]
    told = [(row, lasted_s) for row, lasted_s in rows if row["people"]]
    withheld_s = sum(lasted_s for row, lasted_s in rows if row["people"] is None)
    if not told and not withheld_s:
        return None
    people_s = sum(row["people"] * lasted_s for row, lasted_s in told)
    shares = {state: _share_of_state(told, state, people_s) for state in STATES}
    known = sum(value for value in shares.values() if value is not None)
    return HeatRow(
        point_id=point_id(point),
        point_title=title,
        seconds=sum(lasted_s for _, lasted_s in told),
        withheld_s=withheld_s,
        people=mean((row["people"], lasted_s) for row, lasted_s in told),
        most_people=max((row["people"] for row, _ in told), default=None),
        shares=shares,
        withheld_share=max(0.0, 1.0 - known) if told else None,
        note="" if told else TOO_FEW,
        trend=point_trend([one for one in every if one.view["shown"]], point),
    )


def _share_of_state(
    told: Sequence[tuple[Mapping[str, Any], float]], state: str, people_s: float
) -> float | None:
    """Of the time of everybody there; None where it was only ever withheld."""
    counts = [(row["counts"].get(state, 0), lasted_s) for row, lasted_s in told]
    known = [(count, lasted_s) for count, lasted_s in counts if count is not None]
    if not told or (len(known) < len(counts) and not any(count for count, _ in known)):
        return None
    return float(sum(count * lasted_s for count, lasted_s in known) / people_s)


def _interventions(
    session: Session, course_id: UUID, from_s: float, to_s: float
) -> list[InterventionRow]:
    kinds = intervention_days.of_span(session, course_id, from_s, to_s)
    return [_intervention(kind, kinds[kind]) for kind in Kind if kinds[kind]["days"]]


def _intervention(kind: Kind, figures: Mapping[str, Any]) -> InterventionRow:
    names = ("offered", *intervention_days.ANSWERS, *intervention_days.VERDICTS)
    hidden, days = figures["withheld_days"], figures["days"]
    return InterventionRow(
        kind=kind,
        title=LADDERS[kind][0].title,
        **{name: figures.get(name) for name in names},
        note=""
        if not hidden
        else TOO_FEW
        if hidden == days
        else f"{TOO_FEW} on {hidden} of {days} days",
    )
