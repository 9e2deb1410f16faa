"""Argon2id (RFC 9106), with a bound on how much memory runs at once."""

from __future__ import annotations

import os
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mien.server.security.tokens import new_token


class Passwords:
    """Makes and checks password hashes; safe to call from several threads."""

    def __init__(self, memory_kib: int, passes: int) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        # A rush of log-ins would otherwise take 64 MiB a thread, forty at a time.
        self._turns = BoundedSemaphore(max(2, os.cpu_count() or 2))
        self._nobody = self._hasher.hash(new_token())

    def hash(self, password: str) -> str:
        """The hash with its salt and parameters (PHC string format)."""
        with self._turns:
            return self._hasher.hash(password)

    def fits(self, password: str, password_hash: str | None) -> bool:
        """Whether it is the password. None (no such account) takes just as long."""
        with self._turns:
            try:
                self._hasher.verify(password_hash or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether it was made with other parameters and should be made anew."""
        return self._hasher.check_needs_rehash(password_hash)
