"""Writes a file whole or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from mien.errors import OutputError


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all; an older one stays until the new is complete. Of
    several who write it at once, in threads or processes, the last to end is kept.

    Raises:
        OutputError: on a full disk, missing permission and the like.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        _remove(part)
        raise OutputError(
            f"Cannot write {path}: {error.strerror or error}. "
            "Choose another folder, or free space and permission there."
        ) from error


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # the folder itself is not writable: nothing of ours is in it
