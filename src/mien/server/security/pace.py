"""A bound on requests of one caller: the token bucket, in the memory of a worker."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

#: Callers remembered; the one not seen for longest is forgotten first.
REMEMBERED: Final = 20_000


class Pace:
    """``per_minute`` in the long run, as many at once as half a minute allows."""

    def __init__(self, per_minute: int) -> None:
        self._rate_per_s = per_minute / 60
        self._most = max(1.0, per_minute / 2)
        self._left = OrderedDict[str, tuple[float, float]]()
        self._lock = Lock()

    def wait_s(self, caller: str, now_s: float) -> float:
        """Takes one; 0 if it may go, else the seconds until one may."""
        with self._lock:
            left, seen_s = self._left.pop(caller, (self._most, now_s))
            left = min(self._most, left + max(0.0, now_s - seen_s) * self._rate_per_s)
            goes = left >= 1
            self._left[caller] = (left - 1 if goes else left, now_s)
            if len(self._left) > REMEMBERED:
                self._left.popitem(last=False)
        return 0.0 if goes else (1 - left) / self._rate_per_s
