"""The export holds everything that is kept of its owner, and nothing of anybody else."""

from __future__ import annotations

import csv
import json
import zipfile
from io import BytesIO, StringIO
from typing import Any

import pytest
from sqlalchemy import inspect, select

from mien.server.actions import events
from mien.server.actions.own_data import EXPORTED, IMPERSONAL
from mien.server.database.tables import (
    Base,
    CourseConduct,
    DueAssessment,
    Invitation,
    LegalBasis,
    Media,
)
from server.classroom import START_S, Classroom
from server.lessons import Taught, account_of, everything_of, learner, taught_course

#: Tables that hold nothing of anybody: how long things are kept, which classes are watched.
OF_THE_DEPLOYMENT = {"retention_periods", "retention_runs", "audit_expiries", "watched_topics"}


def test_every_table_is_in_it_or_holds_nobody() -> None:
    exported = {table.entity.__tablename__ for table in EXPORTED}
    impersonal = {entity.__tablename__ for entity in IMPERSONAL}
    assert not exported & impersonal
    assert exported | impersonal | OF_THE_DEPLOYMENT == set(Base.metadata.tables)
    for name, table in Base.metadata.tables.items():
        keys = {key.target_fullname for column in table.columns for key in column.foreign_keys}
        if "accounts.id" in keys:
            assert name in exported, f"the export forgets {name}: add it to EXPORTED"


def test_only_hashes_are_left_out() -> None:
    left_out = {f"{t.entity.__tablename__}.{name}" for t in EXPORTED for name in t.secret}
    assert left_out == {
        "accounts.password_hash",
        "login_sessions.token_hash",
        "invitations.code_hash",
        "attempts.key",
    }


def furnish(classroom: Classroom, name: str, course: Taught) -> None:
    """Rows of somebody in every table that can name a learner."""
    account = learner(classroom, course, name)
    here = {"account_id": account, "course_id": course.id, "point_id": course.points[0]}
    with classroom.services.database.writing() as session:
        session.add_all(everything_of(account, course, START_S))
        session.add(DueAssessment(**here))
        session.add(
            Invitation(
                code_hash=name.encode().ljust(32), role="teacher", note="-", used_by=account,
                created_at_s=START_S, expires_at_s=START_S,
            )
        )  # fmt: skip
        session.add(
            LegalBasis(jurisdiction="-", basis="-", recorded_by=account, recorded_at_s=START_S)
        )
        topic = events.of_learner(account, course.id)
        events.emit(session, topic, "offer", {"title": "A fuller explanation"}, START_S)


def exported(classroom: Classroom, name: str) -> dict[str, list[dict[str, Any]]]:
    answer = classroom.person(name).get("/api/v1/account/export")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="mien-2025-07-14.json"'
    tables: dict[str, list[dict[str, Any]]] = answer.json()["tables"]
    return tables


def test_it_holds_every_row_of_a_learner(classroom: Classroom) -> None:
    course = taught_course(classroom)
    furnish(classroom, "lena", course)
    furnish(classroom, "luca", course)
    lena, luca = account_of(classroom, "lena"), account_of(classroom, "luca")
    found = exported(classroom, "lena")
    for table in EXPORTED:
        name = table.entity.__tablename__
        if any(k.target_fullname == "accounts.id" for k in Base.metadata.tables[name].foreign_keys):
            wanted = 0 if name == "courses" else 1
            assert len(found[name]) == wanted, name
    assert [row["name"] for row in found["accounts"]] == ["lena"]
    assert len(found["events"]) == 1
    assert len(found["audit_entries"]) == 2
    assert found["observation_batches"][0]["readings"][0]["expression"]["name"] == "happiness"
    text = json.dumps(found)
    assert str(lena) in text
    for secret in (str(luca), luca.hex, "luca", "argon2"):
        assert secret not in text


def test_who_else_stands_in_a_row_is_left_out(classroom: Classroom) -> None:
    boss, theo = classroom.person("boss", "administrator"), classroom.person("theo", "teacher")
    ids = {name: account_of(classroom, name) for name in ("boss", "theo")}
    with classroom.services.database.writing() as session:
        session.add(
            Invitation(
                code_hash=b"c" * 32, role="teacher", note="-", made_by=ids["boss"],
                used_by=ids["theo"], created_at_s=START_S, expires_at_s=START_S,
            )
        )  # fmt: skip
    for client, named, own, other in (
        (boss, "boss", "made_by", "used_by"),
        (theo, "theo", "used_by", "made_by"),
    ):
        (row,) = client.get("/api/v1/account/export").json()["tables"]["invitations"]
        assert (row[own], row[other]) == (str(ids[named]), None)


def test_a_teachers_holds_their_courses(classroom: Classroom) -> None:
    course = taught_course(classroom)
    taught_course(classroom, "tara")
    with classroom.services.database.writing() as session:
        session.add(CourseConduct(course_id=course.id, live=True, thresholds={}))
        session.add(
            Media(
                course_id=course.id, name="a.png", content_type="image/png", sha256="0" * 64,
                size_bytes=1, created_at_s=START_S,
            )
        )  # fmt: skip
    found = exported(classroom, "theo")
    counts = {
        name: len(found[name])
        for name in ("courses", "lessons", "knowledge_points", "quiz_questions", "media")
    }
    assert counts == {
        "courses": 1, "lessons": 1, "knowledge_points": 2, "quiz_questions": 1, "media": 1,
    }  # fmt: skip
    assert len(found["course_conducts"]) == 1


def test_the_zip_holds_the_same_as_tables(classroom: Classroom) -> None:
    course = taught_course(classroom)
    furnish(classroom, "lena", course)
    whole = exported(classroom, "lena")
    answer = classroom.person("lena").get("/api/v1/account/export?format=csv")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(BytesIO(answer.content)) as packed:
        assert packed.testzip() is None
        assert set(packed.namelist()) == {"about.txt"} | {f"{name}.csv" for name in whole}
        for name, rows in whole.items():
            text = packed.read(f"{name}.csv").decode("utf-8-sig")
            read = list(csv.DictReader(StringIO(text, newline="")))
            assert len(read) == len(rows), name
            for line, row in zip(read, rows, strict=True):
                assert set(line) == set(row)
                assert line.get("id", "") == str(row.get("id", ""))


def test_a_name_is_no_formula_in_a_spreadsheet(classroom: Classroom) -> None:
    lena = classroom.person("lena")
    lena.patch("/api/v1/account", json={"name": "=HYPERLINK(A1)"})
    answer = lena.get("/api/v1/account/export?format=csv")
    with zipfile.ZipFile(BytesIO(answer.content)) as packed:
        (row,) = csv.DictReader(StringIO(packed.read("accounts.csv").decode("utf-8-sig")))
    assert row["name"] == "'=HYPERLINK(A1)"


@pytest.mark.parametrize("query", ["?format=xml", "?format="])
def test_other_formats_are_refused(sqlite_classroom: Classroom, query: str) -> None:
    assert sqlite_classroom.person("lena").get(f"/api/v1/account/export{query}").status_code == 422
    assert sqlite_classroom.visitor().get("/api/v1/account/export").status_code == 401


def test_every_column_of_an_exported_table_is_there(classroom: Classroom) -> None:
    course = taught_course(classroom)
    furnish(classroom, "lena", course)
    found = exported(classroom, "lena")
    for table in EXPORTED:
        names = {column.key for column in inspect(table.entity).columns} - table.secret
        for row in found[table.entity.__tablename__]:
            assert set(row) == names
    with classroom.services.database.reading() as session:
        assert session.scalars(select(LegalBasis)).one().recorded_by is not None
