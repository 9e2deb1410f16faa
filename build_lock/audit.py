"""Known vulnerabilities of the locked versions: ``python -m build_lock.audit``.

Fails when there is one. A version of which the advisory database says nothing, or cannot
be asked, is told loudly: it is not known to be good, only pinned.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, Final

from build_lock.lock import LOCK

TIMEOUT_S: Final = 180


def main() -> int:
    """The exit status: 1 for a finding."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--format", "json"]
    command += ["--no-deps", "--disable-pip", "--progress-spinner", "off"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        packages = [{"name": "everything", "skip_reason": "the database cannot be reached"}]
    print("\n".join(report(packages)))
    return int(any(package.get("vulns") for package in packages))


def report(packages: list[dict[str, Any]]) -> list[str]:
    """Lines: each finding, then how many were asked about, then loudly what was not."""
    lines = [
        f"{package['name']} {package['version']}: {found['id']}, "
        f"mended in {', '.join(found['fix_versions']) or 'no version yet'}"
        for package in packages
        for found in package.get("vulns", [])
    ]
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    asked = len(packages) - len(skipped)
    lines.append(f"{asked} locked versions asked about, {len(lines)} known vulnerabilities.")
    if skipped:
        lines += ["!" * 72, f"AUDIT INCOMPLETE: not asked about: {', '.join(skipped)}."]
        lines += [
            f"They are only pinned in {LOCK.name}. Run `make audit` with a network.",
            "!" * 72,
        ]
    return lines


if __name__ == "__main__":
    sys.exit(main())
