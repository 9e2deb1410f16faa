"""What ``mien serve`` and ``mien database`` do, behind the command line."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Final

import uvicorn
from sqlalchemy import func, select

from mien.errors import SettingsError
from mien.server.actions import erasure, retention
from mien.server.actions.accounts import refuse_weak
from mien.server.assessor_process import assessor_process
from mien.server.database.tables import Account
from mien.server.database.upgrade import (
    DatabaseError,
    current_revision,
    newest_revision,
    require_newest,
    upgrade,
)
from mien.server.demo.people import DEMO_DOMAIN, DEMO_PEOPLE, furnish
from mien.server.metrics import SHARED_FOLDER
from mien.server.permissions import Role
from mien.server.services import Services, open_services
from mien.server.settings import Settings, load_settings

Say = Callable[[str], None]
#: An open live page holds its stream for minutes; whoever stops the server need not wait
#: for it. Browsers come back by themselves and are sent what they missed.
GRACE_S: Final = 5


def serve(say: Say, **given: object) -> None:
    """Runs the server until it is interrupted.

    Args:
        given: settings from the command line; None where none was given.

    Raises:
        SettingsError, DatabaseError: before anything listens.
    """
    settings = load_settings(**given)
    _require_free(settings)
    services = open_services(settings)
    try:
        prepare(services, say)
    finally:
        services.database.close()
    _hand_to_workers(given)
    say(f"mien: {settings.origin} (ready in a few seconds; Ctrl-C stops it)")
    with ExitStack() as ends:
        ends.enter_context(suppress(KeyboardInterrupt))  # how it is stopped
        if settings.workers > 1:
            folder = tempfile.TemporaryDirectory(prefix="mien-metrics-")
            os.environ[SHARED_FOLDER] = ends.enter_context(folder)
            ends.enter_context(assessor_process())
        uvicorn.run(
            "mien.server.app:create_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            access_log=False,  # ours names no addresses
            log_level="warning",
            timeout_graceful_shutdown=GRACE_S,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=settings.trusted_proxies,
        )


def prepare(services: Services, say: Say) -> None:
    """Makes an empty database ready, and furnishes the demonstration.

    Raises:
        DatabaseError: for a schema of another version, or where the
            demonstration and real accounts would meet: its passwords are public.
    """
    settings = services.settings
    if settings.demo or current_revision(services.database) is None:
        upgrade(services.database)
    require_newest(services.database)
    _refuse_mixture(services)
    if settings.demo:
        furnish(services)
        say("Demonstration: expressions are read, on this machine only. Log in as")
        for person in DEMO_PEOPLE:
            say(f"  {person.role:<14} {person.email:<32} {person.password}")
        return
    with services.database.reading() as session:
        wanted = select(func.count()).where(Account.role == Role.ADMINISTRATOR)
        if not session.scalar(wanted):
            say("There is no administrator yet: mien database administrator EMAIL")


def _refuse_mixture(services: Services) -> None:
    """The demonstration's passwords are public: they never open a real classroom."""
    with services.database.reading() as session:
        demo = Account.email.endswith(f"@{DEMO_DOMAIN}")
        count = select(func.count()).select_from(Account)
        of_demo, of_all = session.scalar(count.where(demo)), session.scalar(count)
    if of_demo and not services.settings.demo:
        raise DatabaseError(
            "This database holds the demonstration's accounts, whose passwords are public. "
            "Use another database, or add --demo."
        )
    if of_all and not of_demo and services.settings.demo:
        raise DatabaseError(
            "This database holds accounts of a real classroom; the demonstration would add three "
            "whose passwords are public. Use another database, or leave out --demo."
        )


def upgrade_database(say: Say, **given: object) -> None:
    """``mien database upgrade``."""
    services = open_services(load_settings(**given))
    try:
        before = current_revision(services.database)
        upgrade(services.database)
    finally:
        services.database.close()
    say(f"Schema {before or 'none'} → {newest_revision()}.")


def enforce_retention(say: Say, **given: object) -> None:
    """``mien database retention``: what the running server does every hour, now."""
    services = open_services(load_settings(**given))
    try:
        require_newest(services.database)
        with services.database.writing() as session:
            removed = retention.enforce(session, services)
        erasure.overwrite(services)
    finally:
        services.database.close()
    told = ", ".join(f"{kind.removesuffix('_days')} {n}" for kind, n in removed.items() if n)
    say(f"Removed as too old: {told or 'nothing'}.")


def make_administrator(say: Say, email: str, name: str, password: str, **given: object) -> None:
    """``mien database administrator``: the first of them, who invites the others.

    Raises:
        SettingsError: for a weak password or an e-mail that has an account.
    """
    services = open_services(load_settings(**given))
    email = email.strip().lower()
    if len(password) < 10 or email.count("@") != 1:
        raise SettingsError("Give an e-mail, and a password of at least 10 characters.")
    refuse_weak(password, email, name)
    try:
        require_newest(services.database)
        with services.database.writing() as session:
            if session.scalar(select(Account).where(Account.email == email)):
                raise SettingsError(f"There is an account {email} already.")
            session.add(
                Account(
                    email=email,
                    name=name,
                    role=Role.ADMINISTRATOR,
                    password_hash=services.passwords.hash(password),
                    created_at_s=services.now_s(),
                )
            )
    finally:
        services.database.close()
    say(f"{email} is an administrator.")


def _require_free(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:  # taken, not ours, or no such address
            raise SettingsError(
                f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. "
                "Stop what listens there, or choose another --port."
            ) from error


def _hand_to_workers(given: dict[str, object]) -> None:
    """Workers are processes of their own and read the environment."""
    for name, value in given.items():
        if value is not None:
            os.environ[f"MIEN_{name.upper()}"] = str(value)
