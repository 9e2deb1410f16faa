"""Whoever guesses passwords locks out themselves, and no owner."""

from __future__ import annotations

from typing import Any

import pytest

from mien.server.security.devices import marked_name, new_mark
from server.classroom import PASSWORD, Classroom

ANNA = {"email": "anna@example.org", "password": PASSWORD}
WRONG = {**ANNA, "password": "wrong"}
SECRET = b"k" * 32


def log_in(browser: Any, given: dict[str, str] = ANNA) -> int:
    status: int = browser.post("/api/v1/session", json=given).status_code
    return status


def leave(browser: Any) -> Any:
    assert browser.delete("/api/v1/session").status_code == 204
    return browser


def test_strangers_who_guess_from_everywhere_lock_no_known_browser(classroom: Classroom) -> None:
    anna = leave(classroom.person("anna"))
    for number in range(50):
        assert log_in(classroom.visitor(f"198.51.100.{number}"), WRONG) == 401
    assert log_in(classroom.visitor("192.0.2.9")) == 429
    assert log_in(anna) == 204


def test_classmates_who_guess_at_the_schools_address_lock_no_known_browser(
    classroom: Classroom,
) -> None:
    anna = leave(classroom.person("anna"))
    classmate = classroom.visitor()
    for _ in range(5):
        assert log_in(classmate, WRONG) == 401
    assert log_in(classmate) == 429
    assert log_in(anna) == 204


def test_a_known_browser_that_guesses_is_locked_itself(classroom: Classroom) -> None:
    anna = leave(classroom.person("anna"))
    for _ in range(5):
        assert log_in(anna, WRONG) == 401
    assert log_in(anna) == 429
    assert log_in(classroom.visitor()) == 204
    classroom.clock.pass_s(61)
    assert log_in(anna) == 204
    leave(anna)
    assert [log_in(anna, WRONG) for _ in range(4)] == [401] * 4  # a success forgets mistypings
    assert log_in(anna) == 204


def test_the_mark_of_one_account_is_none_of_another(classroom: Classroom) -> None:
    leave(classroom.person("anna"))
    mallory = leave(classroom.person("mallory"))
    for _ in range(5):
        assert log_in(mallory, WRONG) == 401
    assert log_in(classroom.visitor()) == 429  # counted at the address, as of any stranger


def test_the_mark_is_kept_from_scripts_and_names_nobody(classroom: Classroom) -> None:
    answer = classroom.visitor().post("/api/v1/accounts", json={**ANNA, "name": "Anna"})
    (cookie,) = (c for c in answer.headers.get_list("set-cookie") if c.startswith("mien_device="))
    assert {"httponly", "samesite=strict", "path=/"} <= set(cookie.lower().split("; "))
    assert "anna" not in cookie.lower()
    browser = classroom.person("ben")
    browser.post("/api/v1/account/deletion", json={"password": PASSWORD})
    assert "mien_device" not in browser.cookies


@pytest.mark.parametrize("forged", ["", ".", "name.", "name.00", ".00", "näme.pröof", "a.b.c"])
def test_a_forged_mark_is_none(forged: str) -> None:
    assert marked_name(SECRET, "anna@example.org", forged) == ""


def test_a_mark_is_of_one_email_and_one_key() -> None:
    mark = new_mark(SECRET, "anna@example.org")
    assert marked_name(SECRET, "anna@example.org", mark) == mark.split(".")[0]
    assert marked_name(SECRET, "ben@example.org", mark) == ""
    assert marked_name(b"l" * 32, "anna@example.org", mark) == ""


def test_the_password_that_is_asked_for_again_counts_in_that_log_in_alone(
    classroom: Classroom,
) -> None:
    here, there = classroom.person("anna"), classroom.visitor()
    for number in range(50):
        log_in(classroom.visitor(f"198.51.100.{number}"), WRONG)
    wrong = {"present": "wrong", "new": "another four plain words"}
    assert here.put("/api/v1/account/password", json=wrong).status_code == 403  # not locked
    classroom.clock.pass_s(3601)
    assert log_in(there) == 204
    for _ in range(5):
        assert here.put("/api/v1/account/password", json=wrong).status_code == 403
    right = {"present": PASSWORD, "new": "another four plain words"}
    assert here.put("/api/v1/account/password", json=right).status_code == 429
    assert there.put("/api/v1/account/password", json=right).status_code == 204
