"""A folder of pictures, in natural order: picture 2 comes before picture 10."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from mien.capture.image import SUFFIXES, problem, read_image
from mien.capture.source import DEFAULT_EVERY_S, Closing, fingerprint_of, shown_name
from mien.errors import SourceError
from mien.observations import Frame


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Sorts digits as numbers and text without regard to case."""
    parts = re.split(r"(\d+)", name.lower())
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts]


class FolderSource(Closing):
    """The pictures of one folder, ``every_s`` apart; folders inside are not entered,
    so a symbolic link that leads back cannot trap it.

    A picture that cannot be read is passed over; its time stays empty.

    Attributes:
        pictures: how many there are.
        unreadable: names of those so far that cannot be read.
    """

    def __init__(self, path: Path, every_s: float | None, start_s: float = 0.0) -> None:
        try:
            files = [f for f in path.iterdir() if f.suffix.lower() in SUFFIXES and f.is_file()]
        except OSError as error:
            raise problem(path, error) from error
        if not files:
            raise SourceError(
                f"There are no pictures in {path}. Valid endings: {', '.join(sorted(SUFFIXES))}."
            )
        self._files = sorted(files, key=lambda f: natural_key(f.name))
        self._step_s = every_s or DEFAULT_EVERY_S
        self._start_s = start_s
        self.name = shown_name(path.resolve())
        self.pictures = len(files)
        self.unreadable: list[str] = []
        self.fingerprint = fingerprint_of(*self._files)
        self.duration_s: float | None = len(files) * self._step_s

    @property
    def undecodable(self) -> int:
        return len(self.unreadable)

    def __iter__(self) -> Iterator[Frame]:
        self.unreadable = []
        read = 0
        for index, file in enumerate(self._files):
            time_s = index * self._step_s
            if time_s < self._start_s - 1e-6:
                continue
            try:
                image = read_image(file)
            except SourceError:
                self.unreadable.append(shown_name(file))
                continue
            read += 1
            yield Frame(image, time_s, index, shown_name(file))
        if not read and self.undecodable == self.pictures:
            raise SourceError(
                f"None of the {self.pictures} pictures in {self.name} can be read. "
                "Export or copy them again."
            )
