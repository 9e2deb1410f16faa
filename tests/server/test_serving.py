"""What ``mien serve`` and ``mien database`` do before anything listens."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from sqlalchemy import text

from mien.errors import SettingsError
from mien.server import serving
from mien.server.app import make_app
from mien.server.database.upgrade import DatabaseError, current_revision, downgrade, upgrade
from mien.server.demo.people import DEMO_PEOPLE
from mien.server.services import Services, open_services
from mien.server.settings import Settings
from server.classroom import Classroom
from server.teaching import API, done

CHEAP = {"argon2_memory_kib": 64, "argon2_passes": 1}


def services_on(url: str, folder: Path, **given: object) -> Services:
    return open_services(Settings(database=url, data_dir=folder / "data", **CHEAP, **given))  # type: ignore[arg-type]


def test_an_empty_database_is_made_ready(blank_database: object, tmp_path: Path) -> None:
    services = services_on(blank_database.url, tmp_path)  # type: ignore[attr-defined]
    said = list[str]()
    serving.prepare(services, said.append)
    services.database.close()
    assert "mien database administrator" in said[0]


def test_an_older_schema_is_refused_with_the_command(
    blank_database: object, tmp_path: Path
) -> None:
    services = services_on(blank_database.url, tmp_path)  # type: ignore[attr-defined]
    upgrade(services.database)
    downgrade(services.database, "-1")
    with pytest.raises(DatabaseError, match="mien database upgrade"):
        serving.prepare(services, print)
    with pytest.raises(DatabaseError, match="mien database upgrade"):
        _start(services)
    services.database.close()


def _start(services: Services) -> None:
    """As uvicorn does in every worker."""
    import asyncio

    async def begin() -> None:
        app = make_app(services)
        async with app.router.lifespan_context(app):
            raise AssertionError("it started")

    asyncio.run(begin())


class TestDemonstration:
    def test_is_furnished_once_and_its_people_can_log_in(
        self, database_url: str, tmp_path: Path
    ) -> None:
        services = services_on(database_url, tmp_path, demo=True)
        said = list[str]()
        for _ in range(2):
            serving.prepare(services, said.append)
        told = "\n".join(said)
        room = Classroom(services, make_app(services), clock=lambda: 0.0)  # type: ignore[arg-type]
        for person in DEMO_PEOPLE:
            assert person.email in told
            assert person.password in told
            browser = room.visitor()
            given = {"email": person.email, "password": person.password}
            done(browser.post(f"{API}/session", json=given), 204)
            assert done(browser.get(f"{API}/session"))["account"]["role"] == person.role
            (course,) = done(browser.get(f"{API}/courses"))
            assert (course["title"], course["points"]) == ("Signals and systems", 9)
        services.database.close()

    def test_never_meets_real_accounts(self, database_url: str, tmp_path: Path) -> None:
        real = services_on(database_url, tmp_path)
        with real.database.writing() as session:
            session.execute(text("DELETE FROM accounts"))
        demo = services_on(database_url, tmp_path, demo=True)
        serving.prepare(demo, print)
        with pytest.raises(DatabaseError, match="passwords are public"):
            serving.prepare(real, print)
        with real.database.writing() as session:
            session.execute(text("UPDATE accounts SET email = 'real' || id || '@example.org'"))
        with pytest.raises(DatabaseError, match="accounts of a real classroom"):
            serving.prepare(demo, print)
        for services in (real, demo):
            services.database.close()


def test_the_first_administrator(
    tmp_path: Path, empty_sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIEN_DATA_DIR", str(tmp_path))
    path = tmp_path / "mien.sqlite3"
    path.write_bytes(empty_sqlite.read_bytes())
    said = list[str]()
    serving.make_administrator(said.append, " Ada@Example.org", "Ada", "four plain words here")
    assert said == ["ada@example.org is an administrator."]
    with pytest.raises(SettingsError, match="already"):
        serving.make_administrator(print, "ada@example.org", "Ada", "four plain words here")
    for email, password in (("ada", "four plain words"), ("a@b.org", "short")):
        with pytest.raises(SettingsError):
            serving.make_administrator(print, email, "Ada", password)


def test_upgrade_tells_from_where_to_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_DATA_DIR", str(tmp_path))
    said = list[str]()
    for _ in range(2):
        serving.upgrade_database(said.append)
    assert said[0].startswith("Schema none → 0")
    newest = said[0].split("→ ")[1]
    assert said[1] == f"Schema {newest.rstrip('.')} → {newest}"


def test_a_taken_port_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"127.0.0.1:{port}: .*another --port"):
            serving.serve(print, port=port, data_dir=tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    services = services_on("postgresql://me:my-secret@127.0.0.1:9/none", tmp_path)
    with pytest.raises(DatabaseError, match="does not answer") as told:
        current_revision(services.database)
    assert "my-secret" not in str(told.value)
    assert "\n" not in str(told.value)
    services.database.close()
