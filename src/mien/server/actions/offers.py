"""Makes offers, takes the learner's answers, and looks whether they helped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mien.adaptation.effect import SPAN_S, Effect, effect_of
from mien.adaptation.interventions import KIND_WORDS, Kind, step_named
from mien.adaptation.policy import Offer as Chosen
from mien.adaptation.policy import Past, offer_of
from mien.assessment.reference import reference_of
from mien.assessment.subject import Subject
from mien.assessment.timeline import build_timeline
from mien.observations import LearningState
from mien.server.access import Caller
from mien.server.actions import events
from mien.server.actions.following import first_started_at_s
from mien.server.actions.study_time import load_study
from mien.server.actions.thresholds import settings_of
from mien.server.database.tables import Account, Event, KnowledgePoint, Offer, OfferSwitch
from mien.server.problems import Conflict, NotFound
from mien.server.schemas.adaptation import OfferAnswer, OfferView, SwitchBoard
from mien.server.schemas.adaptation import OfferSwitch as SwitchView
from mien.server.services import Services

#: Offers older than this no longer bear on the next one (the policy's hour).
MEMORY_S: Final = 2 * 3600.0
#: The last batch of those minutes may come so late.
LATE_S: Final = 20.0
#: Effects completed at once.
MOST_EFFECTS: Final = 100


def consider(
    session: Session,
    services: Services,
    learner: tuple[UUID, UUID],
    point_id: UUID,
    states: Sequence[LearningState],
    clock: Callable[[float], float],
) -> Event | None:
    """Makes at most one offer; answers with the event that tells the learner of it.

    Args:
        learner: account and course.
        clock: from seconds since 1970 to the clock of ``states``.
    """
    now_s = services.now_s()
    point = session.get(KnowledgePoint, point_id)
    if point is None:
        return None
    past = _recent(session, *learner, now_s - MEMORY_S)
    offer = offer_of(
        states,
        [_past(row, clock) for row in past],
        now_s=clock(now_s),
        knowledge_point=str(point.id),
        parts=[name for name in ("fuller", "easier", "story") if getattr(point, name).strip()],
        off=[Kind(k) for k in switched_off(session, learner[0])],
    )
    if offer is None:
        return None
    row = _made(session, learner, point.id, offer, now_s)
    payload = view(row, point.title).model_dump(mode="json")
    return Event(topic=events.of_learner(*learner), at_s=now_s, kind="offer", payload=payload)


def _made(
    session: Session, learner: tuple[UUID, UUID], point_id: UUID, offer: Chosen, now_s: float
) -> Offer:
    row = Offer(
        account_id=learner[0],
        course_id=learner[1],
        point_id=point_id,
        kind=offer.kind.value,
        step=offer.step.name,
        reason=offer.reason,
        made_at_s=now_s,
        answer="shown",
        note="",
    )
    session.add(row)
    session.flush()
    return row


def answer(
    session: Session, services: Services, caller: Caller, offer_id: UUID, given: OfferAnswer
) -> OfferView:
    """Keeps what the learner did with an offer. The last answer counts."""
    row = session.get(Offer, offer_id)
    if row is None or row.account_id != caller.account:
        raise NotFound("There is no such offer.")
    if row.answer == "taken" and given.answer == "dismissed":
        raise Conflict("You have taken this offer already.")
    row.answer, row.note, row.answered_at_s = given.answer, given.note, services.now_s()
    return view(row, _title(session, row.point_id))


def open_offer(
    session: Session, account_id: UUID, course_id: UUID, now_s: float
) -> OfferView | None:
    """The card that waits for an answer; one that nobody answered is gone after a while."""
    rows = _recent(session, account_id, course_id, now_s - 5 * 60.0)
    waiting = [row for row in rows if row.answer == "shown"]
    return view(waiting[-1], _title(session, waiting[-1].point_id)) if waiting else None


def history(session: Session, account_id: UUID, course_id: UUID) -> list[OfferView]:
    """Everything that was offered to a learner in a course, newest first."""
    rows = _recent(session, account_id, course_id, 0.0)
    return [view(row, _title(session, row.point_id)) for row in reversed(rows)]


def switched_off(session: Session, account_id: UUID) -> list[str]:
    """Kinds that the learner does not want."""
    query = select(OfferSwitch.kind).where(OfferSwitch.account_id == account_id)
    return sorted(session.scalars(query.order_by(OfferSwitch.kind)))


def switch_board(session: Session, account_id: UUID) -> SwitchBoard:
    """Every kind, with its words and whether it is on."""
    off = switched_off(session, account_id)
    return SwitchBoard(
        kinds=[
            SwitchView(kind=kind, title=title, description=words, on=kind.value not in off)
            for kind, (title, words) in KIND_WORDS.items()
        ]
    )


def switch_off(session: Session, account_id: UUID, kinds: Sequence[Kind]) -> None:
    """These kinds and no others are off. Of several at once, the last one counts."""
    session.get(Account, account_id, with_for_update={"key_share": True})
    session.execute(delete(OfferSwitch).where(OfferSwitch.account_id == account_id))
    session.add_all(OfferSwitch(account_id=account_id, kind=k.value) for k in set(kinds))


def complete_effects(session: Session, services: Services) -> None:
    """Compares before and after of every offer whose minutes are over on both sides."""
    now_s = services.now_s()
    due = session.scalars(
        select(Offer)
        .where(
            Offer.effect.is_(None),
            Offer.made_at_s <= now_s - SPAN_S - LATE_S,
            Offer.made_at_s > now_s - MEMORY_S,
        )
        .order_by(Offer.made_at_s)
        .limit(MOST_EFFECTS)
    )
    for row in due:
        row.effect = _effect(session, row)


def _effect(session: Session, row: Offer) -> dict[str, Any]:
    made_at_s, until_s = row.made_at_s, row.made_at_s + SPAN_S
    learner = (row.account_id, row.course_id)
    began_at_s = first_started_at_s(session, learner, made_at_s)
    study = load_study(session, *learner, began_at_s, until_s, last_s=2 * SPAN_S)
    settings = settings_of(session, row.course_id)
    timeline = build_timeline(study.observations, settings.timeline)
    if not timeline.people:
        sentence = "No statement: nobody was seen in the minutes before and after."
        return {"verdict": "unknown", "sentence": sentence, "before": None, "after": None}
    person = timeline.people[0]
    subject = Subject(person, reference_of(person, settings.reference), settings, timeline.start_s)
    return _kept(effect_of(subject, Kind(row.kind), study.clock(made_at_s)))


def _kept(effect: Effect) -> dict[str, Any]:
    return {
        "verdict": effect.verdict,
        "sentence": effect.sentence,
        "before": effect.before.share,
        "after": effect.after.share,
    }


def view(row: Offer, point_title: str) -> OfferView:
    """The row with the words of its step."""
    step = step_named(row.step)
    effect = row.effect or {"verdict": "", "sentence": ""}
    return OfferView(
        id=row.id,
        point_id=row.point_id,
        point_title=point_title,
        kind=Kind(row.kind),
        step=row.step,
        title=step.title,
        body=step.body,
        action=step.action,
        reason=row.reason,
        made_at_s=row.made_at_s,
        answer=row.answer,  # type: ignore[arg-type]  # the column holds one of them
        effect=effect["sentence"],
        verdict=effect["verdict"],
    )


def _recent(session: Session, account_id: UUID, course_id: UUID, since_s: float) -> list[Offer]:
    query = select(Offer).where(
        Offer.account_id == account_id, Offer.course_id == course_id, Offer.made_at_s >= since_s
    )
    return list(session.scalars(query.order_by(Offer.made_at_s)))


def _past(row: Offer, clock: Callable[[float], float]) -> Past:
    time_s = clock(row.made_at_s)
    return Past(Kind(row.kind), row.step, time_s, str(row.point_id), row.answer)  # type: ignore[arg-type]


def _title(session: Session, point_id: UUID | None) -> str:
    point = session.get(KnowledgePoint, point_id) if point_id else None
    return point.title if point else ""
