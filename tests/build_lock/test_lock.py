"""The lock file, and what an audit of it says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from build_lock.audit import report
from build_lock.lock import LOCK

ROOT = Path(__file__).resolve().parents[2]


def test_all_that_the_server_needs_is_pinned_and_no_host_is_named() -> None:
    lines = [line for line in LOCK.read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.+!-]*", line) for line in lines)
    pinned = {line.split("==")[0] for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["server"]
    assert {re.split(r"[\[<>=]", line)[0] for line in wanted} <= pinned


def test_an_audit_tells_findings_and_never_takes_silence_for_good() -> None:
    hole = {"id": "PYSEC-1", "fix_versions": ["2.0"]}
    good, bad = {"name": "a", "version": "1", "vulns": []}, {"name": "b", "version": "1"}
    assert report([good]) == ["1 locked versions asked about, 0 known vulnerabilities."]
    found = report([good, bad | {"vulns": [hole]}, {"name": "c", "skip_reason": "not found"}])
    assert found[0] == "b 1: PYSEC-1, mended in 2.0"
    assert found[1] == "2 locked versions asked about, 1 known vulnerabilities."
    assert "AUDIT INCOMPLETE: not asked about: c." in found
