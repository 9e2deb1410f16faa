"""What a result was measured on: date, commit, processor, load, versions."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
#: Packages whose versions change speed.
PACKAGES = ("mien", "av", "numpy", "onnxruntime", "opencv-python-headless", "pyarrow")


def describe() -> dict[str, Any]:
    """Date, commit and machine, as JSON values."""
    return {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": commit(),
        "processor": processor(),
        "cores": len(usable_cores()),
        "memory_gb": round(memory_bytes() / 1e9, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": sys.version.split()[0],
        "versions": versions(),
        "load_average": load_average(),
    }


def commit() -> str:
    """Short name of the commit, ``+`` behind it where tracked files were changed."""
    try:
        name = _git("rev-parse", "--short", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "src", "benchmarks/*.py")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return name + ("+" if changed else "")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def processor() -> str:
    """The processor's name with what else Linux tells of it (family, model)."""
    told: dict[str, str] = {}
    try:
        for line in Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines():
            key, _, value = line.partition(":")
            told[key.strip()] = value.strip()
    except OSError:
        return platform.processor() or "unknown"
    numbers = f"family {told.get('cpu family', '?')}, model {told.get('model', '?')}"
    return f"{told.get('model name', 'unknown')} ({numbers})"


def memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def usable_cores() -> list[int]:
    """Numbers of the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def load_average() -> list[float]:
    """Of the last 1, 5 and 15 minutes."""
    return [round(v, 2) for v in os.getloadavg()]


def versions() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def busy_seconds() -> float:
    """Seconds that all cores together have worked since the machine started; of
    two calls the difference, less one's own, is what others took."""
    try:
        fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    except OSError:
        return 0.0
    user, nice, system, _idle, _wait, irq, soft = (int(v) for v in fields[:7])
    return (user + nice + system + irq + soft) / float(os.sysconf("SC_CLK_TCK"))
