"""What two ask at the same instant: on PostgreSQL there are several writers."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mien.adaptation.interventions import Kind
from mien.server.access import Caller
from mien.server.actions import accounts, consent, help_calls, law, offers
from mien.server.database.tables import Account, Attempt, Consent, HelpRequest, LegalBasis
from mien.server.permissions import Role
from mien.server.schemas.law import ConsentDecision, LegalBasisDraft
from mien.server.security.lockout import log_in_limits
from server.classroom import PASSWORD, Classroom
from server.lessons import account_of, count, learner, taught_course

BASIS = {
    "jurisdiction": "Testland",
    "basis": "A study that was approved by the ethics board.",
    "acknowledged": True,
}


def at_once(
    classroom: Classroom, first: Callable[[Session], object], second: Callable[[], Any]
) -> Any:
    """The answer to a request that comes while a transaction has written and not yet
    committed, which it does when the request is done or waits for it."""
    with ThreadPoolExecutor(1) as pool:
        with classroom.services.database.writing() as session:
            first(session)
            session.flush()
            later = pool.submit(second)
            while not (later.done() or somebody_waits(classroom)):
                time.sleep(0.01)
        return later.result(30)


def somebody_waits(classroom: Classroom) -> bool:
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock'"
    )
    with classroom.services.database.reading() as session:
        return bool(session.scalar(query))


def test_of_two_calls_one_reaches_the_teacher(postgresql_classroom: Classroom) -> None:
    room = postgresql_classroom
    course = taught_course(room)
    caller = Caller(Role.LEARNER, "", learner(room, course, "lena"))
    answer = at_once(
        room,
        lambda session: help_calls.ask(session, room.services, caller, course.points[0], "Why?"),
        lambda: room.person("lena").post(
            f"/api/v1/points/{course.points[0]}/help", json={"question": "How?"}
        ),
    )
    assert answer.status_code == 409, answer.text
    assert count(room, HelpRequest) == 1


def test_of_two_legal_bases_one_is_in_force(postgresql_classroom: Classroom) -> None:
    room = postgresql_classroom
    boss, draft = room.person("boss", "administrator"), LegalBasisDraft.model_validate(BASIS)
    caller = Caller(Role.ADMINISTRATOR, "", account_of(room, "boss"))
    answer = at_once(
        room,
        lambda session: law.record_basis(session, room.services, caller, draft),
        lambda: boss.post("/api/v1/legal-bases", json=BASIS),
    )
    assert answer.status_code == 409, answer.text
    assert count(room, LegalBasis) == 1


def test_of_two_switchings_the_last_counts(postgresql_classroom: Classroom) -> None:
    room = postgresql_classroom
    lena = room.person("lena")
    account = account_of(room, "lena")
    answer = at_once(
        room,
        lambda session: offers.switch_off(session, account, [Kind.ABSENT, Kind.BOWED]),
        lambda: lena.put("/api/v1/offer-switches", json={"off": ["bowed"]}),
    )
    assert answer.status_code == 200, answer.text
    with room.services.database.reading() as session:
        assert offers.switched_off(session, account) == ["bowed"]


@pytest.mark.parametrize(("affect", "decisions"), [(True, 2), (False, 3)])
def test_of_two_decisions_the_last_counts(
    postgresql_classroom: Classroom, affect: bool, decisions: int
) -> None:
    room = postgresql_classroom
    course = taught_course(room)
    caller = Caller(Role.LEARNER, "", learner(room, course, "lena"))
    wanted = {"presence": True, "affect": True, "wording": consent.WORDING.version}
    first = ConsentDecision.model_validate(wanted)
    answer = at_once(
        room,
        lambda session: consent.decide(session, room.services, caller, course.id, first),
        lambda: room.person("lena").put(
            f"/api/v1/courses/{course.id}/consent", json={**wanted, "affect": affect}
        ),
    )
    assert answer.status_code == 200, answer.text
    assert {s["stream"]: s["consented"] for s in answer.json()["streams"]} == {
        "presence": True, "affect": affect,
    }  # fmt: skip
    assert count(room, Consent) == decisions


def test_of_two_first_failures_both_count(postgresql_classroom: Classroom) -> None:
    room = postgresql_classroom
    given = {"email": "nobody@example.org", "password": "wrong"}
    limits = log_in_limits(room.services.secret, given["email"], "192.0.2.1")
    rows = [
        Attempt(key=key, failures=1, window_started_at_s=room.clock(), blocked_until_s=0.0)
        for _, key in limits
    ]
    answer = at_once(
        room,
        lambda session: session.add_all(rows),
        lambda: room.visitor().post("/api/v1/session", json=given),
    )
    assert answer.status_code == 401, answer.text
    with room.services.database.reading() as session:
        assert session.scalars(select(Attempt.failures)).all() == [2, 2, 2]


@pytest.mark.parametrize("how", ["suspension", "erasure", "deletion"])
def test_of_two_administrators_one_is_left(postgresql_classroom: Classroom, how: str) -> None:
    """Each puts the other out, or both leave, at the same time."""
    room = postgresql_classroom
    people = {name: room.person(name, "administrator") for name in ("ada", "bea")}
    ids = {name: account_of(room, name) for name in people}
    ada = Caller(Role.ADMINISTRATOR, "", ids["ada"])
    first = {
        "suspension": lambda s: accounts.suspend(s, room.services, ada, ids["bea"], True),
        "erasure": lambda s: accounts.erase(s, room.services, ada, ids["bea"]),
        "deletion": lambda s: accounts.erase(s, room.services, ada, ids["ada"]),
    }
    path, bea = f"/api/v1/accounts/{ids['ada']}", people["bea"]
    second = {
        "suspension": lambda: bea.put(f"{path}/suspension", json={"suspended": True}),
        "erasure": lambda: bea.delete(path),
        "deletion": lambda: bea.post("/api/v1/account/deletion", json={"password": PASSWORD}),
    }
    answer = at_once(room, first[how], second[how])
    assert answer.status_code == 409, answer.text
    assert "last administrator" in answer.text
    with room.services.database.reading() as session:
        left = session.scalars(
            select(Account.id).where(
                Account.role == "administrator", Account.suspended_at_s.is_(None)
            )
        ).all()
    assert left == [ids["bea" if how == "deletion" else "ada"]]
