"""The pixels of a sample, wherever they lie."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from mien.datasets.reader import VIDEO_SUFFIXES
from mien.datasets.sample import Sample
from mien.errors import DataError


def read_pixels(sample: Sample, frames: int | None = None) -> NDArray[np.uint8]:
    """The picture ``(H, W, 3)``, or the clip ``(T, H, W, 3)``, uint8 RGB.

    A path may lead into a zip archive: ``fer2013.zip/images/00000.webp``.

    Args:
        sample: whose pixels are wanted.
        frames: of a clip, how many to take, evenly spread; all where None.

    Raises:
        DataError: a file is missing, damaged, or no picture; the message names it.
    """
    source = sample.source
    if isinstance(source, np.ndarray):
        pixels = _rgb(source, sample.name)
        return pixels[spread(len(pixels), frames)] if pixels.ndim == 4 else pixels
    if isinstance(source, tuple):
        return _frames(source, frames, sample.name)
    if source.suffix.lower() in VIDEO_SUFFIXES:
        return read_video(source, frames)
    return read_picture(source)


def read_picture(path: Path) -> NDArray[np.uint8]:
    """``(H, W, 3)`` uint8 RGB of a file or of a member of a zip archive.

    Raises:
        DataError: as :func:`read_pixels`.
    """
    content = read_content(path)
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return np.array(ImageOps.exif_transpose(picture).convert("RGB"), np.uint8)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(
            f"{path} is not a picture that can be read ({len(content)} bytes: {error}). "
            "Copy it anew from the data set, or remove it."
        ) from error


def read_content(path: Path) -> bytes:
    """A file's bytes, or those of a member of a zip archive on the way.

    Raises:
        DataError: there is no such file or member, or it cannot be read.
    """
    archive = archive_of(path)
    try:
        if archive is None:
            return path.read_bytes()
        member = path.relative_to(archive).as_posix()
        return _opened(archive, os.getpid()).read(member)
    except (OSError, KeyError, zipfile.BadZipFile, EOFError) as error:
        raise DataError(
            f"{path} cannot be read ({type(error).__name__}). "
            "Check that the data set is complete: 'mien data check' lists all such files."
        ) from error


def archive_of(path: Path) -> Path | None:
    """The zip archive that a path leads through, None where it leads through none."""
    return next((parent for parent in path.parents if parent.suffix.lower() == ".zip"), None)


@lru_cache(maxsize=8)
def _opened(archive: Path, process: int) -> zipfile.ZipFile:
    # A file position cannot be shared with forked workers, so each process opens its own.
    del process
    return zipfile.ZipFile(archive)


def _rgb(pixels: NDArray[np.uint8], name: str) -> NDArray[np.uint8]:
    if pixels.dtype != np.uint8:
        raise DataError(f"The pixels of {name} are {pixels.dtype}; expected uint8.")
    if pixels.ndim == 2:
        return np.repeat(pixels[..., None], 3, axis=2)
    if pixels.ndim in (3, 4) and pixels.shape[-1] == 3:
        return pixels
    raise DataError(
        f"The pixels of {name} are {pixels.shape}; expected (H, W), (H, W, 3) or (T, H, W, 3)."
    )


def spread(count: int, wanted: int | None) -> list[int]:
    """Indices of ``wanted`` frames of ``count``: the middles of as many equal parts, so that
    a shorter clip repeats frames and a longer one skips evenly. Hand-worked: 4 of 8 are
    1, 3, 5, 7; 4 of 2 are 0, 0, 1, 1.
    """
    if wanted is None:
        return list(range(count))
    return [int((2 * i + 1) * count / (2 * wanted)) for i in range(wanted)]


def _frames(paths: Sequence[Path], frames: int | None, name: str) -> NDArray[np.uint8]:
    if not paths:
        raise DataError(f"The clip {name} has no frames. Copy it anew, or remove it.")
    pictures = [read_picture(paths[i]) for i in spread(len(paths), frames)]
    sizes = {picture.shape for picture in pictures}
    if len(sizes) > 1:
        raise DataError(f"The frames of {name} differ in size: {sorted(sizes)}. Cut them alike.")
    return np.stack(pictures)


def read_video(path: Path, frames: int | None = None) -> NDArray[np.uint8]:
    """``(T, H, W, 3)`` uint8 RGB; decodes twice rather than hold frames that are not wanted.

    Raises:
        DataError: as :func:`read_pixels`.
    """
    try:
        wanted = spread(_count(path), frames)
        kept = set(wanted)
        held: dict[int, NDArray[np.uint8]] = {}
        with av.open(str(path.absolute())) as container:
            for i, frame in enumerate(container.decode(video=0)):
                if i in kept:
                    held[i] = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
        return np.stack([held[i] for i in wanted])
    except (av.FFmpegError, OSError, IndexError, KeyError, ValueError) as error:
        raise DataError(
            f"{path} is not a video that can be read ({type(error).__name__}). "
            "Copy it anew from the data set, or remove it."
        ) from error


def _count(path: Path) -> int:
    with av.open(str(path.absolute())) as container:
        return sum(1 for _ in container.decode(video=0))
