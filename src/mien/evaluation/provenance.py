"""Where and from what a result was made."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path


def commit_of(folder: Path | None = None) -> str:
    """The commit that is checked out, with ``+`` for changes on top; '' outside git."""
    try:
        done = [
            subprocess.run(["git", *args], cwd=folder, capture_output=True, text=True, check=True)
            for args in (["rev-parse", "--short=12", "HEAD"], ["status", "--porcelain", "-uno"])
        ]
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done[0].stdout.strip() + ("+" if done[1].stdout.strip() else "")


def processor_name() -> str:
    """The processor's name where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((s.split(":", 1)[1].strip() for s in lines if s.startswith("model name")), "")
