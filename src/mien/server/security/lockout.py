"""Counts failures in the database, so that all workers see them, and blocks for a while.

Keys are keyed hashes of e-mail and address: the table names nobody, and an e-mail that has
no account is blocked just like one that has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mien.server.database.engine import Database
from mien.server.database.statements import insert_into, table_of
from mien.server.database.tables import Attempt
from mien.server.problems import TooManyRequests
from mien.server.security.tokens import keyed_hash


@dataclass(frozen=True)
class Limit:
    """From ``failures`` in ``window_s`` on, blocked for ``block_s``, doubled with each
    further failure up to ``longest_s``."""

    name: str
    failures: int
    window_s: float
    block_s: float
    longest_s: float


#: OWASP's authentication cheat sheet asks for a lock-out with growing delay; the figures
#: are ours. Of one e-mail at one address: mistyping. Of one e-mail from anywhere: slow
#: guessing by many. Of one address: many e-mails; a school shares one address, so it is wide.
#: Of a browser that the account was logged in in before, or is now: mistyping; nothing else
#: counts there, so strangers who guess lock no owner out.
PAIR: Final = Limit("log-in of an e-mail at an address", 5, 900, 60, 3600)
EMAIL: Final = Limit("log-in of an e-mail", 50, 3600, 300, 3600)
ADDRESS: Final = Limit("log-in at an address", 100, 900, 60, 900)
DEVICE: Final = Limit("log-in in a known browser", 5, 900, 60, 3600)
AGAIN: Final = Limit("password asked for again in a log-in", 5, 900, 60, 3600)
REGISTRATIONS: Final = Limit("registrations at an address", 300, 3600, 600, 3600)

Counted = tuple[Limit, bytes]


def log_in_limits(secret: bytes, email: str, address: str, device: str = "") -> tuple[Counted, ...]:
    """The limits that one try to log in counts for.

    Args:
        device: name of a browser that is known for this e-mail
            (:mod:`mien.server.security.devices`); "" for others.
    """
    if device:
        return (_counted(DEVICE, secret, f"{email}\0{device}"),)
    return (
        _counted(PAIR, secret, f"{email}\0{address}"),
        _counted(EMAIL, secret, email),
        _counted(ADDRESS, secret, address),
    )


def again_limits(secret: bytes, login_id: object) -> tuple[Counted, ...]:
    """The limit that a wrong password counts for where one is logged in already."""
    return (_counted(AGAIN, secret, str(login_id)),)


def registration_limits(secret: bytes, address: str) -> tuple[Counted, ...]:
    """The limit that one registration counts for."""
    return (_counted(REGISTRATIONS, secret, address),)


def refuse_blocked(database: Database, limits: Sequence[Counted], now_s: float) -> None:
    """Raises TooManyRequests while one of the limits blocks."""
    with database.reading() as session:
        keys = [key for _, key in limits]
        until_s = session.scalars(select(Attempt.blocked_until_s).where(Attempt.key.in_(keys)))
        wait_s = max((u - now_s for u in until_s), default=0.0)
    if wait_s > 0:
        raise TooManyRequests(
            f"Too many tries. Wait {wait_s:.0f} s, then try again.", retry_after_s=wait_s
        )


def count_failure(database: Database, limits: Sequence[Counted], now_s: float) -> None:
    """Counts one, in a transaction of its own: the refusal that follows rolls back others."""
    with database.writing() as session:
        for limit, key in sorted(limits, key=lambda counted: counted[1]):  # no dead-locks
            attempt = _locked(session, key, now_s)
            if now_s - max(attempt.window_started_at_s, attempt.blocked_until_s) > limit.window_s:
                attempt.failures, attempt.window_started_at_s = 0, now_s
            attempt.failures += 1
            attempt.blocked_until_s = blocked_until(limit, attempt.failures, now_s)


def _locked(session: Session, key: bytes, now_s: float) -> Attempt:
    """The row of a key, made if there is none: two first failures at once are two."""
    fresh = {"key": key, "failures": 0, "window_started_at_s": now_s, "blocked_until_s": 0.0}
    added = insert_into(session, table_of(Attempt)).values(fresh)
    unchanged = {"failures": Attempt.failures}  # an update locks the row that is there
    session.execute(added.on_conflict_do_update(index_elements=["key"], set_=unchanged))
    return session.get_one(Attempt, key)


def forget_failures(database: Database, limits: Sequence[Counted]) -> None:
    """After a success at one address or in one browser, its mistypings do not count."""
    with database.writing() as session:
        keys = [key for limit, key in limits if limit in (PAIR, DEVICE, AGAIN)]
        session.execute(delete(Attempt).where(Attempt.key.in_(keys)))


def blocked_until(limit: Limit, failures: int, now_s: float) -> float:
    """0 below the limit; then ``block_s``, twice that, …"""
    over = failures - limit.failures
    if over < 0:
        return 0.0
    return now_s + min(limit.block_s * 2.0 ** min(over, 30), limit.longest_s)


def _counted(limit: Limit, secret: bytes, value: str) -> Counted:
    return limit, keyed_hash(secret, limit.name, value)
