"""The hourly job: a failure is told by its kind, and tried again."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from mien.server import housekeeping
from mien.server.services import Services
from server.classroom import Classroom


def test_a_failure_does_not_end_it(
    sqlite_classroom: Classroom, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = list[Services]()

    def fails_once(services: Services) -> dict[str, int]:
        calls.append(services)
        if len(calls) == 1:
            raise ValueError("of lena@example.org")
        return {}

    monkeypatch.setattr(housekeeping, "enforce_once", fails_once)

    async def run() -> None:
        task = asyncio.create_task(housekeeping.keep_house(sqlite_classroom.services, look_s=0))
        while len(calls) < 2:
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(run())
    told = capsys.readouterr().out
    assert "ValueError" in told
    assert "lena" not in told
