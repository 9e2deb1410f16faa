"""Registering, logging in and out, lock-out, fixation."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from mien.server.actions.logins import client_name
from mien.server.database.tables import Account, LoginSession
from server.classroom import PASSWORD, Classroom

ANNA = {"email": "anna@example.org", "password": PASSWORD}


def test_a_registered_person_is_logged_in(classroom: Classroom) -> None:
    anna = classroom.person("anna")
    account = anna.get("/api/v1/session").json()["account"]
    assert (account["email"], account["role"]) == ("anna@example.org", "learner")


def test_the_cookie_is_kept_from_scripts_and_other_sites(classroom: Classroom) -> None:
    answer = classroom.visitor().post("/api/v1/accounts", json={**ANNA, "name": "Anna"})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie


def test_neither_password_nor_token_is_kept(classroom: Classroom) -> None:
    anna = classroom.person("anna")
    token = anna.cookies["mien_session"]
    with classroom.services.database.reading() as session:
        account = session.scalars(select(Account)).one()
        login = session.scalars(select(LoginSession)).one()
    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in account.password_hash
    assert token.encode() not in login.token_hash


def test_log_in_and_out(classroom: Classroom) -> None:
    classroom.person("anna")
    browser = classroom.visitor()
    assert browser.post("/api/v1/session", json=ANNA).status_code == 204
    token = browser.cookies["mien_session"]
    assert browser.delete("/api/v1/session").status_code == 204
    browser.cookies.set("mien_session", token)
    assert browser.get("/api/v1/session").json()["account"] is None


def test_an_unknown_email_is_refused_in_the_same_words(classroom: Classroom) -> None:
    classroom.person("anna")
    wrong = classroom.visitor().post("/api/v1/session", json={**ANNA, "password": "wrong"})
    nobody = {"email": "nobody@example.org", "password": "wrong"}
    unknown = classroom.visitor().post("/api/v1/session", json=nobody)
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


@pytest.mark.parametrize("email", ["anna@example.org", "nobody@example.org"])
def test_five_failures_lock_out_whether_or_not_there_is_an_account(
    classroom: Classroom, email: str
) -> None:
    classroom.person("anna")
    browser = classroom.visitor()
    for _ in range(5):
        answer = browser.post("/api/v1/session", json={"email": email, "password": "wrong"})
        assert answer.status_code == 401
    locked = browser.post("/api/v1/session", json={"email": email, "password": PASSWORD})
    assert locked.status_code == 429
    assert locked.headers["retry-after"] == "60"


def test_a_lock_out_ends_and_holds_at_that_address_only(classroom: Classroom) -> None:
    classroom.person("anna")
    stranger, anna = classroom.visitor("198.51.100.7"), classroom.visitor("192.0.2.9")
    for _ in range(5):
        stranger.post("/api/v1/session", json={**ANNA, "password": "wrong"})
    assert stranger.post("/api/v1/session", json=ANNA).status_code == 429
    assert anna.post("/api/v1/session", json=ANNA).status_code == 204
    classroom.clock.pass_s(61)
    assert stranger.post("/api/v1/session", json=ANNA).status_code == 204


def test_a_token_that_another_planted_is_never_taken_over(classroom: Classroom) -> None:
    classroom.person("anna")
    mallory = classroom.person("mallory")
    planted = mallory.cookies["mien_session"]
    victim = classroom.visitor()
    victim.cookies.set("mien_session", planted, domain="127.0.0.1", path="/")
    victim.post("/api/v1/session", json=ANNA)
    tokens = {cookie.value for cookie in victim.cookies.jar}
    assert planted not in tokens
    assert mallory.get("/api/v1/session").json()["account"] is None  # ended, not shared


def test_sessions_end_when_unused_and_in_any_case(classroom: Classroom) -> None:
    anna = classroom.person("anna")
    settings = classroom.services.settings
    for _ in range(int(settings.session_lifetime_s // 86_400)):
        assert anna.get("/api/v1/account/logins").status_code == 200
        classroom.clock.pass_s(86_400)  # used daily, so only the lifetime ends it
    assert anna.get("/api/v1/account/logins").status_code == 401
    anna.post("/api/v1/session", json=ANNA)
    classroom.clock.pass_s(settings.session_idle_s + 1)
    assert anna.get("/api/v1/account/logins").status_code == 401


def test_logins_are_listed_and_revoked(classroom: Classroom) -> None:
    here = classroom.person("anna")
    there = classroom.visitor()
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    there.post("/api/v1/session", json=ANNA, headers={"User-Agent": agent})
    rows = here.get("/api/v1/account/logins").json()
    other = next(row for row in rows if not row["present"])
    assert other["client"] == "Firefox on Linux"
    assert here.delete(f"/api/v1/account/logins/{other['id']}").status_code == 204
    assert there.get("/api/v1/session").json()["account"] is None
    assert here.get("/api/v1/session").json()["account"] is not None


def test_a_new_password_ends_every_other_login_and_the_old_token(classroom: Classroom) -> None:
    here, there = classroom.person("anna"), classroom.visitor()
    there.post("/api/v1/session", json=ANNA)
    old = here.cookies["mien_session"]
    wanted = {"present": PASSWORD, "new": "another four plain words"}
    assert here.put("/api/v1/account/password", json=wanted).status_code == 204
    assert here.get("/api/v1/session").json()["account"] is not None
    assert here.cookies["mien_session"] != old
    assert there.get("/api/v1/session").json()["account"] is None
    assert classroom.visitor().post("/api/v1/session", json=ANNA).status_code == 401


def test_a_suspended_account_is_out_at_once(classroom: Classroom) -> None:
    anna, boss = classroom.person("anna"), classroom.person("boss", "administrator")
    id_ = anna.get("/api/v1/session").json()["account"]["id"]
    boss.put(f"/api/v1/accounts/{id_}/suspension", json={"suspended": True})
    assert anna.get("/api/v1/account/logins").status_code == 401
    assert classroom.visitor().post("/api/v1/session", json=ANNA).status_code == 401
    boss.put(f"/api/v1/accounts/{id_}/suspension", json={"suspended": False})
    assert classroom.visitor().post("/api/v1/session", json=ANNA).status_code == 204


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14) Version/18 Safari/605", "Safari on macOS"),
        ("curl/8.0", "A browser on an unknown system"),
    ],
)
def test_client_name(agent: str, name: str) -> None:
    assert client_name(agent) == name


@pytest.mark.parametrize("meanwhile", ["password", "suspension"])
def test_a_log_in_does_not_outlive_what_happened_while_it_was_checked(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    """Comparing a password takes a while: what it began with may be over when it ends."""
    classroom.person("anna")
    passwords = classroom.services.passwords
    fits = passwords.fits
    other = passwords.hash("quite another password")

    def slow(_: object, password: str, known: str | None) -> bool:
        said = fits(password, known)
        with classroom.services.database.writing() as session:
            account = session.scalars(select(Account)).one()
            if meanwhile == "password":
                account.password_hash = other
            else:
                account.suspended_at_s = 1.0
            session.execute(delete(LoginSession))
        return said

    monkeypatch.setattr(type(passwords), "fits", slow)
    answer = classroom.visitor().post("/api/v1/session", json=ANNA)
    assert answer.status_code == 401
    assert "Log in again" in answer.text
    with classroom.services.database.reading() as session:
        assert session.scalars(select(LoginSession)).all() == []
