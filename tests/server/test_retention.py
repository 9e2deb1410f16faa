"""Retention: every kind goes after its period, nothing before, by one worker at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from typer.testing import CliRunner

from mien.cli import app
from mien.server.actions import retention
from mien.server.database.tables import (
    AuditEntry,
    ClassSnapshot,
    CourseFeeling,
    HelpRequest,
    Invitation,
    LearnerStatus,
    LoginSession,
    ObservationBatch,
    Offer,
    SelfReport,
)
from mien.server.housekeeping import EVERY_S, enforce_once
from mien.server.schemas.governance import RetentionDraft
from mien.server.security.lockout import REGISTRATIONS, count_failure
from mien.server.settings import DAY_S
from server.classroom import PASSWORD, START_S, Classroom
from server.lessons import everything_of, learner, snapshot, taught_course

#: kind -> the tables that it empties.
EMPTIED = {
    "observations_days": [ObservationBatch, LearnerStatus, CourseFeeling],
    "self_reports_days": [SelfReport],
    "offers_days": [Offer],
    "help_days": [HelpRequest],
    "snapshots_days": [ClassSnapshot],
}


def furnish(classroom: Classroom) -> None:
    course = taught_course(classroom)
    lena = learner(classroom, course)
    with classroom.services.database.writing() as session:
        session.add_all(everything_of(lena, course, START_S))
        session.add(snapshot(course, START_S, {"shown": False}))


def enforce(classroom: Classroom) -> dict[str, int]:
    with classroom.services.database.writing() as session:
        return retention.enforce(session, classroom.services)


def rows(classroom: Classroom, table: object) -> int:
    with classroom.services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def test_every_kind_is_in_the_interface() -> None:
    assert set(RetentionDraft.model_fields) == set(retention.KINDS)
    for name, kind in retention.KINDS.items():
        RetentionDraft(**{name: kind.days})  # the default lies within the bounds


@pytest.mark.parametrize("kind", list(EMPTIED))
def test_a_kind_goes_after_its_period_and_not_before(classroom: Classroom, kind: str) -> None:
    furnish(classroom)
    days = retention.KINDS[kind].days
    classroom.clock.time_s = START_S + days * DAY_S - 1
    enforce(classroom)
    assert all(rows(classroom, table) == 1 for table in EMPTIED[kind])
    classroom.clock.pass_s(2)
    assert enforce(classroom)[kind] == 1
    assert all(rows(classroom, table) == 0 for table in EMPTIED[kind])


def test_seconds_of_feelings_go_with_their_day_whoever_comes_back(classroom: Classroom) -> None:
    """A learner who is seen again keeps none of what was read of them a period before."""
    furnish(classroom)
    days = retention.KINDS["observations_days"].days
    classroom.clock.time_s = START_S + days * DAY_S + 1
    with classroom.services.database.writing() as session:
        session.scalars(select(LearnerStatus)).one().seen_at_s = classroom.clock()
        old = session.scalars(select(CourseFeeling)).one()
        today = {"account_id": old.account_id, "course_id": old.course_id, "day": old.day + days}
        seconds = {"engaged_s": 5.0, "distress_s": 0.0, "known_s": 5.0, "unread_s": 0.0}
        session.add(CourseFeeling(**today, **seconds))
    enforce(classroom)
    assert rows(classroom, LearnerStatus) == 1
    with classroom.services.database.reading() as session:
        (left,) = session.scalars(select(CourseFeeling)).all()
    assert (left.engaged_s, left.distress_s) == (5.0, 0.0)


def test_an_open_call_waits(classroom: Classroom) -> None:
    furnish(classroom)
    with classroom.services.database.writing() as session:
        session.execute(text("UPDATE help_requests SET closed_at_s = NULL"))
    classroom.clock.pass_s(400 * DAY_S)
    enforce(classroom)
    assert rows(classroom, HelpRequest) == 1


def test_ended_logins_and_old_attempts_go(classroom: Classroom) -> None:
    classroom.person("lena")
    key = ((REGISTRATIONS, b"k" * 32),)
    count_failure(classroom.services.database, key, START_S)
    assert enforce(classroom) == dict.fromkeys(retention.KINDS, 0)
    classroom.clock.pass_s(DAY_S + 1)
    assert enforce(classroom)["attempts_days"] == 2  # the registration's own, and ours
    assert rows(classroom, LoginSession) == 1
    idle = classroom.services.settings.session_idle_s
    classroom.clock.time_s = START_S + idle + 30 * DAY_S + 1
    assert enforce(classroom)["logins_days"] == 1


def test_invitations_go_when_they_are_over(classroom: Classroom) -> None:
    """Their notes name people; whoever never registered can erase nothing."""
    boss = classroom.person("boss", "administrator")
    for note, days in (("for Anna", 1), ("for Theo", 90), ("for Tess", 90)):
        made = boss.post("/api/v1/invitations", json={"note": note, "days": days}).json()
    given = {"email": "tess@example.org", "name": "Tess", "password": PASSWORD}
    used = classroom.visitor().post("/api/v1/accounts", json=given | {"invitation": made["code"]})
    assert used.status_code == 204, used.text

    def notes() -> list[str]:
        with classroom.services.database.reading() as session:
            return sorted(session.scalars(select(Invitation.note)))

    classroom.clock.time_s = START_S + 30 * DAY_S - 1
    enforce(classroom)
    assert notes() == ["for Anna", "for Tess", "for Theo"]
    classroom.clock.pass_s(2)  # 30 days after Tess used hers, 29 after Anna's ran out
    enforce(classroom)
    assert notes() == ["for Anna", "for Theo"]
    classroom.clock.pass_s(DAY_S)
    enforce(classroom)
    assert notes() == ["for Theo"]


def test_old_snapshots_are_thinned_to_one_a_minute(classroom: Classroom) -> None:
    course = taught_course(classroom)
    with classroom.services.database.writing() as session:
        session.add_all(snapshot(course, START_S + 5 * n, {"shown": False}) for n in range(36))
    enforce(classroom)
    assert rows(classroom, ClassSnapshot) == 36
    classroom.clock.pass_s(DAY_S + 180)
    assert enforce(classroom)["snapshots_days"] == 33
    with classroom.services.database.reading() as session:
        kept = sorted(session.scalars(select(ClassSnapshot.at_s)))
    assert kept == [START_S, START_S + 60, START_S + 120]


def test_retention_alone_shortens_the_audit_log(classroom: Classroom) -> None:
    classroom.person("lena")
    before = rows(classroom, AuditEntry)
    assert before == 2  # account.create, session.create
    classroom.clock.pass_s(730 * DAY_S + 1)
    assert enforce(classroom)["audit_days"] == 2
    with classroom.services.database.reading() as session:
        assert [e.action for e in session.scalars(select(AuditEntry))] == ["retention.enforce"]
        assert session.scalar(text("SELECT count(*) FROM audit_expiries")) == 0


def test_administrators_set_the_periods(classroom: Classroom) -> None:
    furnish(classroom)
    boss = classroom.person("boss", "administrator")
    view = boss.get("/api/v1/retention").json()
    assert view["observations_days"] == 30
    assert view["enforced_at_s"] is None
    changed = boss.put("/api/v1/retention", json={"observations_days": 2})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["observations_days"], changed.json()["offers_days"]) == (2, 180)
    classroom.clock.pass_s(2 * DAY_S + 1)
    enforce(classroom)
    assert rows(classroom, ObservationBatch) == 0
    assert rows(classroom, SelfReport) == 1
    told = boss.get("/api/v1/retention").json()
    assert told["enforced_at_s"] == classroom.clock()
    assert told["removed"]["observations_days"] == 1


@pytest.mark.parametrize(
    "body", [{"audit_days": 30}, {"observations_days": 0}, {"observation_days": 3}]
)
def test_periods_out_of_bounds_are_refused(sqlite_classroom: Classroom, body: object) -> None:
    boss = sqlite_classroom.person("boss", "administrator")
    assert boss.put("/api/v1/retention", json=body).status_code == 422


def test_workers_do_it_once_an_hour(classroom: Classroom) -> None:
    furnish(classroom)
    classroom.clock.pass_s(500 * DAY_S)
    assert enforce_once(classroom.services)["offers_days"] == 1
    assert enforce_once(classroom.services) == {}
    classroom.clock.pass_s(EVERY_S)
    assert enforce_once(classroom.services)["offers_days"] == 0


def test_what_is_too_old_is_in_no_file(classroom: Classroom, tmp_path: Path) -> None:
    """SQLite's log would hold the old pages until it is written back."""
    course, said = taught_course(classroom), "why is it zerlinaquirk"
    lena = learner(classroom, course)
    with classroom.services.database.writing() as session:
        for row in everything_of(lena, course, START_S):
            if isinstance(row, HelpRequest):
                row.question = said
            session.add(row)
    classroom.clock.pass_s(200 * DAY_S)
    assert enforce_once(classroom.services)["help_days"] == 1
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in files if said.encode() in path.read_bytes()] == []


def test_a_second_worker_does_not_wait(
    postgresql_classroom: Classroom,
) -> None:
    classroom = postgresql_classroom
    with classroom.services.database.writing() as one:
        assert retention.enforce(one, classroom.services) != {}
        with classroom.services.database.writing() as two:
            assert retention.enforce(two, classroom.services) == {}


def test_the_command_does_it_now(sqlite_classroom: Classroom) -> None:
    furnish(sqlite_classroom)  # in 2025, so all but the log of two years is too old by now
    settings = sqlite_classroom.services.settings
    answer = CliRunner().invoke(
        app,
        ["database", "retention", "--database", settings.database_url],
        env={"MIEN_DATA_DIR": str(settings.data_dir)},
    )
    assert answer.exit_code == 0, answer.output
    assert "Removed as too old: observations 1" in answer.output
