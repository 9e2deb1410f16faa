"""``mien serve`` as a process, which tests kill, starve and start again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil
from benchmarks.load_people import Learner, School, furnish
from sqlalchemy import func, select

from mien.server.database.engine import Database
from mien.server.database.tables import CourseFeeling, LegalBasis, ObservationBatch
from mien.server.database.upgrade import upgrade
from mien.server.services import open_services
from mien.server.settings import Settings
from server.lessons import reading

#: Tries of a request; a browser never gives up, a test does after about a minute.
TRIES = 120
PAUSE_S = 0.5


@dataclass
class ServerProcess:
    """A database with people in it, and the server that tests end and begin."""

    url: str
    folder: Path
    workers: int = 1
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    sent: int = field(default=0, init=False)

    def furnish(self, learners: int) -> School:
        """A school whose learners are logged in and observed."""
        services = open_services(Settings(database=self.url, data_dir=self.folder / "data"))
        upgrade(services.database)
        school = furnish(services, learners)
        with services.database.writing() as session:
            session.add(LegalBasis(jurisdiction="-", basis="A test.", recorded_at_s=0.0))
        services.database.close()
        return school

    def start(self) -> None:
        """Begins to listen, on the same port as before."""
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
        words = [
            sys.executable, "-m", "mien", "serve", "--database", self.url,
            "--port", str(self.port), "--workers", str(self.workers),
            "--data-dir", str(self.folder / "data"),
        ]  # fmt: skip
        log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen(
            words, stdout=log, stderr=subprocess.STDOUT, env={**os.environ}
        )
        self.until_ready()

    def until_ready(self) -> None:
        """Waits for /ready."""
        for _ in range(TRIES):
            try:
                if httpx.get(f"{self.origin}/ready", timeout=5).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(PAUSE_S)
        raise AssertionError((self.folder / "server.log").read_text()[-2000:])

    def stop(self) -> None:
        """As a system does that restarts it."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def worker_pids(self) -> list[int]:
        """The processes that answer, without their parent."""
        assert self.process is not None
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [c.pid for c in children if "spawn_main" in " ".join(c.cmdline())]

    def assessor_pid(self) -> int | None:
        """The process of the rules, beside several workers."""
        assert self.process is not None
        children = psutil.Process(self.process.pid).children(recursive=True)
        found = [c.pid for c in children if "mien.server.assessor_process" in c.cmdline()]
        return found[0] if found else None

    def client(self, token: str) -> httpx.Client:
        """A browser that is logged in."""
        headers = {"X-Requested-With": "mien", "Origin": self.origin}
        return httpx.Client(
            base_url=self.origin, headers=headers, cookies={"mien_session": token}, timeout=10
        )

    def put(self, learner: Learner) -> None:
        """Sends a batch until it is taken, as the browser's queue does; counts it."""
        body, statuses = batch_of(learner), list[object]()
        with self.client(learner.token) as client:
            for _ in range(TRIES):
                try:
                    answer = client.post("/api/v1/observations", json=body)
                    statuses.append(answer.status_code)
                    if answer.status_code == 202:
                        self.sent += 1
                        return
                    assert answer.status_code in (429, 503), answer.text
                except httpx.HTTPError as error:
                    statuses.append(type(error).__name__)
                time.sleep(PAUSE_S)
        raise AssertionError(f"never taken: {statuses[-5:]}")

    def stored_and_judged(self) -> tuple[int, float]:
        """Batches in the database, and those that the rules have counted, once all are."""
        database = Database(self.url)
        total_s = CourseFeeling.known_s + CourseFeeling.unread_s
        for _ in range(TRIES):
            with database.reading() as session:
                stored = session.scalar(select(func.count()).select_from(ObservationBatch)) or 0
                judged = (session.scalar(select(func.sum(total_s))) or 0.0) / 10.0
            if judged >= stored:
                break
            time.sleep(PAUSE_S)
        database.close()
        return stored, judged


def batch_of(learner: Learner) -> dict[str, Any]:
    """Ten neutral readings of the last ten seconds."""
    now_s = time.time()
    course = learner.course
    return {
        "batch_id": str(uuid4()),
        "course_id": str(course.course_id),
        "lesson_id": str(course.lesson_id),
        "point_id": str(course.point_ids[0]),
        "started_at_s": now_s - 10,
        "sent_at_s": now_s,
        "interval_s": 1.0,
        "lost_readings": 0,
        "readings": [reading(float(n), "neutral") for n in range(10)],
    }
