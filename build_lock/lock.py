"""Writes ``requirements.lock``: ``python -m build_lock.lock``.

The versions of all that the package and its extra ``server`` need, as they are installed
here, where the tests ran. Read from the installed packages alone; nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

LOCK: Final = Path(__file__).resolve().parent.parent / "requirements.lock"
EXTRAS: Final = frozenset({"server"})
HEAD: Final = """\
# Versions with which the tests ran (make lock). Use as: pip install -c requirements.lock
"""


def locked() -> dict[str, str]:
    """Name -> version of everything that ``mien[server]`` needs."""
    found: dict[str, str] = {}
    waiting = list(_needs("mien", EXTRAS))
    while waiting:
        needed = waiting.pop()
        name = _normal(needed.name)
        if name in found and not needed.extras:
            continue
        try:
            found[name] = distribution(name).version
        except PackageNotFoundError:
            continue  # for another platform
        waiting += _needs(name, frozenset(needed.extras))
    return dict(sorted(found.items()))


def _needs(name: str, extras: frozenset[str]) -> Iterator[Requirement]:
    for line in distribution(name).requires or ():
        needed = Requirement(line)
        marker = needed.marker
        if marker is None or any(marker.evaluate({"extra": e}) for e in (*extras, "")):
            yield needed


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    """Writes the file."""
    lines = [f"{name}=={version}\n" for name, version in locked().items()]
    LOCK.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{LOCK.name}: {len(lines)} packages")


if __name__ == "__main__":
    main()
