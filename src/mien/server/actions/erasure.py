"""What goes beyond the rows that the database deletes by itself when an account goes."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mien.server.access import Caller
from mien.server.actions import audit, events, observations
from mien.server.database.tables import Account, Course, Event, HelpRequest, Invitation, Offer
from mien.server.services import Services


def erase_observations(
    session: Session, services: Services, caller: Caller, course_id: UUID
) -> None:
    """Everything that was observed of the caller in a course, said there by buttons, and
    offered because of it. Consents stay: they say what was agreed and when."""
    forget(session, caller.account, course_id)
    audit.record(session, services, caller.account, "observations.erase", course_id)


def forget(session: Session, account: UUID, course_id: UUID) -> None:
    """The same, without a word in the log."""
    observations.erase(session, account, course_id)
    session.execute(delete(Offer).where(Offer.account_id == account, Offer.course_id == course_id))
    topic = events.of_learner(account, course_id)
    session.execute(delete(Event).where(Event.topic == topic, Event.kind != "help"))


def forget_calls(session: Session, account: UUID, course_id: UUID) -> None:
    """A learner's calls to the teacher of a course that they leave, and the news of them."""
    mine = (HelpRequest.account_id == account, HelpRequest.course_id == course_id)
    calls = {str(id_) for id_ in session.scalars(select(HelpRequest.id).where(*mine))}
    session.execute(delete(Event).where(Event.id.in_(_about_calls(session, calls))))
    session.execute(delete(HelpRequest).where(*mine))


def delete_person(session: Session, account: Account) -> None:
    """Deletes the row of an account, which the caller has locked so that nothing new comes
    of them; news of them and of their courses; and whom an invitation was for."""
    session.execute(update(Invitation).where(Invitation.used_by == account.id).values(note=""))
    taught = list(session.scalars(select(Course.id).where(Course.teacher_id == account.id)))
    calls = _calls(session, account.id)
    session.delete(account)
    session.flush()  # waits for those who are just answering a call, and write news of it
    session.execute(delete(Event).where(Event.id.in_(_about(session, account.id, calls))))
    events.forget_courses(session, taught)


def delete_course(session: Session, course: Course) -> None:
    """Deletes the row of a course, and the news of it: they tell of learners by name."""
    session.delete(course)
    session.flush()  # as above
    events.forget_courses(session, [course.id])


def events_of(session: Session, account: UUID) -> list[int]:
    """Events that speak to or of a person: on their own topics, and their calls for help on
    their teachers' (those carry the learner's name)."""
    return _about(session, account, _calls(session, account))


def _calls(session: Session, account: UUID) -> set[str]:
    mine = select(HelpRequest.id).where(HelpRequest.account_id == account)
    return {str(id_) for id_ in session.scalars(mine)}


def _about(session: Session, account: UUID, calls: set[str]) -> list[int]:
    # The topic of a learner is ``me:``, the account and the course.
    own = select(Event.id).where(Event.topic.startswith(f"me:{account.hex}:"))
    return [*session.scalars(own), *_about_calls(session, calls)]


def _about_calls(session: Session, calls: set[str]) -> list[int]:
    told = select(Event.id, Event.payload).where(Event.kind == "help")
    return [id_ for id_, payload in session.execute(told) if payload.get("id") in calls]


def overwrite(services: Services) -> None:
    """SQLite's log keeps old pages until it is written back: after an erasure, now.

    On PostgreSQL autovacuum does it; docs tell how to hasten it, and of backups.
    """
    if not services.database.is_sqlite:
        return
    connection = services.database.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
