"""The audit log: append-only in the database itself, read by administrators in pages."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.classroom import Classroom


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"]
)
def test_the_database_refuses_changes(classroom: Classroom, statement: str) -> None:
    classroom.person("lena")
    with (
        pytest.raises(DBAPIError, match="never changed"),
        classroom.services.database.writing() as session,
    ):
        session.execute(text(statement))


def test_an_expiry_lets_go_only_what_is_older(classroom: Classroom) -> None:
    classroom.person("lena")
    expire = text(f"INSERT INTO audit_expiries (id, before_s) VALUES (1, {classroom.clock()})")
    with classroom.services.database.reading() as session:  # rolled back
        session.execute(expire)
        with pytest.raises(DBAPIError, match="never changed"):
            session.execute(text("DELETE FROM audit_entries"))


def test_it_is_read_in_pages_newest_first(classroom: Classroom) -> None:
    boss = classroom.person("boss", "administrator")
    for name in ("lena", "luca", "lara"):
        classroom.person(name)
    first = boss.get("/api/v1/audit?limit=3").json()
    rest = boss.get(f"/api/v1/audit?limit=500&before={first['before']}").json()
    assert rest["before"] is None
    numbers = [e["id"] for e in first["entries"] + rest["entries"]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 8  # a registration and a log-in for each of four people
    only = boss.get("/api/v1/audit?action=account").json()["entries"]
    assert {e["action"] for e in only} == {"account.create"}


def test_people_stand_in_it_as_hashes(classroom: Classroom) -> None:
    boss, lena = classroom.person("boss", "administrator"), classroom.person("lena")
    account = lena.get("/api/v1/session").json()["account"]
    told = boss.get("/api/v1/audit").text
    for secret in (account["id"], account["id"].replace("-", ""), "lena"):
        assert secret not in told


@pytest.mark.parametrize("path", ["/audit", "/usage", "/retention"])
def test_administrators_only(sqlite_classroom: Classroom, path: str) -> None:
    assert sqlite_classroom.visitor().get(f"/api/v1{path}").status_code == 401
    for name, role in (("lena", "learner"), ("theo", "teacher")):
        assert sqlite_classroom.person(name, role).get(f"/api/v1{path}").status_code == 403
