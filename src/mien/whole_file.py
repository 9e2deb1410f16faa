"""Writes a file whole or not at all."""

from __future__ import annotations

import glob
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EISDIR
from pathlib import Path
from typing import BinaryIO

from mien.errors import OutputError


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all; an older one stays until the new is complete. Of
    several who write it at once, in threads or processes, the last to end is kept.

    Raises:
        OutputError: on a full disk, missing permission and the like.
    """
    with opened_whole(path) as file:
        file.write(content)


@contextmanager
def opened_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes its place as :func:`write_whole` says when the block ends;
    where the block raises, it is removed. For what is too large to hold in memory twice.

    Raises:
        OutputError: as :func:`write_whole`, for any OSError of the block too.
    """
    part = part_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        remove(part)
        raise unwritable(path, error) from error
    except BaseException:
        remove(part)
        raise


def refuse_unwritable(path: Path) -> None:
    """Asks before long work whether :func:`write_whole` may write there afterwards; leaves no
    file and makes no folder.

    Raises:
        OutputError: no permission, a file where a folder should be, and the like.
    """
    there = next(place for place in path.absolute().parents if place.exists())
    trial = part_of(there / path.name)
    try:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        trial.touch()
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        remove(trial)


def unwritable(path: Path, error: OSError) -> OutputError:
    """The one-line error for a file that cannot be written."""
    return OutputError(
        f"Cannot write {path}: {error.strerror or error}. "
        "Choose another folder, or free space and permission there."
    )


def part_of(path: Path) -> Path:
    """What a file is called until it is whole: of this thread alone, in the same folder."""
    return path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")


def remove_parts(path: Path) -> None:
    """Removes what writers of a file left behind when they were killed; one who is still at
    it ends with an error, so ask where one at a time writes."""
    for part in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        remove(part)


def remove(path: Path) -> None:
    """Removes an unfinished file where there is one and its folder allows it."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # the folder itself is not writable: nothing of ours is in it
