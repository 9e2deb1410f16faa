"""What was offered in a course on one day and how it went, in learners; small figures are
withheld before anything is kept, so the report needs no offers and tells no more later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.adaptation.interventions import Kind
from mien.assessment.group import GroupRow, withhold
from mien.assessment.settings import GroupSettings
from mien.server.actions.thresholds import settings_of
from mien.server.database.tables import InterventionDay, Offer
from mien.server.settings import DAY_S

#: A learner counts once a day with the first of these that they gave.
ANSWERS: Final = ("taken", "disputed", "dismissed", "not_answered")
VERDICTS: Final = ("better", "no_clear_change", "worse", "unknown")
#: Late batches and their comparisons are in by then.
CLOSED_AFTER_S: Final = 3600.0

Figures = dict[str, Any]


def of_span(session: Session, course_id: UUID, from_s: float, to_s: float) -> dict[str, Figures]:
    """Figures by kind summed over the whole days (UTC) that a span touches. A figure is None
    where no day could tell it."""
    days = dict[int, dict[str, Figures]]()
    first, last = int(from_s // DAY_S), int(to_s // DAY_S)
    kept = select(InterventionDay).where(
        InterventionDay.course_id == course_id,
        InterventionDay.day >= first,
        InterventionDay.day <= last,
    )
    for row in session.scalars(kept):
        days[row.day] = row.kinds
    group = settings_of(session, course_id).group
    for day, offers in _by_day(_offers(session, course_id, first * DAY_S, (last + 1) * DAY_S)):
        days.setdefault(day, figures_of(offers, group))
    return {kind.value: _sum([d[kind] for d in days.values() if kind in d]) for kind in Kind}


def close(session: Session, now_s: float, since_s: float = 0.0) -> None:
    """Keeps the figures of every day that is over and not yet kept."""
    last = int((now_s - CLOSED_AFTER_S) // DAY_S) - 1
    query = select(Offer.course_id).where(Offer.made_at_s >= since_s).distinct()
    for course_id in session.scalars(query).all():
        group = settings_of(session, course_id).group
        first_s = since_s - since_s % DAY_S
        for day, offers in _by_day(_offers(session, course_id, first_s, (last + 1) * DAY_S)):
            if session.get(InterventionDay, (course_id, day)) is None:
                kinds = figures_of(offers, group)
                session.add(InterventionDay(course_id=course_id, day=day, kinds=kinds))
    session.flush()


def figures_of(offers: Sequence[Offer], group: GroupSettings) -> dict[str, Figures]:
    """Learners by kind, answer and verdict, withheld like every other group."""
    answers, verdicts = list[GroupRow](), list[GroupRow]()
    for kind in Kind:
        by_learner = dict[UUID, list[Offer]]()
        for offer in offers:
            if offer.kind == kind:
                by_learner.setdefault(offer.account_id, []).append(offer)
        if by_learner:
            given = [_answer(of_learner) for of_learner in by_learner.values()]
            found = [_verdict(of_learner) for of_learner in by_learner.values()]
            answers.append(_row("answer", kind, given, ANSWERS))
            verdicts.append(_row("effect", kind, found, VERDICTS))
    shown = dict[str, Figures]()
    told = (withhold(answers, group, ANSWERS), withhold(verdicts, group, VERDICTS))
    for answer, verdict in zip(*told, strict=True):
        known = answer.people is not None
        cells = {name: answer.counts.get(name, 0) if known else None for name in ANSWERS}
        cells |= {name: verdict.counts.get(name, 0) if known else None for name in VERDICTS}
        shown[answer.knowledge_point] = {"offered": answer.people, **cells}
    return shown


def _row(rule: str, kind: Kind, said: Sequence[str], names: Sequence[str]) -> GroupRow:
    counts = {name: said.count(name) for name in names if name in said}
    return GroupRow(rule, kind.value, len(said), counts)


def _answer(offers: Sequence[Offer]) -> str:
    given = {offer.answer for offer in offers}
    return next((name for name in ANSWERS if name in given), "not_answered")


def _verdict(offers: Sequence[Offer]) -> str:
    """The newest comparison that says something."""
    said = [offer.effect["verdict"] for offer in offers if offer.effect]
    known = [verdict for verdict in said if verdict != "unknown"]
    return known[-1] if known else "unknown"


def _sum(days: Iterable[Figures]) -> Figures:
    total: Figures = {"withheld_days": 0, "days": 0}
    for figures in days:
        total["days"] += 1
        total["withheld_days"] += figures["offered"] is None
        for name, count in figures.items():
            before = total.get(name)
            total[name] = before if count is None else (before or 0) + count
    return total


def _offers(session: Session, course_id: UUID, from_s: float, to_s: float) -> list[Offer]:
    query = select(Offer).where(
        Offer.course_id == course_id, Offer.made_at_s >= from_s, Offer.made_at_s < to_s
    )
    return list(session.scalars(query.order_by(Offer.made_at_s)))


def _by_day(offers: Iterable[Offer]) -> list[tuple[int, list[Offer]]]:
    days = dict[int, list[Offer]]()
    for offer in offers:
        days.setdefault(int(offer.made_at_s // DAY_S), []).append(offer)
    return sorted(days.items())
