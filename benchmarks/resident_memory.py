"""Memory of a process, as Linux tells it."""

from __future__ import annotations

import os
from pathlib import Path


def rss_mb() -> float:
    """What this process holds in memory now, in MB (10⁶ bytes)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak_mb() -> float:
    """The most that it ever held. Not ``ru_maxrss``: a child inherits its parent's."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise OSError("this system does not tell a process's peak memory")
