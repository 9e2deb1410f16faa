"""A server in the process, its people and a course, for the tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from mien.server.app import make_app
from mien.server.database.tables import Account
from mien.server.services import Services, open_services
from mien.server.settings import Settings

ORIGIN = "http://127.0.0.1:8000"
PASSWORD = "four plain words here"
#: 14 July 2025, 00:00 UTC.
START_S = 1_752_451_200.0


@dataclass
class Clock:
    """Time that only tests move."""

    time_s: float = START_S

    def __call__(self) -> float:
        return self.time_s

    def pass_s(self, seconds: float) -> None:
        self.time_s += seconds


@dataclass
class Classroom:
    """A server and its clients, one a person: each has cookies of its own."""

    services: Services
    app: Any
    clock: Clock
    people: dict[str, TestClient] = field(default_factory=dict)

    def visitor(self, address: str = "192.0.2.1") -> TestClient:
        """A browser that is not logged in."""
        headers = {"X-Requested-With": "mien", "Origin": ORIGIN}
        return TestClient(
            self.app,
            base_url=ORIGIN,
            headers=headers,
            client=(address, 50_000),
            raise_server_exceptions=False,
        )

    def person(self, name: str, role: str = "learner") -> TestClient:
        """A logged-in browser of somebody, made at the first call."""
        if name in self.people:
            return self.people[name]
        client = self.visitor()
        given = {"email": f"{name}@example.org", "name": name, "password": PASSWORD}
        answer = client.post("/api/v1/accounts", json=given)
        assert answer.status_code == 204, answer.text
        if role != "learner":
            with self.services.database.writing() as session:
                account = session.query(Account).filter_by(email=given["email"]).one()
                account.role = role
        self.people[name] = client
        return client


@contextmanager
def open_classroom(folder: Path, database_url: str, **given: Any) -> Iterator[Classroom]:
    """Settings are cheap: Argon2's real cost would be most of the tests' time."""
    settings = Settings(
        **{
            "data_dir": folder / "data",
            "database": database_url,
            "argon2_memory_kib": 64,
            "argon2_passes": 1,
            "requests_per_minute": 1_000_000,
            **given,
        }
    )
    clock = Clock()
    services = open_services(settings, clock)
    app = make_app(services, judges=False)
    with TestClient(app, base_url=ORIGIN):  # runs start and end of the app
        yield Classroom(services, app, clock)
