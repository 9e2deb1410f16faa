"""One thing of every kind in every relation to a person of every role.

Rows are written past the interface: a learner who owns a course cannot come about, and
the gates must refuse it all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.server.access import RELATIONS
from mien.server.database.tables import (
    Account,
    Course,
    Enrolment,
    HelpRequest,
    KnowledgePoint,
    Lesson,
    LoginSession,
    Media,
    Offer,
    QuizQuestion,
)
from mien.server.permissions import Relation, Role
from server.classroom import ORIGIN, Classroom

OWN, ENROLLED, OPEN, FOREIGN = Relation
COURSE_PARTS: Final = ("course_id", "lesson_id", "point_id", "question_id", "media_id")
OTHER: Final = "other@example.org"


@dataclass(frozen=True)
class World:
    """For each role a logged-in browser, and things in each relation to it."""

    clients: dict[Role, TestClient]
    stubs: dict[Role, TestClient]
    things: dict[Role, dict[str, dict[Relation, UUID]]]


def make_world(room: Classroom, stub: FastAPI) -> World:
    """Makes it all in a room where nobody is called ``other`` or ``the-ROLE``."""
    room.person("other", "teacher")
    world = World({}, {}, {})
    for role in Role:
        visitor = role is Role.VISITOR
        client = room.visitor() if visitor else room.person(f"the-{role}", role)
        world.clients[role] = client
        world.stubs[role] = TestClient(stub, base_url=ORIGIN, cookies=client.cookies)
        email = None if visitor else f"the-{role}@example.org"
        with room.services.database.writing() as session:
            world.things[role] = _things(session, email)
    return world


def _things(session: Session, email: str | None) -> dict[str, dict[Relation, UUID]]:
    found = dict[str, dict[Relation, UUID]]({name: {} for name in RELATIONS})
    other, me = _account(session, OTHER), _account(session, email) if email else None
    for relation in Relation:
        if me is None and relation in (OWN, ENROLLED):
            continue
        teacher = me if relation is OWN else other
        course = _course(session, teacher, published=relation is not FOREIGN)
        for name, id_ in course.items():
            found[name][relation] = id_
        if relation is ENROLLED:
            id_ = course["course_id"]
            session.add(Enrolment(account_id=me, course_id=id_, enrolled_at_s=0))
        if relation is not OPEN:
            learner = me if relation is ENROLLED else other
            found["help_id"][relation] = _help(session, learner, course)
    for relation, account in ((OWN, me), (FOREIGN, other)):
        if account is not None:
            found["account_id"][relation] = account
            found["login_id"][relation] = _login(session, account)
            found["offer_id"][relation] = _offer(session, account, found["course_id"][FOREIGN])
    return found


def _account(session: Session, email: str) -> UUID:
    return session.scalars(select(Account.id).where(Account.email == email)).one()


def _login(session: Session, account: UUID) -> UUID:
    wanted = select(LoginSession.id).where(LoginSession.account_id == account)
    return session.scalars(wanted.limit(1)).one()


def _offer(session: Session, account: UUID, course_id: UUID) -> UUID:
    offer = Offer(
        account_id=account, course_id=course_id, kind="bowed", step="reminder",
        reason="", made_at_s=0, answer="shown", note="",
    )  # fmt: skip
    session.add(offer)
    session.flush()
    return offer.id


def _course(session: Session, teacher: UUID | None, published: bool) -> dict[str, UUID]:
    ids = {name: uuid4() for name in COURSE_PARTS}
    rows = [
        Course(id=ids["course_id"], teacher_id=teacher, title="Course", summary="", language="en",
               tags=[], published=published, search_text="", created_at_s=0, changed_at_s=0),
        Media(id=ids["media_id"], course_id=ids["course_id"], name="a.png", size_bytes=1,
              content_type="image/png", sha256="0" * 64, created_at_s=0),
        Lesson(id=ids["lesson_id"], course_id=ids["course_id"], position=0, title="Lesson",
               introduction=""),
        KnowledgePoint(id=ids["point_id"], lesson_id=ids["lesson_id"], position=0, title="T",
                       difficulty=1, body="", fuller="", easier="", story=""),
        QuizQuestion(id=ids["question_id"], point_id=ids["point_id"], position=0, prompt="?",
                     options=["a", "b"], correct=[0], explanation=""),
    ]  # fmt: skip
    for row in rows:
        session.add(row)
        session.flush()
    return ids


def _help(session: Session, learner: UUID | None, course: dict[str, UUID]) -> UUID:
    call = HelpRequest(
        account_id=learner, course_id=course["course_id"], point_id=course["point_id"],
        question="", asked_at_s=0, answer="", outcome="",
    )  # fmt: skip
    session.add(call)
    session.flush()
    return call.id
