"""Decoded pictures in one memory-mapped file, so that training never waits for decoding.

A cache is a folder: ``pixels.npy`` (one row a sample), ``to_unit.npy`` (where landmarks
come to lie), ``prints.npy`` (what each row was made of; 0 is not yet made) and
``names.json``. It is made under another name and renamed when whole. Rows whose file has
changed since, and rows that an interruption left out, are made when it is next opened.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.datasets.cache_rows import (
    UNREADABLE,
    CacheForm,
    UnlikeSizeError,
    key_of,
    made_row,
    print_of,
    smallest_form,
)
from mien.datasets.crop import fitted
from mien.datasets.sample import Sample
from mien.errors import DataError, OutputError

#: Rows between two writes of what is done; an interruption costs at most as many.
_ROWS_AT_ONCE = 512
Progress = Callable[[int, int], None]


def cache_directory() -> Path:
    """Where caches lie: ``MIEN_CACHE_DIR``, else ``~/.cache/mien/pixels``."""
    named = os.environ.get("MIEN_CACHE_DIR")
    return Path(named).expanduser() if named else Path.home() / ".cache" / "mien" / "pixels"


class CachedPixels:
    """Rows of an open cache, for the samples that it was asked for, in their order."""

    def __init__(self, folder: Path, form: CacheForm, rows: Sequence[int], names: Sequence[str]):
        self.folder, self.form = folder, form
        self.rows, self.names = list(rows), list(names)
        self._open()

    def _open(self) -> None:
        self._pixels = np.load(self.folder / "pixels.npy", mmap_mode="r")
        self._to_unit = np.load(self.folder / "to_unit.npy")
        self._prints = np.load(self.folder / "prints.npy")

    def __getstate__(self) -> dict[str, object]:
        """Without the maps: a worker process opens the files itself."""
        return {k: v for k, v in vars(self).items() if k[1:] not in ("pixels", "to_unit", "prints")}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        self._open()

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> NDArray[np.uint8]:
        """``(side, side, C)`` or ``(T, side, side, C)`` uint8, as ``read_crop`` gives.

        Raises:
            DataError: the file could not be read when the cache was made.
        """
        row = self.rows[index]
        if self._prints[row] & UNREADABLE:
            raise DataError(
                f"{self.names[index]} could not be read when the cache {self.folder} was made. "
                "'mien data check' lists all such files."
            )
        stored = np.asarray(self._pixels[row])
        if stored.shape[-3:] == (self.form.side_px, self.form.side_px, self.form.channels):
            return stored
        colours = np.repeat(stored, 3, axis=-1) if stored.shape[-1] == 1 else stored
        return fitted(colours, self.form.side_px, self.form.channels)

    def to_unit(self, index: int) -> NDArray[np.float64]:
        """``(2, 3)`` from pixels of the picture to [0, 1] of the crop."""
        matrix: NDArray[np.float64] = self._to_unit[self.rows[index]]
        return matrix

    def of(self, samples: Sequence[Sample]) -> CachedPixels:
        """The rows of some of the samples: of a split or a fold.

        Raises:
            DataError: a sample that the cache was not made of.
        """
        place = {name: i for i, name in enumerate(self.names)}
        missing = [s.name for s in samples if s.name not in place]
        if missing:
            raise DataError(f"{len(missing)} samples are not in the cache, {missing[0]} first.")
        chosen = [place[s.name] for s in samples]
        return CachedPixels(
            self.folder, self.form, [self.rows[i] for i in chosen], [self.names[i] for i in chosen]
        )


def cached(
    samples: Sequence[Sample],
    side_px: int,
    channels: int,
    folder: Path,
    *,
    frames: int | None = None,
    align: bool = False,
    progress: Progress | None = None,
) -> CachedPixels:
    """Opens the cache of these samples at this size; makes or mends it where needed.

    Give the whole data set, then ``.of(split)``: one cache serves every split and fold.

    Args:
        samples: with names that differ.
        side_px, channels, frames, align: as :func:`mien.datasets.crop.read_crop`.
        folder: that holds caches, each in a folder of its own.
        progress: called with the number of rows made and of all to make.

    Raises:
        DataError: names repeat, or there are no samples.
        OutputError: the disk is full or the folder cannot be written.
    """
    if len({s.name for s in samples}) != len(samples) or not samples:
        raise DataError("A cache needs samples, each with a name of its own.")
    full = CacheForm(side_px, channels, frames, align, side_px, channels)
    form = smallest_form(samples, full)
    try:
        try:
            place = _made(samples, form, folder, progress)
        except UnlikeSizeError:
            form = full
            place = _made(samples, form, folder, progress)
    except OSError as error:
        raise OutputError(
            f"The cache in {folder} cannot be written: {error.strerror or error}. Free space "
            "or choose another folder; what is done is kept."
        ) from error
    return CachedPixels(place, form, range(len(samples)), [s.name for s in samples])


def _made(
    samples: Sequence[Sample], form: CacheForm, folder: Path, progress: Progress | None
) -> Path:
    """The folder of a whole and fresh cache."""
    place = folder / key_of(samples, form)
    prints = np.array([print_of(s, form) for s in samples], np.uint64)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder / f"{place.name}.lock"):
        if place.is_dir() and _stale(place, prints).size == 0:
            return place
        part = place.with_suffix(".part")
        if place.is_dir():
            place.rename(part)
        if not (part / "names.json").is_file():
            _begin(part, form, [s.name for s in samples])
        try:
            _fill(part, samples, form, prints, progress)
        except UnlikeSizeError:
            shutil.rmtree(part)
            raise
        part.rename(place)
    return place


def _stale(place: Path, prints: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Rows to make: not made yet, or made of a file that has changed since."""
    return np.flatnonzero(np.load(place / "prints.npy") & ~UNREADABLE != prints)


