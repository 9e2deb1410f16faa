"""``mien serve`` and ``mien database`` from the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CODE = "import sys; sys.argv = ['mien', *{words}]; import mien.cli; mien.cli.main()"
SERVER = ("fastapi", "starlette", "sqlalchemy", "alembic", "uvicorn", "argon2", "torch")


def mien(*words: str, before: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", before + CODE.format(words=list(words))],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=os.environ | environment,
    )


def test_help_needs_nothing_of_the_server() -> None:
    """Neither loads them nor misses them: the base install has none."""
    absent = f"import sys; sys.modules.update(dict.fromkeys({SERVER}));\n"
    asked = (
        "import mien.cli\n"
        "for words in ([], ['serve'], ['database']):\n"
        "    mien.cli.app([*words, '--help'], standalone_mode=False)\n"
    )
    done = mien("--help", before=absent + asked)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Usage") == 4


@pytest.mark.parametrize("words", [["serve"], ["database", "upgrade"]])
def test_without_the_extra_one_line_says_what_to_install(words: list[str]) -> None:
    done = mien(*words, before="import sys; sys.modules['fastapi'] = None\n")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "pip install 'mien[server]'" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["serve", "--port", "99999"], "MIEN_PORT"),
        (["serve", "--host", "0.0.0.0"], "must be https"),
        (["serve", "--demo", "--host", "0.0.0.0"], "leave out --demo or --host"),
        (["serve", "--database", "mysql://x"], "postgresql:// or sqlite:///"),
        (["database", "upgrade", "--database", "postgresql://127.0.0.1:9/x"], "does not answer"),
    ],
)
def test_what_is_wrong_costs_one_line(tmp_path: Path, words: list[str], told: str) -> None:
    done = mien(*words, MIEN_DATA_DIR=str(tmp_path))
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
