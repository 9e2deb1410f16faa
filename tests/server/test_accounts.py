"""Names, passwords, invitations, deletion: what happens to an account."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from mien.server.database.tables import Account, AuditEntry, Base, Course, Invitation
from server.classroom import PASSWORD, Classroom
from server.teaching import API, done, problem, teach


def registration(**given: str) -> dict[str, str]:
    return {"email": "anna@example.org", "name": "Anna", "password": PASSWORD, **given}


def test_an_email_has_one_account(classroom: Classroom) -> None:
    done(classroom.visitor().post(f"{API}/accounts", json=registration()), 204)
    again = classroom.visitor().post(
        f"{API}/accounts", json=registration(email=" ANNA@example.org")
    )
    problem(again, 409)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "anna"),
        ("email", "a@b@c"),
        ("email", "a b@c"),
        ("email", "x" * 250 + "@a.org"),
        ("email", "\u0130" * 240 + "@a.org"),  # 486 in small letters
        ("name", ""),
        ("name", "  "),
        ("name", "two\nlines"),
        ("name", "nul\0"),
        ("name", "\u202egnal"),
        ("password", "short"),
        ("password", "aaaaaaaaaaaa"),
        ("password", "refused@example.org"),
        ("password", "x" * 201),
        ("invitation", "no-such-code"),
    ],
)
def test_registrations_that_are_refused(
    shared_sqlite_classroom: Classroom, field: str, value: str
) -> None:
    wanted = registration(email="refused@example.org")
    refused = shared_sqlite_classroom.visitor().post(
        f"{API}/accounts", json=wanted | {field: value}
    )
    problem(refused, 422)
    assert value.strip() == "" or value not in refused.text  # it may be a password
    with shared_sqlite_classroom.services.database.reading() as session:
        count = select(func.count()).where(Account.email == "refused@example.org")
        assert session.scalar(count) == 0


def test_a_name_is_text_and_never_markup(classroom: Classroom) -> None:
    anna = classroom.person("anna")
    name = '<img src=x onerror="alert(1)">'
    answer = anna.patch(f"{API}/account", json={"name": name})
    assert done(answer)["name"] == name  # as it was written; pages show text as text
    assert answer.headers["content-type"] == "application/json"
    assert anna.get(f"{API}/session").json()["account"]["name"] == name


def test_a_password_is_asked_for_before_grave_changes(classroom: Classroom) -> None:
    anna = classroom.person("anna")
    problem(anna.post(f"{API}/account/deletion", json={"password": "wrong"}), 403)
    change = {"present": "wrong", "new": "another four plain words"}
    for _ in range(4):
        problem(anna.put(f"{API}/account/password", json=change), 403)
    problem(anna.put(f"{API}/account/password", json=change), 429)  # as many as of log-ins


def test_a_weak_new_password_is_refused(classroom: Classroom) -> None:
    anna = classroom.person("anna")
    change = {"present": PASSWORD, "new": "abababababab"}
    problem(anna.put(f"{API}/account/password", json=change), 422)
    assert anna.get(f"{API}/session").json()["account"]


class TestInvitations:
    def invite(self, classroom: Classroom, **given: object) -> dict[str, str]:
        boss = classroom.person("boss", "administrator")
        made: dict[str, str] = done(
            boss.post(f"{API}/invitations", json={"note": "for Theo", **given}), 201
        )
        return made

    def use(self, classroom: Classroom, code: str, email: str = "theo@example.org") -> object:
        wanted = registration(email=email, invitation=code)
        return classroom.visitor().post(f"{API}/accounts", json=wanted)

    def test_makes_a_teacher_once(self, classroom: Classroom) -> None:
        code = self.invite(classroom)["code"]
        browser = classroom.visitor()
        wanted = registration(email="theo@example.org", invitation=code)
        done(browser.post(f"{API}/accounts", json=wanted), 204)
        assert browser.get(f"{API}/session").json()["account"]["role"] == "teacher"
        problem(self.use(classroom, code, "second@example.org"), 422)

    def test_is_kept_as_a_hash(self, classroom: Classroom) -> None:
        code = self.invite(classroom)["code"]
        listed = classroom.person("boss").get(f"{API}/invitations")
        assert code not in listed.text
        with classroom.services.database.reading() as session:
            assert code.encode() not in session.scalars(select(Invitation)).one().code_hash

    def test_grows_old(self, classroom: Classroom) -> None:
        code = self.invite(classroom, days=1)["code"]
        classroom.clock.pass_s(86_401)
        problem(self.use(classroom, code), 422)

    def test_is_revoked(self, classroom: Classroom) -> None:
        made = self.invite(classroom)
        boss = classroom.person("boss")
        done(boss.delete(f"{API}/invitations/{made['id']}"), 204)
        problem(self.use(classroom, made["code"]), 422)
        problem(boss.delete(f"{API}/invitations/{made['id']}"), 404)


class TestDeletion:
    def test_takes_all_that_is_theirs(self, classroom: Classroom) -> None:
        theo, anna = classroom.person("theo", "teacher"), classroom.person("anna")
        course = teach(theo)
        done(anna.put(f"{course.url}/enrolment"), 204)
        done(theo.post(f"{API}/account/deletion", json={"password": PASSWORD}), 204)
        assert theo.get(f"{API}/session").json()["account"] is None
        assert done(anna.get(f"{API}/studies")) == []
        assert done(anna.get(f"{API}/courses")) == []
        with classroom.services.database.reading() as session:
            assert session.scalar(select(func.count()).select_from(Course)) == 0
            assert session.scalar(select(func.count()).select_from(Account)) == 1

    def test_leaves_no_name_behind(self, classroom: Classroom) -> None:
        anna = classroom.person("anna-of-this-test")
        id_ = anna.get(f"{API}/session").json()["account"]["id"]
        done(anna.post(f"{API}/account/deletion", json={"password": PASSWORD}), 204)
        traces = (id_, id_.replace("-", ""), "anna-of-this-test")
        with classroom.services.database.reading() as session:
            for table in Base.metadata.sorted_tables:
                for row in session.execute(select(table)):
                    assert not any(trace in str(list(row)) for trace in traces), table.name
            entries = session.scalars(select(AuditEntry)).all()
        assert [entry.action for entry in entries][-1] == "account.erase"

    def test_keeps_the_last_administrator(self, classroom: Classroom) -> None:
        boss = classroom.person("boss", "administrator")
        problem(boss.post(f"{API}/account/deletion", json={"password": PASSWORD}), 409)
        second = classroom.person("second", "administrator")
        id_ = boss.get(f"{API}/session").json()["account"]["id"]
        done(second.delete(f"{API}/accounts/{id_}"), 204)
        own = second.get(f"{API}/session").json()["account"]["id"]
        problem(second.put(f"{API}/accounts/{own}/suspension", json={"suspended": True}), 409)


def test_accounts_are_found_by_email_and_name(classroom: Classroom) -> None:
    classroom.person("anna")
    classroom.person("100%")
    boss = classroom.person("boss", "administrator")

    def find(query: str) -> list[str]:
        rows = done(boss.get(f"{API}/accounts", params={"query": query}))
        return [row["name"] for row in rows]

    assert find("ANNA@") == ["anna"]
    assert find("%") == ["100%"]  # a sign like any other
    assert find("_") == []
    assert find("\0") == ["100%", "anna", "boss"]
    assert len(find("")) == 3


def test_accounts_are_found_by_names_in_any_script(classroom: Classroom) -> None:
    boss, anna = classroom.person("boss", "administrator"), classroom.person("anna")

    def find(query: str) -> list[str]:
        rows = done(boss.get(f"{API}/accounts", params={"query": query}))
        return [row["name"] for row in rows]

    for name, queries in {
        "Анна Иванова": ("анна", "ИВАНОВА", "анна и"),
        "Ömer Groß": ("ömer", "ÖMER", "gross"),
    }.items():
        done(anna.patch(f"{API}/account", json={"name": name}))
        assert [find(query) for query in queries] == [[name]] * 3
        assert find("anna@") == [name]
    assert find("анна") == []  # as she was called before


def test_the_pace_of_one_caller_is_bounded(classroom: Classroom) -> None:
    pace = classroom.services.pace
    object.__setattr__(classroom.services, "pace", type(pace)(per_minute=20))
    browser, other = classroom.visitor("192.0.2.50"), classroom.visitor("192.0.2.51")
    statuses = [browser.get(f"{API}/session").status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]
    assert browser.get(f"{API}/session").headers["retry-after"] == "3"
    assert other.get(f"{API}/session").status_code == 200
    classroom.clock.pass_s(3)
    assert browser.get(f"{API}/session").status_code == 200
