"""Whatever dies, no window is lost or counted twice, and no page is dead."""

from __future__ import annotations

import json
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from benchmarks.load_people import School
from sqlalchemy import create_engine, make_url, text

from server.conftest import new_database
from server.process import TRIES, ServerProcess, batch_of


@pytest.fixture
def on_postgresql(postgresql_server: str, tmp_path: Path) -> Iterator[ServerProcess]:
    with new_database(postgresql_server) as url:
        server = ServerProcess(url, tmp_path, workers=2)
        yield server
        server.stop()


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[ServerProcess]:
    server = ServerProcess(f"sqlite:///{tmp_path / 'mien.sqlite3'}", tmp_path)
    yield server
    server.stop()


def keep_sending(server: ServerProcess, school: School, rounds: int) -> threading.Thread:
    """All learners, one after the other, while something happens to the server."""

    def send() -> None:
        for _ in range(rounds):
            for learner in school.learners:
                server.put(learner)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def test_killed_workers_lose_and_repeat_nothing(on_postgresql: ServerProcess) -> None:
    school = on_postgresql.furnish(6)
    on_postgresql.start()
    before = on_postgresql.worker_pids()
    assert len(before) == 2
    sending = keep_sending(on_postgresql, school, 10)
    for pid in before:  # one of them judges; both die, one after the other
        while on_postgresql.sent < 6 and sending.is_alive():
            time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
        time.sleep(1.0)
    sending.join()
    on_postgresql.until_ready()
    assert on_postgresql.stored_and_judged() == (60, 60.0)
    assert set(on_postgresql.worker_pids()).isdisjoint(before)


def test_rules_whose_process_is_killed_go_on(on_postgresql: ServerProcess) -> None:
    school = on_postgresql.furnish(4)
    on_postgresql.start()
    sending = keep_sending(on_postgresql, school, 6)
    killed = until(on_postgresql.assessor_pid)
    while on_postgresql.sent < 4 and sending.is_alive():
        time.sleep(0.05)
    os.kill(killed, signal.SIGKILL)
    sending.join()
    assert on_postgresql.stored_and_judged() == (24, 24.0)
    assert on_postgresql.assessor_pid() not in (killed, None)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_rules_end_with_the_server(on_postgresql: ServerProcess, number: signal.Signals) -> None:
    on_postgresql.furnish(1)
    on_postgresql.start()
    judging = psutil.Process(until(on_postgresql.assessor_pid))
    workers = [psutil.Process(pid) for pid in on_postgresql.worker_pids()]
    assert on_postgresql.process is not None
    on_postgresql.process.send_signal(number)
    on_postgresql.process.wait(30)
    judging.wait(20)
    for worker in workers:  # uvicorn's outlive a parent that could not tell them
        with suppress(psutil.NoSuchProcess):
            worker.kill()


def until(ask: Callable[[], int | None]) -> int:
    """The first answer."""
    for _ in range(TRIES):
        found = ask()
        if found is not None:
            return found
        time.sleep(0.1)
    raise AssertionError("it never came")


def test_a_database_that_restarts_loses_and_repeats_nothing(
    on_postgresql: ServerProcess, postgresql_server: str
) -> None:
    school = on_postgresql.furnish(6)
    on_postgresql.start()
    sending = keep_sending(on_postgresql, school, 6)
    name = make_url(on_postgresql.url).database
    admin = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    end = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        connection.execute(end, {"name": name})
        with on_postgresql.client("") as client:
            assert client.get("/ready").status_code == 503
            assert client.get("/health").status_code == 200
            answer = client.get("/api/v1/courses", cookies={"mien_session": "any"})
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
        time.sleep(2.0)
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    admin.dispose()
    sending.join()
    assert on_postgresql.stored_and_judged() == (36, 36.0)


def test_a_server_that_restarts_in_mid_lesson_goes_on(on_sqlite: ServerProcess) -> None:
    school = on_sqlite.furnish(4)
    on_sqlite.start()
    first = first_event(on_sqlite, school)
    sending = keep_sending(on_sqlite, school, 6)
    for _ in range(2):
        time.sleep(1.0)
        on_sqlite.stop()
        on_sqlite.start()
    sending.join()
    assert on_sqlite.stored_and_judged() == (24, 24.0)
    # In a new database the stream began with number 0: what came since is told none the less.
    assert "class" in events_after(on_sqlite, school, first, until="class")


def test_a_server_killed_at_once_goes_on(on_sqlite: ServerProcess) -> None:
    school = on_sqlite.furnish(4)
    on_sqlite.start()
    sending = keep_sending(on_sqlite, school, 6)
    time.sleep(1.0)
    assert on_sqlite.process is not None
    on_sqlite.process.kill()
    on_sqlite.process.wait()
    on_sqlite.start()
    sending.join()
    assert on_sqlite.stored_and_judged() == (24, 24.0)


def test_a_full_disk_is_told_and_what_waits_is_kept(on_sqlite: ServerProcess) -> None:
    school = on_sqlite.furnish(2)
    on_sqlite.start()
    learner = school.learners[0]
    on_sqlite.put(learner)
    assert on_sqlite.process is not None
    pid, unlimited = on_sqlite.process.pid, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    # No file may grow: for the database the same as a disk without room.
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    with on_sqlite.client(learner.token) as client:
        answer = client.post("/api/v1/observations", json=batch_of(learner))
        assert answer.status_code == 503
        assert "Retry-After" in answer.headers
        assert client.get("/api/v1/session").status_code == 200  # pages still load
    resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)
    on_sqlite.put(learner)
    assert on_sqlite.stored_and_judged() == (2, 2.0)


def first_event(server: ServerProcess, school: School) -> str:
    """The number of the stream's first event."""
    path = f"/api/v1/courses/{school.classes[0].course_id}/live/events"
    with (
        server.client(school.teacher_token) as client,
        client.stream("GET", path, timeout=30) as stream,
    ):
        for line in stream.iter_lines():
            if line.startswith("id: "):
                return line[4:]
    raise AssertionError("the stream ended")


def events_after(server: ServerProcess, school: School, number: str, until: str) -> list[str]:
    """Kinds of the events that a stream which broke after ``number`` is told."""
    path, kinds = f"/api/v1/courses/{school.classes[0].course_id}/live/events", list[str]()
    headers = {"Last-Event-ID": number}
    with (
        server.client(school.teacher_token) as client,
        client.stream("GET", path, headers=headers, timeout=30) as stream,
    ):
        for line in stream.iter_lines():
            if line.startswith("event: "):
                kinds.append(line[7:])
            if line.startswith("data: ") and kinds[-1] == until:
                assert json.loads(line[6:])["shown"] is False  # four are too few
                return kinds
    raise AssertionError("the stream ended")
