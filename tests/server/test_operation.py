"""Health, readiness, metrics, logs, and the pages when they are not built."""

from __future__ import annotations

import json
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from mien.server.database.upgrade import newest_revision
from mien.server.logs import configure_logs
from mien.server.pages import FOR_EVER, Pages
from server.classroom import Classroom, open_classroom
from server.teaching import API, done, problem


def test_health_and_readiness(classroom: Classroom) -> None:
    browser = classroom.visitor()
    assert done(browser.get("/health"))["status"] == "ok"
    assert done(browser.get("/ready"))["status"] == "ok"
    with classroom.services.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    refused = browser.get("/ready")
    assert "mien database upgrade" in problem(refused, 503)
    assert refused.headers["retry-after"] == "30"
    assert browser.get("/health").status_code == 200
    with classroom.services.database.writing() as session:
        session.execute(text("DELETE FROM alembic_version"))
    with classroom.services.database.writing() as session:
        new = {"number": newest_revision()}
        session.execute(text("INSERT INTO alembic_version VALUES (:number)"), new)


def test_metrics_count_and_name_nobody(sqlite_classroom: Classroom) -> None:
    anna = sqlite_classroom.person("anna")
    id_ = done(anna.get(f"{API}/session"))["account"]["id"]
    anna.get(f"{API}/courses/{id_}")
    anna.get(f"{API}/courses", params={"query": "anna"})
    here = sqlite_classroom.visitor("127.0.0.1")
    figures = here.get("/metrics").text
    assert 'route="/courses/{course_id}"' in figures.replace(API, "")
    assert "mien_request_seconds_bucket" in figures
    assert id_ not in figures
    assert "anna" not in figures


def test_metrics_are_for_loopback_or_for_the_token(
    sqlite_classroom: Classroom, empty_sqlite: Path, tmp_path: Path
) -> None:
    problem(sqlite_classroom.visitor("192.0.2.7").get("/metrics"), 403)
    path = tmp_path / "token.sqlite3"
    path.write_bytes(empty_sqlite.read_bytes())
    with open_classroom(tmp_path, f"sqlite:///{path}", metrics_token="scrape-me") as room:
        for headers, status in (
            ({}, 403),
            ({"Authorization": "Bearer wrong"}, 403),
            ({"Authorization": "scrape-me"}, 403),
            ({"Authorization": "Bearer scrape-me"}, 200),
        ):
            answer = room.visitor("127.0.0.1").get("/metrics", headers=headers)
            assert answer.status_code == status


def test_logs_hold_nothing_personal(
    sqlite_classroom: Classroom, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("json")
    browser = sqlite_classroom.visitor("192.0.2.99")
    given = {"email": "anna@example.org", "password": "my-secret-words", "name": "Anna Person"}
    browser.post(f"{API}/accounts", json=given)
    browser.get(f"{API}/courses", params={"query": "my-question"})
    browser.post(f"{API}/session", json={**given, "password": "my-wrong-words"})
    id_ = done(browser.get(f"{API}/session"))["account"]["id"]
    browser.get(f"{API}/courses/{id_}")
    said = capsys.readouterr().out
    for line in said.splitlines():
        entry = json.loads(line)
        assert {"method", "route", "status", "took_ms"} <= set(entry)
    for word in ("anna", "Anna", "my-", "192.0.2.99", id_, browser.cookies["mien_session"]):
        assert word not in said


class TestPages:
    @pytest.fixture
    def ui(self, tmp_path: Path) -> Path:
        (tmp_path / "assets").mkdir()
        (tmp_path / "index.html").write_text("<!doctype html>the page")
        (tmp_path / "assets" / "a-123.js").write_text("1")
        return tmp_path

    def client(self, folder: Path) -> TestClient:
        app = FastAPI()
        app.mount("/", Pages(folder))
        return TestClient(app)

    @pytest.mark.parametrize("address", ["/", "/courses/7", "/index.html"])
    def test_every_address_is_the_page(self, ui: Path, address: str) -> None:
        answer = self.client(ui).get(address)
        assert (answer.status_code, answer.text) == (200, "<!doctype html>the page")
        assert answer.headers["cache-control"] == "no-cache"

    def test_hashed_files_are_kept_for_ever_and_absent_ones_are_no_page(self, ui: Path) -> None:
        client = self.client(ui)
        assert client.get("/assets/a-123.js").headers["cache-control"] == FOR_EVER
        for address in ("/assets/old-9.js", "/api/v1/none", "/models/none"):
            assert client.get(address).status_code == 404

    def test_without_a_build_it_says_so(self, tmp_path: Path) -> None:
        answer = self.client(tmp_path / "none").get("/")
        assert answer.status_code == 503
        assert "make run" in answer.text


def test_models_are_the_packages_files_under_their_hash(sqlite_classroom: Classroom) -> None:
    browser = sqlite_classroom.visitor()
    models = done(browser.get("/models/index.json"))
    assert models
    for name, address in models.items():
        answer = browser.get(address)
        assert sha256(answer.content).hexdigest() in address
        assert answer.headers["cache-control"] == FOR_EVER
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert browser.get(f"/models/{'0' * 64}/{name}.onnx").status_code == 404


def test_a_defect_is_told_without_its_inside(
    sqlite_classroom: Classroom,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    study = import_module("mien.server.routes.study")

    def fail(*_: object) -> None:
        raise RuntimeError("my-secret inside")

    monkeypatch.setattr(study, "study", SimpleNamespace(studies=fail))
    answer = sqlite_classroom.person("anna").get(f"{API}/studies")
    assert "Nothing was saved" in problem(answer, 500)
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    logged = capsys.readouterr()
    assert "test_operation.py" in logged.out  # where it happened
    for text_ in (answer.text, logged.out, logged.err):
        assert "my-secret" not in text_
