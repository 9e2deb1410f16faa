"""Thousands of learners, a batch of each every ten seconds.

``python -m benchmarks.classroom_load [--ceiling]``

A real server (``mien serve``), PostgreSQL and the driver share this machine. How far the
live view is behind: for classes that are watched, from the answer to a batch until the
first view arrives that was drawn after it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import numpy as np
import psutil
from sqlalchemy import create_engine, make_url, text

from benchmarks import machine
from benchmarks.load_driver import JOIN_S, Connection, Seen, behind_s, drive
from benchmarks.load_people import furnish
from mien.server.database.tables import LegalBasis
from mien.server.database.upgrade import upgrade
from mien.server.services import open_services
from mien.server.settings import load_settings
from mien.whole_file import write_whole

OUT: Final = machine.ROOT / "benchmarks" / "results"
#: The bars: 99 of 100 answers within, and the live view behind.
P99_MS, BEHIND_S = 250.0, 2.0
#: Learners more in each run that looks for the ceiling, and how long it lasts.
STEP, STEP_S = 1_000, 100.0


def summary(seen: Seen, learners: int, lasting_s: float, used: dict[str, float]) -> dict[str, Any]:
    """The figures; of the steady part, after all have joined, and of the whole."""
    took = np.array([t for _, t, _ in seen.answers])
    first = min(at for at, _, _ in seen.answers)
    steady = np.array([t for at, t, _ in seen.answers if at - first >= JOIN_S])
    behind = np.array(behind_s(seen))
    statuses = [s for _, _, s in seen.answers]
    return {
        "learners": learners,
        "lasting_s": lasting_s,
        "batches": len(seen.answers),
        "by_status": {str(s): statuses.count(s) for s in sorted(set(statuses))},
        "connection_failures": len(seen.failures),
        "steady_per_s": len(steady) / max(1.0, lasting_s - JOIN_S),
        "ms": {f"p{q}": round(float(np.percentile(took, q)) * 1e3, 1) for q in (50, 90, 99, 99.9)},
        "max_ms": round(float(took.max()) * 1e3, 1),
        "live_view_behind_s": {
            "batches": len(behind),
            **{f"p{q}": round(float(np.percentile(behind, q)), 2) for q in (50, 99)},
            "max": round(float(behind.max()), 2),
        }
        if len(behind)
        else None,
        "processor_seconds": used,
    }


def serve(url: str, port: int, workers: int, folder: Path) -> subprocess.Popen[bytes]:
    """``mien serve`` as a deployment runs it."""
    environment = {**os.environ, "MIEN_LOG_FORMAT": "json", "MIEN_DATA_DIR": str(folder)}
    words = [
        sys.executable, "-m", "mien", "serve", "--database", url,
        "--port", str(port), "--workers", str(workers),
    ]  # fmt: skip
    log = (folder / "server.log").open("wb")
    return subprocess.Popen(words, env=environment, stdout=log, stderr=subprocess.STDOUT)


async def wait_until_ready(port: int) -> None:
    """Up to a minute."""
    for _ in range(240):
        try:
            if (await Connection(port, "").request("GET", "/ready"))[0] == 200:
                return
        except OSError:
            pass
        await asyncio.sleep(0.25)
    raise SystemExit("The server did not become ready within a minute; see server.log.")


def processor_seconds(server: subprocess.Popen[bytes], database: str) -> dict[str, float]:
    """So far: of the server with its workers, of PostgreSQL's processes of this database,
    and of this driver."""

    def of(processes: list[psutil.Process]) -> float:
        total = 0.0
        for process in processes:
            try:
                used = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += used.user + used.system
        return round(total, 1)

    root = psutil.Process(server.pid)
    postgres = [
        p
        for p in psutil.process_iter(["name", "cmdline"])
        if p.info["name"] == "postgres" and database in " ".join(p.info["cmdline"] or [])
    ]
    return {
        "server": of([root, *root.children(recursive=True)]),
        "postgresql": of(postgres),
        "driver": of([psutil.Process()]),
    }


def run(
    server_url: str, port: int, workers: int, learners: int, lasting_s: float
) -> dict[str, Any]:
    """One run in a database of its own, which is dropped at the end."""
    name = f"mien_load_{uuid4().hex[:8]}"
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    with tempfile.TemporaryDirectory() as folder:
        services = open_services(load_settings(database=url, data_dir=Path(folder)))
        upgrade(services.database)
        school = furnish(services, learners)
        with services.database.writing() as session:
            session.add(LegalBasis(jurisdiction="-", basis="Load test.", recorded_at_s=0.0))
        services.database.close()
        server = serve(url, port, workers, Path(folder))
        try:
            asyncio.run(wait_until_ready(port))
            before = processor_seconds(server, name)
            seen = asyncio.run(drive(school, port, lasting_s))
            after = processor_seconds(server, name)
        finally:
            server.terminate()
            server.wait(20)
            told = (Path(folder) / "server.log").read_text()
            errors = [line for line in told.splitlines() if '"level": "error"' in line]
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
    used = {key: round(after[key] - before[key], 1) for key in after}
    return {**summary(seen, learners, lasting_s, used), "server_errors": errors[:20]}


def meets(found: dict[str, Any]) -> bool:
    """Whether a run keeps the bars of the requirement."""
    return (
        set(found["by_status"]) == {"202"}
        and not found["connection_failures"]
        and found["ms"]["p99"] <= P99_MS
        and found["live_view_behind_s"]["p99"] <= BEHIND_S
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="postgresql+psycopg://127.0.0.1:5432/test")
    parser.add_argument("--port", type=int, default=8787)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--learners", type=int, nargs="+", default=[3000])
    parser.add_argument("--lasting-s", type=float, default=300.0)
    parser.add_argument("--ceiling", action="store_true", help="go on with more until bars fall")
    parser.add_argument("--out", type=Path, default=OUT / "classroom-load.json")
    given = parser.parse_args()
    result: dict[str, Any] = {**machine.describe(), "workers": given.workers, "runs": []}
    runs = [(learners, given.lasting_s) for learners in given.learners]
    for learners, lasting_s in runs:
        found = run(given.database, given.port, given.workers, learners, lasting_s)
        found["bars_met"] = meets(found)
        print(json.dumps(found, indent=1))
        result["runs"].append(found)
        write_whole(given.out, json.dumps(result, indent=1).encode())
        if given.ceiling and found["bars_met"]:
            runs.append((learners + STEP, STEP_S))  # the loop goes on with it


if __name__ == "__main__":
    main()
