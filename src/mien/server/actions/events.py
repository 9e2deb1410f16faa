"""Events that browsers are told, written in the transaction that they tell of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from mien.server.database.statements import insert_into, table_of, wait_for_lock
from mien.server.database.tables import Event, WatchedTopic

#: Of PostgreSQL's advisory locks, ours (the letters "even").
EVENT_LOCK: Final = 0x6576656E
#: A stream that was away for longer reads the present state instead. Of the class view
#: only the newest is of use, and each is some kilobytes.
KEPT_S: Final = 3600.0
CLASS_KEPT_S: Final = 60.0


#: A class counts as watched for so long after a worker has said so; said three times in it.
WATCHED_S: Final = 15.0
_CLASS: Final = "class:"


def of_class(course_id: UUID) -> str:
    """What the course's teacher is told."""
    return f"{_CLASS}{course_id}"


def of_learner(account_id: UUID, course_id: UUID) -> str:
    """What one learner is told; hashed into 60 characters with the course's first part."""
    return f"me:{account_id.hex}:{_part(course_id)}"


def _part(course_id: UUID) -> str:
    return course_id.hex[:16]


def emit(session: Session, topic: str, kind: str, payload: Mapping[str, Any], now_s: float) -> None:
    """Adds an event; see :func:`emit_all`."""
    emit_all(session, [Event(topic=topic, at_s=now_s, kind=kind, payload=dict(payload))])


def emit_all(session: Session, news: Sequence[Event]) -> None:
    """Adds events, last in a transaction. Numbers are given one transaction at a time, so
    that a stream which has seen a number can never miss a smaller one that was committed
    later."""
    if not news:
        return
    wait_for_lock(session, EVENT_LOCK)
    rows = [{"topic": e.topic, "at_s": e.at_s, "kind": e.kind, "payload": e.payload} for e in news]
    session.execute(insert(Event), rows)


def after(
    session: Session, number: int, topic: str | None = None, most: int = 1_000
) -> list[Event]:
    """Events after a number, of all topics or of one, in order."""
    query = select(Event).where(Event.id > number)
    if topic is not None:
        query = query.where(Event.topic == topic)
    return list(session.scalars(query.order_by(Event.id).limit(most)))


def newest(session: Session) -> int:
    """The last number given, 0 for none."""
    return session.scalar(select(func.max(Event.id))) or 0


def classes_among(topics: Collection[str]) -> list[str]:
    """Those that tell of a class: a class is drawn for those who watch it. In one order
    everywhere, so that two workers that say the same never wait for each other."""
    return sorted(topic for topic in topics if topic.startswith(_CLASS))


def say_watched(session: Session, classes: Sequence[str], now_s: float) -> None:
    """Says that the streams of these classes' topics, one or more, are open here."""
    rows = [{"topic": topic, "until_s": now_s + WATCHED_S} for topic in classes]
    added = insert_into(session, table_of(WatchedTopic))
    until = {"until_s": added.excluded.until_s}
    session.execute(added.on_conflict_do_update(index_elements=["topic"], set_=until), rows)


def watched(session: Session, now_s: float) -> set[str]:
    """Topics of the classes that somebody watches now, in any worker."""
    return set(session.scalars(select(WatchedTopic.topic).where(WatchedTopic.until_s > now_s)))


def forget_courses(session: Session, course_ids: Collection[UUID]) -> None:
    """What teachers and learners were told of courses that are deleted."""
    for course_id in course_ids:
        learners = Event.topic.like(f"me:%:{_part(course_id)}")
        session.execute(delete(Event).where(or_(Event.topic == of_class(course_id), learners)))


def forget_old(session: Session, now_s: float) -> None:
    """Events are news, not records."""
    session.execute(delete(WatchedTopic).where(WatchedTopic.until_s < now_s))
    session.execute(
        delete(Event).where(
            or_(
                Event.at_s < now_s - KEPT_S,
                and_(Event.kind == "class", Event.at_s < now_s - CLASS_KEPT_S),
            )
        )
    )
