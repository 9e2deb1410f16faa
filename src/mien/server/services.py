"""What a running server holds: made once by the app, handed to every request."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from mien.errors import SettingsError
from mien.server.database.engine import Database
from mien.server.metrics import Metrics
from mien.server.security.pace import Pace
from mien.server.security.passwords import Passwords
from mien.server.settings import Settings, secret_of


@dataclass(frozen=True)
class Services:
    """``now_s`` is seconds since 1970; tests give a clock of their own."""

    settings: Settings
    database: Database
    secret: bytes
    passwords: Passwords
    pace: Pace
    metrics: Metrics = field(default_factory=Metrics)
    now_s: Callable[[], float] = time.time


def open_services(settings: Settings, now_s: Callable[[], float] = time.time) -> Services:
    """Makes the data folder and opens the database; nothing is migrated here.

    Raises:
        SettingsError: for a data folder that cannot be written.
    """
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings.media_dir.mkdir(mode=0o700, exist_ok=True)
        own = settings.own_database
        if own is not None and not own.exists():
            own.touch(mode=0o600)  # SQLite gives its log the rights of the file
    except OSError as error:
        raise SettingsError(
            f"The data folder {settings.data_dir} cannot be made: {error.strerror}. "
            "Name another by MIEN_DATA_DIR or --data-dir."
        ) from error
    return Services(
        settings=settings,
        database=Database(settings.database_url),
        secret=secret_of(settings),
        passwords=Passwords(settings.argon2_memory_kib, settings.argon2_passes),
        pace=Pace(max(1, settings.requests_per_minute // settings.workers)),
        now_s=now_s,
    )
