"""Headers on every answer; requests of other sites and under other names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mien.server.security.headers import content_security_policy
from mien.server.security.origin import allowed_origins
from mien.server.settings import Settings
from server.classroom import ORIGIN, Classroom, open_classroom
from server.teaching import API, problem
from server.test_permissions import ROUTES, label

ADDRESSES = ["/", "/courses/1", f"{API}/session", f"{API}/none", "/models/index.json", "/health"]
LOGIN = {"email": "anna@example.org", "password": "wrong"}


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_has_the_headers(shared_sqlite_classroom: Classroom, address: str) -> None:
    headers = shared_sqlite_classroom.visitor().get(address).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["permissions-policy"].startswith("camera=(self), microphone=()")
    assert headers["content-security-policy"] == content_security_policy([])
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers
    if address.startswith("/api"):
        assert headers["cache-control"] == "no-store"


def test_refusals_and_defects_have_them_too(shared_sqlite_classroom: Classroom) -> None:
    refused = shared_sqlite_classroom.visitor().post(f"{API}/session", json={})
    foreign = shared_sqlite_classroom.visitor().get("/", headers={"Host": "evil.org"})
    for answer in (refused, foreign):
        assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_the_policy_lets_nothing_out() -> None:
    policy = dict(rule.split(" ", 1) for rule in content_security_policy([]).split("; "))
    assert policy["connect-src"] == "'self'"
    assert policy["form-action"] == "'self'"
    assert policy["default-src"] == "'self'"
    assert "unsafe-inline" not in policy["script-src"]
    assert "'unsafe-eval'" not in policy["script-src"]
    assert "http" not in str(policy)
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"


class TestOtherSites:
    """What a browser sends when a page of another site makes it ask."""

    @pytest.mark.parametrize(
        "headers",
        [
            {"X-Requested-With": ""},
            {"X-Requested-With": "XMLHttpRequest"},
            {"Origin": "https://evil.org"},
            {"Origin": "null"},
            {"Origin": ""},
            {"Origin": "http://127.0.0.1:9000"},
            {"Origin": "https://127.0.0.1:8000"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ],
    )
    def test_changes_are_refused(
        self, shared_sqlite_classroom: Classroom, headers: dict[str, str]
    ) -> None:
        anna = shared_sqlite_classroom.person("anna")
        problem(anna.patch(f"{API}/account", json={"name": "Eve"}, headers=headers), 403)
        assert anna.get(f"{API}/session").json()["account"]["name"] == "anna"

    @pytest.mark.parametrize("entry", ROUTES, ids=label)
    def test_no_route_that_changes_is_forgotten(
        self, shared_sqlite_classroom: Classroom, entry: Any
    ) -> None:
        """A form of another site cannot set the header; every route must ask for it."""
        prefix, route = entry
        (method,) = route.methods
        if method in ("GET", "HEAD"):
            pytest.skip("changes nothing")
        anna = shared_sqlite_classroom.person("anna")
        answer = anna.request(method, prefix + route.path, headers={"X-Requested-With": ""})
        assert "x-requested-with" in problem(answer, 403)

    @pytest.mark.parametrize("host", ["evil.org", "127.0.0.1", "127.0.0.1:9000", "", "localhost"])
    def test_a_foreign_name_gets_no_answer(
        self, shared_sqlite_classroom: Classroom, host: str
    ) -> None:
        """DNS rebinding: evil.org points to 127.0.0.1, and its pages ask us."""
        anna = shared_sqlite_classroom.person("anna")
        problem(anna.get(f"{API}/session", headers={"Host": host}), 404)
        assert anna.get("/health", headers={"Host": host}).status_code == 200

    def test_there_is_no_cors(self, shared_sqlite_classroom: Classroom) -> None:
        asked = {"Origin": "https://evil.org", "Access-Control-Request-Method": "PUT"}
        answer = shared_sqlite_classroom.visitor().options(f"{API}/account/password", headers=asked)
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_loopback_has_three_names_and_a_deployment_one() -> None:
    assert allowed_origins(Settings()) == {
        "http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"
    }  # fmt: skip
    public = Settings(host="0.0.0.0", public_url="https://learn.example.org")
    assert allowed_origins(public) == {"https://learn.example.org"}


def test_behind_https_the_cookie_and_the_headers_are_stricter(
    empty_sqlite: Path, tmp_path: Path
) -> None:
    path = tmp_path / "https.sqlite3"
    path.write_bytes(empty_sqlite.read_bytes())
    url = "https://learn.example.org"
    with open_classroom(tmp_path, f"sqlite:///{path}", public_url=url) as room:
        browser = room.visitor()
        browser.headers.update({"Origin": url, "Host": "learn.example.org"})
        given = {"email": "anna@example.org", "name": "Anna", "password": "four plain words here"}
        answer = browser.post(f"{API}/accounts", json=given)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-mien_session=")
        assert "; Secure" in cookie
        assert "max-age=" in answer.headers["strict-transport-security"]


def test_a_cookie_alone_is_not_enough_to_change(shared_sqlite_classroom: Classroom) -> None:
    anna = shared_sqlite_classroom.person("anna")
    bare = {"X-Requested-With": "", "Content-Type": "text/plain"}
    answer = anna.post(f"{API}/account/deletion", content='{"password": "x"}', headers=bare)
    problem(answer, 403)


def test_origin_is_that_of_the_settings() -> None:
    assert Settings().origin == ORIGIN
