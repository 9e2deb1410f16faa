"""Erasure: afterwards no table and no file holds the person's identifier, e-mail or name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from mien.server.actions import events
from mien.server.database.tables import (
    Account,
    Base,
    Consent,
    DueAssessment,
    Enrolment,
    Event,
    HelpRequest,
    Invitation,
    LegalBasis,
    ObservationBatch,
    Offer,
    QuizAnswer,
    SelfReport,
)
from server.classroom import PASSWORD, START_S, Classroom
from server.lessons import Taught, account_of, everything_of, learner, taught_course

#: Nothing else in the database holds this.
NAME = "zerlinaquux"


def furnish(classroom: Classroom) -> tuple[Taught, UUID]:
    """A learner with something in every table that can name one."""
    course = taught_course(classroom)
    account = learner(classroom, course, NAME)
    here = {"account_id": account, "course_id": course.id, "point_id": course.points[0]}
    with classroom.services.database.writing() as session:
        session.add_all(everything_of(account, course, START_S))
        session.add(DueAssessment(**here))
        session.add(
            LegalBasis(jurisdiction="-", basis="-", recorded_by=account, recorded_at_s=START_S)
        )
        session.add(
            Invitation(
                code_hash=b"c" * 32, role="teacher", note=f"for {NAME}", used_by=account,
                created_at_s=START_S, expires_at_s=START_S,
            )
        )  # fmt: skip
        events.emit(session, events.of_learner(account, course.id), "offer", {}, START_S)
    client = classroom.person(NAME)  # a call carries the name to the teacher's stream
    asked = client.post(f"/api/v1/points/{course.points[0]}/help", json={"question": "Why?"})
    assert asked.status_code == 201, asked.text
    client.post("/api/v1/session", json={"email": f"{NAME}@example.org", "password": "wrong"})
    return course, account


def people_tables() -> list[str]:
    """Tables with a key to an account, but for what only teachers have."""
    return [
        name
        for name, table in Base.metadata.tables.items()
        if name != "courses"
        and any(key.target_fullname == "accounts.id" for key in table.foreign_keys)
    ]


def traces(classroom: Classroom, folder: Path, account: UUID) -> Iterator[str]:
    """Where the person is still found."""
    secrets = [str(account), account.hex, NAME]
    with classroom.services.database.reading() as session:
        for name in Base.metadata.tables:
            for row in session.execute(text(f"SELECT * FROM {name}")):
                told = repr(tuple(row))
                if any(secret in told for secret in secrets):
                    yield f"table {name}: {told[:200]}"
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if any(s.encode() in content for s in secrets) or account.bytes in content:
                yield f"file {path.name}"


def test_a_learner_has_something_in_every_table(classroom: Classroom) -> None:
    furnish(classroom)
    with classroom.services.database.reading() as session:
        for name in people_tables():
            assert session.scalar(text(f"SELECT count(*) FROM {name}")), name


def test_nothing_is_left_of_a_deleted_account(classroom: Classroom, tmp_path: Path) -> None:
    _, account = furnish(classroom)
    assert list(traces(classroom, tmp_path, account))  # the scan finds what is there
    client = classroom.person(NAME)
    assert client.post("/api/v1/account/deletion", json={"password": PASSWORD}).status_code == 204
    assert list(traces(classroom, tmp_path, account)) == []


def test_nothing_is_left_of_a_learner_whose_course_went_first(
    classroom: Classroom, tmp_path: Path
) -> None:
    course, account = furnish(classroom)
    assert course.teacher.delete(f"/api/v1/courses/{course.id}").status_code == 204
    client = classroom.person(NAME)
    assert client.post("/api/v1/account/deletion", json={"password": PASSWORD}).status_code == 204
    assert list(traces(classroom, tmp_path, account)) == []


@pytest.mark.parametrize("whole", ["course", "account"])
def test_news_of_a_course_go_with_it_and_those_of_others_stay(
    classroom: Classroom, whole: str
) -> None:
    course, kept = taught_course(classroom), taught_course(classroom, "tess")
    for taught in (course, kept):
        learner(classroom, taught)
        path = f"/api/v1/points/{taught.points[0]}/help"
        asked = classroom.person("lena").post(path, json={"question": "Why?"})
        assert asked.status_code == 201, asked.text
    if whole == "course":
        answer = course.teacher.delete(f"/api/v1/courses/{course.id}")
    else:
        answer = course.teacher.post("/api/v1/account/deletion", json={"password": PASSWORD})
    assert answer.status_code == 204, answer.text
    with classroom.services.database.reading() as session:
        topics = set(session.scalars(select(Event.topic)))
    lena = account_of(classroom, "lena")
    assert topics == {events.of_class(kept.id), events.of_learner(lena, kept.id)}


def test_nothing_is_left_where_an_administrator_erased_it(
    classroom: Classroom, tmp_path: Path
) -> None:
    _, account = furnish(classroom)
    boss = classroom.person("boss", "administrator")
    assert boss.delete(f"/api/v1/accounts/{account}").status_code == 204
    assert list(traces(classroom, tmp_path, account)) == []


def test_nothing_is_left_of_a_deleted_teacher(classroom: Classroom, tmp_path: Path) -> None:
    course = taught_course(classroom, NAME)
    account = account_of(classroom, NAME)
    learner(classroom, course)
    lena = classroom.person("lena")
    lena.post(f"/api/v1/points/{course.points[0]}/help", json={"question": "Why?"})
    client = classroom.person(NAME)
    assert client.post("/api/v1/account/deletion", json={"password": PASSWORD}).status_code == 204
    assert list(traces(classroom, tmp_path, account)) == []
    with classroom.services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 1


def test_the_audit_log_keeps_that_it_was_done(classroom: Classroom) -> None:
    _, account = furnish(classroom)
    classroom.person(NAME).post("/api/v1/account/deletion", json={"password": PASSWORD})
    entries = classroom.person("boss", "administrator").get("/api/v1/audit?action=account.erase")
    (entry,) = entries.json()["entries"]
    assert entry["actor"] == entry["subject"] != "server"
    assert account.hex not in entries.text


@pytest.mark.parametrize("table", [ObservationBatch, SelfReport, Offer, DueAssessment])
def test_a_learner_erases_what_was_observed(classroom: Classroom, table: type[Base]) -> None:
    course, _ = furnish(classroom)
    other = learner(classroom, course, "luca")
    with classroom.services.database.writing() as session:
        session.add_all(everything_of(other, course, START_S))
        session.add(DueAssessment(account_id=other, course_id=course.id))
    path = f"/api/v1/courses/{course.id}/observations"
    assert classroom.person(NAME).delete(path).status_code == 204
    with classroom.services.database.reading() as session:
        (left,) = session.scalars(select(table))
        assert left.account_id == other  # type: ignore[attr-defined]
        for kept in (Consent, QuizAnswer, Enrolment, HelpRequest):
            assert session.scalar(select(func.count()).select_from(kept)), kept


def test_the_teacher_may_erase_nothing_of_it(sqlite_classroom: Classroom) -> None:
    course, _ = furnish(sqlite_classroom)
    path = f"/api/v1/courses/{course.id}/observations"
    assert course.teacher.delete(path).status_code == 403
    assert sqlite_classroom.person("luca").delete(path).status_code == 403


def test_who_leaves_a_course_takes_everything_along(classroom: Classroom) -> None:
    course, account = furnish(classroom)
    path = f"/api/v1/courses/{course.id}/enrolment"
    assert classroom.person(NAME).delete(path).status_code == 204
    kept = {"accounts", "login_sessions", "invitations", "legal_bases", "offer_switches"}
    with classroom.services.database.reading() as session:
        for name in set(people_tables()) - kept:
            assert session.scalar(text(f"SELECT count(*) FROM {name}")) == 0, name
        topics = session.scalars(select(Event.topic)).all()
    assert not [t for t in topics if account.hex in t]


def test_what_was_asked_is_in_no_file_after_leaving(classroom: Classroom, tmp_path: Path) -> None:
    """SQLite's log would hold the old pages until it is written back."""
    course, _ = furnish(classroom)
    client, asked = classroom.person(NAME), "why is it zerlinaquirk"
    (call,) = course.teacher.get(f"/api/v1/courses/{course.id}/help").json()
    assert client.delete(f"/api/v1/help/{call['id']}").status_code == 204
    again = client.post(f"/api/v1/points/{course.points[0]}/help", json={"question": asked})
    assert again.status_code == 201, again.text
    left = client.delete(f"/api/v1/courses/{course.id}/enrolment")
    assert left.status_code == 204, left.text
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in files if asked.encode() in path.read_bytes()] == []


def test_the_scan_would_find_a_name_in_any_text(classroom: Classroom, tmp_path: Path) -> None:
    _, account = furnish(classroom)
    with classroom.services.database.writing() as session:
        session.execute(update(Invitation).values(used_by=None))  # then nobody knows of whom
    classroom.person(NAME).post("/api/v1/account/deletion", json={"password": PASSWORD})
    assert "table invitations" in "".join(traces(classroom, tmp_path, account))