def _begin(part: Path, form: CacheForm, names: list[str]) -> None:
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    need = len(names) * int(np.prod(form.row))
    free = shutil.disk_usage(part).free
    if need > free:
        raise OutputError(
            f"The cache needs {need / 1e9:.1f} GB and {part.parent} has {free / 1e9:.1f} GB "
            "free. Free space, choose another folder, or train without a cache."
        )
    open_map = np.lib.format.open_memmap
    open_map(part / "pixels.npy", "w+", np.uint8, (len(names), *form.row)).flush()
    np.save(part / "to_unit.npy", np.zeros((len(names), 2, 3)))
    np.save(part / "prints.npy", np.zeros(len(names), np.uint64))
    (part / "names.json").write_text(json.dumps({"form": asdict(form), "names": names}))


def _fill(
    part: Path,
    samples: Sequence[Sample],
    form: CacheForm,
    prints: NDArray[np.uint64],
    progress: Progress | None,
) -> None:
    _take_room(part / "pixels.npy")
    pixels = np.load(part / "pixels.npy", mmap_mode="r+")
    to_unit = np.load(part / "to_unit.npy", mmap_mode="r+")
    done = np.load(part / "prints.npy", mmap_mode="r+")
    wanted = _stale(part, prints)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for start in range(0, len(wanted), _ROWS_AT_ONCE):
            rows = wanted[start : start + _ROWS_AT_ONCE]
            made = list(threads.map(lambda i: made_row(samples[i], form), rows))
            for row, content in zip(rows, made, strict=True):
                if content is not None:
                    pixels[row], to_unit[row] = content
            pixels.flush()
            to_unit.flush()
            lost = np.array([content is None for content in made], np.uint64)
            done[rows] = prints[rows] | lost
            done.flush()
            if progress is not None:
                progress(start + len(rows), len(wanted))


def _take_room(path: Path) -> None:
    """Gives a file all its blocks on disk now. It has holes until they are written, and a map
    whose hole finds the disk full ends the whole process (SIGBUS) instead of raising OSError.
    """
    if not hasattr(os, "posix_fallocate"):  # macOS, Windows
        return
    with path.open("r+b") as file:
        try:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):  # a disk that cannot do it
                raise


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One process at a time; others wait and find the work done."""
    try:
        import fcntl
    except ImportError:  # not on Windows: two trainings at once may both do the work
        yield
        return
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
