"""A real classroom with the demonstration's course, for tests in a browser."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

#: Opens a page of a fresh browser as somebody: role, width, colour scheme.
Open = Callable[..., Page]
PASSWORDS = {
    "learner": "learn-signals",
    "teacher": "teach-signals",
    "administrator": "admin-signals",
}


class Client:
    """Somebody without a browser."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    @classmethod
    def known(cls, url: str, role: str) -> Client:
        """One of the demonstration's people, logged in."""
        client = cls(url)
        client.call("POST", "/session", {"email": email_of(role), "password": PASSWORDS[role]})
        return client

    @classmethod
    def new(cls, url: str, name: str, email: str, password: str) -> Client:
        """Somebody who registers."""
        client = cls(url)
        client.call("POST", "/accounts", {"name": name, "email": email, "password": password})
        return client

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The answer's JSON; None for an empty one."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"X-Requested-With": "mien", "Content-Type": "application/json"}
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}", data=data, headers=headers, method=method
        )
        with self.opener.open(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def browser_cookies(self) -> list[dict[str, Any]]:
        """The log-in, for Playwright's ``add_cookies``."""
        return [{"name": c.name, "value": c.value, "url": self.url} for c in self.cookies]


@dataclass(frozen=True)
class Classroom:
    """Where it is, and its one course."""

    url: str
    course: str
    points: list[str]

    def client(self, role: str) -> Client:
        """Logs in."""
        return Client.known(self.url, role)


def email_of(role: str) -> str:
    """To log in with."""
    return f"{role}@demo.example"


@contextmanager
def open_classroom(folder: Path, **settings: str) -> Iterator[Classroom]:
    """``mien serve --demo`` on a free port, its learner in the course without a camera.
    Further settings go by the environment (``MIEN_VIDEO_HOSTS``)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mien", "serve", "--demo", "--port", str(port)]
    log = (folder / "log").open("wb")
    server = subprocess.Popen(
        [*command, "--data-dir", str(folder / "data")],
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**os.environ, "MIEN_LOG_FORMAT": "json", **settings},
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, server, folder / "log")
        learner = Client.known(url, "learner")
        course = learner.call("GET", "/courses")[0]["id"]
        learner.call("PUT", f"/courses/{course}/enrolment")
        lessons = learner.call("GET", f"/courses/{course}")["lessons"]
        points = [point["id"] for lesson in lessons for point in lesson["points"]]
        yield Classroom(url, course, points)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:  # a browser still holds an event stream open
            server.kill()
            server.wait(10)
        log.close()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(120):
        assert server.poll() is None, log.read_text()[-2000:]
        try:
            urllib.request.urlopen(f"{url}/ready", timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    raise AssertionError(log.read_text()[-2000:])
