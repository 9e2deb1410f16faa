"""Python's garbage collector, kept from looking at what stays.

Full collections stop every thread of a process: with the modules of the server alone
0.15 s, with the readings of 3,000 learners a whole second, every few seconds (measured).
Reference counts free nearly everything; the collector is there for cycles, and those are
found among what is new.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Final

#: How often what has stayed is set aside: at 300 batches a second, what came meanwhile is
#: looked through in some hundredths of a second.
ASIDE_EVERY_S: Final = 5.0
#: How often everything is looked through: a cycle that died after it was set aside waits
#: so long.
ALL_EVERY_S: Final = 3600.0


def set_aside() -> None:
    """Frees dead cycles among what is new; what is left is not looked at again."""
    gc.collect()
    gc.freeze()


class GarbageRounds:
    """Sets aside at intervals, for a process whose memory grows and turns over.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._aside_at_s = self._all_at_s = clock()

    def go(self) -> None:
        """A round, if one is due."""
        now_s = self._clock()
        if now_s - self._aside_at_s < ASIDE_EVERY_S:
            return
        self._aside_at_s = now_s
        if now_s - self._all_at_s >= ALL_EVERY_S:
            self._all_at_s = now_s
            gc.unfreeze()
        set_aside()
