"""Consent of learners, and the law gate above it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from mien.server.database.tables import LegalBasis
from server.classroom import Classroom, open_classroom
from server.teaching import API, Taught, done, problem, teach

BASIS = {
    "jurisdiction": "Switzerland, canton of Bern",
    "basis": "Research project 2025-17, approved by the cantonal ethics board.",
    "acknowledged": True,
}


def decide(learner: Any, course: Taught, presence: bool, affect: bool) -> dict[str, Any]:
    wording = done(learner.get(f"{course.url}/consent"))["wording"]["version"]
    decision = {"presence": presence, "affect": affect, "wording": wording}
    view: dict[str, Any] = done(learner.put(f"{course.url}/consent", json=decision))
    return view


def allowed(view: dict[str, Any]) -> dict[str, bool]:
    return {stream["stream"]: stream["allowed"] for stream in view["streams"]}


@pytest.fixture
def joined(classroom: Classroom) -> Taught:
    course = teach(classroom.person("theo", "teacher"))
    done(classroom.person("anna").put(f"{course.url}/enrolment"), 204)
    return course


def test_silence_is_no(classroom: Classroom, joined: Taught) -> None:
    view = done(classroom.person("anna").get(f"{joined.url}/consent"))
    assert allowed(view) == {"presence": False, "affect": False}
    assert view["history"] == []
    assert all(words for words in view["wording"].values())


def test_the_newest_decision_counts_and_all_are_kept(classroom: Classroom, joined: Taught) -> None:
    anna, boss = classroom.person("anna"), classroom.person("boss", "administrator")
    done(boss.post(f"{API}/legal-bases", json=BASIS), 201)
    for presence, affect in ((True, True), (True, False), (False, False), (True, True)):
        classroom.clock.pass_s(1)
        view = decide(anna, joined, presence, affect)
        assert allowed(view) == {"presence": presence, "affect": affect}
    told = [(event["stream"], event["given"]) for event in view["history"]]
    assert told.count(("presence", True)) == 2
    assert told.count(("presence", False)) == 1
    assert len(told) == 3 + 3
    times = [event["decided_at_s"] for event in view["history"]]
    assert times == sorted(times, reverse=True)


def test_the_same_decision_twice_is_one(classroom: Classroom, joined: Taught) -> None:
    anna = classroom.person("anna")
    decide(anna, joined, True, False)
    assert len(decide(anna, joined, True, False)["history"]) == 2


def test_expressions_are_not_read_of_nobody(classroom: Classroom, joined: Taught) -> None:
    done(classroom.person("boss", "administrator").post(f"{API}/legal-bases", json=BASIS), 201)
    view = decide(classroom.person("anna"), joined, False, True)
    assert allowed(view) == {"presence": False, "affect": False}


def test_older_words_are_not_agreed_to(classroom: Classroom, joined: Taught) -> None:
    decision = {"presence": True, "affect": True, "wording": "2001-01"}
    problem(classroom.person("anna").put(f"{joined.url}/consent", json=decision), 409)


def test_consent_is_of_one_course(classroom: Classroom, joined: Taught) -> None:
    anna, other = classroom.person("anna"), teach(classroom.person("theo"))
    done(anna.put(f"{other.url}/enrolment"), 204)
    decide(anna, joined, True, False)
    assert allowed(done(anna.get(f"{other.url}/consent"))) == {"presence": False, "affect": False}


class TestLawGate:
    def test_without_a_basis_consent_is_not_enough(
        self, classroom: Classroom, joined: Taught
    ) -> None:
        view = decide(classroom.person("anna"), joined, True, True)
        assert allowed(view) == {"presence": True, "affect": False}
        (affect,) = [s for s in view["streams"] if s["stream"] == "affect"]
        assert "Art. 5(1)(f)" in affect["reason"]
        gate = classroom.visitor().get(f"{API}/session").json()["affect"]
        assert not gate["allowed"]
        assert "no administrator has recorded" in gate["reason"]

    def test_opens_and_closes_at_once(self, classroom: Classroom, joined: Taught) -> None:
        anna, boss = classroom.person("anna"), classroom.person("boss", "administrator")
        decide(anna, joined, True, True)
        basis = done(boss.post(f"{API}/legal-bases", json=BASIS), 201)
        view = done(anna.get(f"{joined.url}/consent"))
        assert allowed(view) == {"presence": True, "affect": True}
        problem(boss.post(f"{API}/legal-bases", json=BASIS), 409)
        done(boss.delete(f"{API}/legal-bases/{basis['id']}"), 204)
        view = done(anna.get(f"{joined.url}/consent"))
        assert allowed(view) == {"presence": True, "affect": False}
        (kept,) = done(boss.get(f"{API}/legal-bases"))
        assert kept["ended_at_s"] is not None
        problem(boss.delete(f"{API}/legal-bases/{basis['id']}"), 404)

    def test_closes_where_two_were_in_force(self, classroom: Classroom) -> None:
        boss = classroom.person("boss", "administrator")
        row: dict[str, Any] = {
            "jurisdiction": "Testland",
            "basis": "A study.",
            "recorded_at_s": classroom.clock(),
        }
        with classroom.services.database.writing() as session:
            session.add_all([LegalBasis(**row), LegalBasis(**row)])
        first, _ = done(boss.get(f"{API}/legal-bases"))
        done(boss.delete(f"{API}/legal-bases/{first['id']}"), 204)
        assert not done(boss.get(f"{API}/session"))["affect"]["allowed"]
        assert [b["ended_at_s"] for b in done(boss.get(f"{API}/legal-bases"))] == [
            classroom.clock()
        ] * 2

    @pytest.mark.parametrize(
        "wrong", [{"acknowledged": False}, {"basis": "because"}, {"jurisdiction": ""}]
    )
    def test_needs_words_and_an_answerable_person(
        self, shared_classroom: Classroom, wrong: dict[str, Any]
    ) -> None:
        boss = shared_classroom.person("boss", "administrator")
        problem(boss.post(f"{API}/legal-bases", json=BASIS | wrong), 422)

    def test_every_step_is_in_the_log_which_nobody_can_change(self, classroom: Classroom) -> None:
        boss = classroom.person("boss", "administrator")
        basis = done(boss.post(f"{API}/legal-bases", json=BASIS), 201)
        done(boss.delete(f"{API}/legal-bases/{basis['id']}"), 204)
        database = classroom.services.database
        with database.reading() as session:
            found = session.execute(text("SELECT action FROM audit_entries ORDER BY id"))
            actions = [row[0] for row in found]
        assert actions[-2:] == ["legal-basis.record", "legal-basis.end"]
        for change in ("UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"):
            with pytest.raises(DBAPIError, match="never changed"), database.writing() as session:
                session.execute(text(change))

    def test_the_demonstration_says_what_it_is(self, empty_sqlite: Path, tmp_path: Path) -> None:
        path = tmp_path / "demo.sqlite3"
        path.write_bytes(empty_sqlite.read_bytes())
        with open_classroom(tmp_path, f"sqlite:///{path}", demo=True) as room:
            said = room.visitor().get(f"{API}/session").json()
        assert said["demo"] is True
        assert said["affect"]["allowed"]
        assert "demonstration" in said["affect"]["reason"]
