"""Consent of a learner for a course: given, revoked, kept; and what follows from it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.server.access import Caller
from mien.server.actions import audit
from mien.server.actions.law import affect_allowed
from mien.server.database.statements import among, wait_for_lock
from mien.server.database.tables import Consent
from mien.server.problems import Conflict
from mien.server.schemas.law import (
    ConsentDecision,
    ConsentEvent,
    ConsentView,
    ConsentWording,
    Stream,
    StreamState,
)
from mien.server.services import Services
from mien.server.settings import Settings

STREAMS: Final[tuple[Stream, ...]] = ("presence", "affect")
#: Of an account's number, as the key of its lock (PostgreSQL's are bigint, above 0 here).
LOCK_BITS: Final = 2**63 - 1
#: A change of these words is a new version, and everybody is asked again.
WORDING: Final = ConsentWording(
    version="2025-07",
    title="May this course look, with your camera, at how the lesson is received?",
    paragraphs=[
        "The pictures stay in this browser. They are looked at there, once a second, and "
        "thrown away. No picture, and nothing from which your face could be made again, is "
        "sent or kept.",
        "What is sent are numbers: whether a face is seen, how the head is turned, how open "
        "eyes and mouth are, and, if you agree to it, which expression was read, and how sure "
        "the reading is.",
        "You see the same as is sent. Your teacher sees groups of at least ten, never you "
        "alone, unless you ask for help. Nothing of it counts for a mark.",
        "You can pause at any time, take this back at once, have everything shown or erased, "
        "and study without a camera: then you tell by buttons how it goes, and the lesson "
        "adapts in the same way.",
    ],
    presence="Whether I am there, how my head is turned, and how open my eyes and mouth are.",
    affect="Also which expression my face shows.",
)


def decide(
    session: Session,
    services: Services,
    caller: Caller,
    course_id: UUID,
    decision: ConsentDecision,
) -> ConsentView:
    """Adds the learner's decision to the history; it counts from now on.

    Raises:
        Conflict: when the learner was shown older words.
    """
    if decision.wording != WORDING.version:
        raise Conflict("The words have changed. Read them again, then decide.")
    # Of two pages, or two presses of a button, the second knows what the first has decided.
    wait_for_lock(session, caller.account.int & LOCK_BITS)
    newest = _newest(session, caller.account, course_id)
    for stream in STREAMS:
        before, given = newest.get(stream), getattr(decision, stream)
        if before is not None and (before.given, before.wording) == (given, WORDING.version):
            continue
        session.add(
            Consent(
                account_id=caller.account,
                course_id=course_id,
                stream=stream,
                number=before.number + 1 if before else 1,
                given=given,
                wording=WORDING.version,
                decided_at_s=services.now_s(),
            )
        )
        action = "consent.give" if given else "consent.revoke"
        audit.record(session, services, caller.account, action, course_id, stream=stream)
    session.flush()
    return read(session, services.settings, caller.account, course_id)


def read(session: Session, settings: Settings, account_id: UUID, course_id: UUID) -> ConsentView:
    """The words, what holds now, and the learner's decisions, newest first."""
    rows = session.scalars(
        select(Consent)
        .where(Consent.account_id == account_id, Consent.course_id == course_id)
        .order_by(Consent.decided_at_s.desc(), Consent.number.desc())
    )
    return ConsentView(
        wording=WORDING,
        streams=list(streams(session, settings, account_id, course_id).values()),
        history=[
            ConsentEvent(
                stream=row.stream,  # type: ignore[arg-type] # only STREAMS are written
                given=row.given,
                wording=row.wording,
                decided_at_s=row.decided_at_s,
            )
            for row in rows
        ],
    )


def streams(
    session: Session, settings: Settings, account_id: UUID, course_id: UUID
) -> dict[Stream, StreamState]:
    """What may be observed of a learner in a course now. The ingest asks it with every
    batch, because all of it can be taken back at any time."""
    newest = _newest(session, account_id, course_id)
    gate = affect_allowed(session, settings)
    found = dict[Stream, StreamState]()
    for stream in STREAMS:
        row = newest.get(stream)
        consented = row is not None and row.given and row.wording == WORDING.version
        reason = "You agreed." if consented else "You have not agreed, or took it back."
        lawful = stream == "presence" or gate.allowed
        found[stream] = StreamState(
            stream=stream,
            consented=consented,
            allowed=consented and lawful,
            reason=reason if lawful else gate.reason,
        )
    if not found["presence"].allowed:  # expressions cannot be read of nobody
        found["affect"] = found["affect"].model_copy(update={"allowed": False})
    return found


def agreed(
    session: Session, accounts: Collection[UUID], courses: Collection[UUID]
) -> set[tuple[UUID, UUID, str]]:
    """Account, course and stream of each newest decision that is yes, to the present words."""
    newest = dict[tuple[UUID, UUID, str], bool]()
    query = select(
        Consent.account_id, Consent.course_id, Consent.stream, Consent.given, Consent.wording
    )
    for account_id, course_id, stream, given, wording in session.execute(
        query.where(
            among(session, Consent.account_id, accounts), among(session, Consent.course_id, courses)
        ).order_by(Consent.number)
    ):
        newest[account_id, course_id, stream] = given and wording == WORDING.version
    return {key for key, yes in newest.items() if yes}


def affect_of(
    session: Session, settings: Settings, learners: Collection[tuple[UUID, UUID]]
) -> set[tuple[UUID, UUID]]:
    """Those of these accounts and courses whose expressions may be read now: as
    :func:`streams` says it of one, for many at once."""
    if not learners or not affect_allowed(session, settings).allowed:
        return set()
    accounts, courses = ({learner[i] for learner in learners} for i in (0, 1))
    given = agreed(session, accounts, courses)
    return {k for k in learners if all((*k, stream) in given for stream in STREAMS)}


def _newest(session: Session, account_id: UUID, course_id: UUID) -> dict[str, Consent]:
    rows = session.scalars(
        select(Consent)
        .where(Consent.account_id == account_id, Consent.course_id == course_id)
        .order_by(Consent.number)
    )
    return {row.stream: row for row in rows}
