"""Model files that are not in the package: fetched on request, checked, kept."""

from __future__ import annotations

import hashlib
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Final

from mien.errors import ModelError, choose_from

#: Called with bytes so far and bytes in all (None where the server does not say).
Progress = Callable[[int, int | None], None]

#: A server that says nothing for this long is given up.
TIMEOUT_S: Final = 30.0
#: Read at a time: progress moves several times a second on a slow line.
CHUNK_BYTES: Final = 1 << 16


@dataclass(frozen=True)
class Download:
    """``sha256`` of the whole file; whatever the address, only this file is taken."""

    url: str
    sha256: str
    licence: str


#: YuNet (Wu et al. 2023): its authors' file for any picture size.
DOWNLOADS: Final = {
    "yunet": Download(
        "https://github.com/ShiqiYu/libfacedetection.train/raw/master/onnx/yunet_n_dynamic.onnx",
        "104ee26c71d5c270ce79a6b3dced91c91013260d29a6bf18f9296c5b8c4c2b12",
        "Apache-2.0",
    ),
}


def models_directory() -> Path:
    """Where fetched models lie: ``MIEN_MODELS_DIR``, else ``~/.cache/mien/models``."""
    named = os.environ.get("MIEN_MODELS_DIR")
    return Path(named).expanduser() if named else Path.home() / ".cache" / "mien" / "models"


def pull(
    name: str,
    directory: Path | None = None,
    *,
    url: str | None = None,
    progress: Progress | None = None,
) -> Path:
    """Fetches ``<name>.onnx`` unless the right file is there; answers its path.

    What came before a connection broke stays in ``<name>.onnx.part``, and the next
    call goes on from there.

    Args:
        directory: None takes ``models_directory()``; made if it is not there.
        url: fetch the same file from here (a mirror).

    Raises:
        ModelError: for an unknown name, no network, a refusal by the server, another
            file than the expected one, or a folder that cannot be written.
    """
    if name not in DOWNLOADS:
        raise ModelError(choose_from("Model to fetch", name, DOWNLOADS))
    wanted = DOWNLOADS[name]
    address = url or wanted.url
    target = (directory or models_directory()) / f"{name}.onnx"
    part = target.with_name(target.name + ".part")
    report = progress or (lambda _done, _total: None)
    try:
        if target.is_file() and _sha256(target) == wanted.sha256:
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        if not (part.is_file() and _sha256(part) == wanted.sha256):
            _receive(address, part, report)
        _accept(part, target, wanted.sha256, address)
    except (urllib.error.URLError, HTTPException, ConnectionError, TimeoutError) as error:
        raise ModelError(_unreachable(address, error, target, wanted)) from error
    except (OSError, ValueError) as error:  # ValueError: not an address at all
        raise ModelError(f"{address} cannot be fetched to {target}: {error}.") from error
    return target


def _receive(address: str, part: Path, progress: Progress) -> None:
    """Appends to ``part`` what it lacks; starts anew where the server cannot resume."""
    with _open(address, part) as answer:
        # 206: the server goes on where asked; 200: it sends the whole file again.
        start = part.stat().st_size if answer.status == 206 else 0
        length = answer.headers.get("Content-Length")
        total = start + int(length) if length and length.isdigit() else None
        done = start
        with part.open("ab" if start else "wb") as file:
            progress(done, total)
            while chunk := answer.read1(CHUNK_BYTES):
                file.write(chunk)
                done += len(chunk)
                progress(done, total)
    if total is not None and done < total:
        raise ConnectionError(f"the connection ended after {done} of {total} bytes")


def _open(address: str, part: Path) -> HTTPResponse:
    have = part.stat().st_size if part.is_file() else 0
    request = urllib.request.Request(address, headers={"User-Agent": "mien"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        answer: HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        # 416: the part is as long as the file or longer, and not the file: start anew.
        if error.code != 416 or not have:
            raise
        part.unlink()
        return _open(address, part)
    return answer


def _accept(part: Path, target: Path, sha256: str, address: str) -> None:
    got = _sha256(part)
    if got != sha256:
        part.unlink()
        raise ModelError(
            f"{address} is not the expected file: its SHA-256 is {got}, expected {sha256}. "
            "It was thrown away. Try again, or name another address with --url."
        )
    os.replace(part, target)


def _unreachable(address: str, error: Exception, target: Path, wanted: Download) -> str:
    reason = error
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        reason = error.reason
    return (
        f"{address} cannot be fetched: {reason}. Try again (what came is kept), or fetch it "
        f"on another machine and put it at {target} (SHA-256 {wanted.sha256})."
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
