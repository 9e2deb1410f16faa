"""What one row of a cache holds, and what it was made of."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.datasets.crop import fitted, grey_only, read_crop, unit_of_square
from mien.datasets.pixels import archive_of, read_pixels
from mien.datasets.sample import Sample
from mien.errors import DataError

#: Raised when the meaning of a row changes.
FORMAT = 1
#: Samples looked at to see whether all pictures are small and of one size.
_PROBED = 64
#: The lowest bit of a print: the file could not be read.
UNREADABLE = np.uint64(1)


@dataclass(frozen=True)
class CacheForm:
    """What decides a row besides its file.

    Attributes:
        side_px: of the crop that is wanted.
        channels: 3 or 1.
        frames: of a clip; None for stills.
        align: crops laid by landmarks.
        stored_px: of the square that is stored: ``side_px``, or the pictures' own side
            where that is smaller and one for all (FER2013's 48: 65 times less at 224).
        stored_channels: 1 where all pictures are grey.
    """

    side_px: int
    channels: int
    frames: int | None
    align: bool
    stored_px: int
    stored_channels: int

    @property
    def own_size(self) -> bool:
        """Whether pictures are stored as they are rather than as they are wanted."""
        return (self.stored_px, self.stored_channels) != (self.side_px, self.channels)

    @property
    def row(self) -> tuple[int, ...]:
        """Shape of a stored sample."""
        plane = (self.stored_px, self.stored_px, self.stored_channels)
        return (self.frames, *plane) if self.frames else plane


class UnlikeSizeError(Exception):
    """A picture is not of the size and colour that the probed ones have."""


def smallest_form(samples: Sequence[Sample], full: CacheForm) -> CacheForm:
    """The pictures' own form where the probed ones are small stills of one size."""
    if full.frames or full.align:
        return full
    probed = []
    for i in np.linspace(0, len(samples) - 1, min(_PROBED, len(samples))).astype(int):
        try:
            probed.append(read_pixels(samples[i]))
        except DataError:
            continue
    sides = {p.shape[0] for p in probed} | {p.shape[1] for p in probed}
    if len(sides) != 1 or min(sides) > full.side_px or any(p.ndim != 3 for p in probed):
        return full
    grey = 1 if full.channels == 1 or grey_only(probed) else 3
    return CacheForm(full.side_px, full.channels, None, False, sides.pop(), grey)


def key_of(samples: Sequence[Sample], form: CacheForm) -> str:
    """The name of a cache's folder.

    The side that is wanted plays no part: a cache of small pictures serves every larger one.
    """
    told = [FORMAT, form.row, form.align, [[s.name, _where(s)] for s in samples]]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _where(sample: Sample) -> str:
    source = sample.source
    if isinstance(source, np.ndarray):
        return ""
    return str(source if isinstance(source, Path) else source[:1])


def print_of(sample: Sample, form: CacheForm) -> int:
    """A number that changes when the sample's row would: with its pixels and, where they
    align it, its landmarks; never 0, its lowest bit free."""
    made_of = _pixels_made_of(sample)
    if form.align and sample.landmarks_px is not None:
        made_of.append(zlib.crc32(sample.landmarks_px.tobytes()))
    return _number(made_of) & ~1 | 2


def picture_print(sample: Sample) -> int:
    """A number of 64 bits for the sample's name and pixels, whatever else is known of it."""
    return _number([sample.name, *_pixels_made_of(sample)])


def _pixels_made_of(sample: Sample) -> list[int | str]:
    """What changes when the pixels do: size and time of the file (for frames, of the first,
    and their number), or the pixels."""
    source = sample.source
    if isinstance(source, np.ndarray):
        return [zlib.crc32(source.tobytes()), *source.shape]
    first = source if isinstance(source, Path) else source[0] if source else Path()
    file = archive_of(first) or first
    count = 1 if isinstance(source, Path) else len(source)
    try:
        status = file.stat()
    except OSError:
        return [-1, count]
    return [status.st_size, status.st_mtime_ns, count]


def _number(made_of: Sequence[int | str]) -> int:
    return int.from_bytes(hashlib.sha256(repr(made_of).encode()).digest()[:8])


def made_row(
    sample: Sample, form: CacheForm
) -> tuple[NDArray[np.uint8], NDArray[np.float64]] | None:
    """Pixels and their matrix; None for a file that cannot be read."""
    try:
        if not form.own_size:
            return read_crop(sample, form.side_px, form.channels, form.frames, form.align)
        pixels, side = read_pixels(sample), form.stored_px
    except DataError:
        return None
    loses_colour = form.stored_channels < form.channels and not grey_only([pixels])
    if pixels.shape != (side, side, 3) or loses_colour:
        raise UnlikeSizeError
    return fitted(pixels, side, form.stored_channels), unit_of_square(side, side)
