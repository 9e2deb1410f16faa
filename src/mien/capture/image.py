"""Single pictures: upright, RGB, 8 bits, whatever they were."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from mien.capture.source import MAX_PIXELS, Closing, fingerprint_of, shown_name
from mien.errors import SourceError
from mien.observations import Frame

#: Endings of pictures in a folder. A single file is told by its content where it ends
#: otherwise.
SUFFIXES: Final = frozenset(
    (
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".avif", ".bmp", ".gif"),
        *(".tif", ".tiff", ".pbm", ".pgm", ".pnm", ".ppm"),
    )
)
#: Pillow's names of the formats that are opened; others run code of little use here.
FORMATS: Final = ("JPEG", "PNG", "WEBP", "AVIF", "BMP", "GIF", "TIFF", "PPM")
#: Endings of videos that look like a picture: one JPEG behind another.
_STREAMS: Final = frozenset({".mjpg", ".mjpeg"})
#: What Pillow raises on damaged files, over its many plug-ins.
_DAMAGED: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    EOFError,
    AttributeError,
    AssertionError,
    OverflowError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
#: What shows through transparent parts: white, as on a page.
_BACKGROUND: Final = (255, 255, 255, 255)


def is_picture(path: Path) -> bool:
    """Whether a file is a picture: by its ending, or by its content where that tells nothing."""
    if path.suffix.lower() in SUFFIXES:
        return True
    if path.suffix.lower() in _STREAMS:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=FORMATS):
                return True
    except Image.DecompressionBombError:
        return True
    except _DAMAGED:
        return False


def read_image(path: Path) -> NDArray[np.uint8]:
    """The picture as ``(H, W, 3)`` uint8 RGB, upright by its EXIF tag.

    16-bit greys are brought to 8 bits, transparency lies on white, of an animation
    the first picture is taken.

    Raises:
        SourceError: missing, not a picture, damaged, or above 100 megapixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=FORMATS) as picture:
                check_size(path.name, *picture.size)
                picture.load()
                return to_rgb(ImageOps.exif_transpose(picture))
    except UnidentifiedImageError as error:
        if path.stat().st_size == 0:
            raise empty(path) from error
        raise SourceError(
            f"{path} is not a picture that can be read. Valid: {', '.join(FORMATS)}."
        ) from error
    except _DAMAGED as error:
        raise problem(path, error) from error


def check_size(name: str, width: int, height: int) -> None:
    """Raises SourceError for a picture that would take too much memory, or none."""
    if width < 1 or height < 1:
        raise SourceError(f"{name} has no pixels ({width}x{height}). Export it again.")
    if width * height > MAX_PIXELS:
        raise SourceError(
            f"{name} has {width}x{height} pixels; at most {MAX_PIXELS // 1_000_000} "
            "megapixels are read. Make it smaller first."
        )


def empty(path: Path) -> SourceError:
    """The one-line error for a file without a byte."""
    return SourceError(f"{path} is empty. Export or copy it again.")


def problem(path: Path, error: BaseException) -> SourceError:
    """The one-line error for what went wrong with a file."""
    if isinstance(error, FileNotFoundError):
        return SourceError(f"There is no file {path}. Check the path.")
    if isinstance(error, PermissionError):
        return SourceError(f"No permission to read {path}. Change its rights, or copy it.")
    if isinstance(error, MemoryError | Image.DecompressionBombError):
        return SourceError(
            f"{path.name} needs too much memory; at most {MAX_PIXELS // 1_000_000} "
            "megapixels are read. Make it smaller first."
        )
    if isinstance(error, OSError) and error.errno is not None:
        return SourceError(f"Cannot read {path}: {error.strerror}. Check the path.")
    return SourceError(f"{path} is damaged: {_first_line(error)}. Export or copy it again.")


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:120].rstrip(".")


def to_rgb(picture: Image.Image) -> NDArray[np.uint8]:
    """Any mode to 8-bit RGB; values of 16-bit pictures are divided by 257, of
    others with wider ranges (32-bit integers, floats) stretched to the full range."""
    if picture.mode.startswith("I;16"):
        grey = (np.asarray(picture).astype(np.float32) / 257).round().astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
    if picture.mode in ("I", "F"):
        wide = np.nan_to_num(np.asarray(picture).astype(np.float64))
        # PNGs of 16 bits come as "I" from older files: their range is known.
        low, high = (0.0, 65535.0) if picture.mode == "I" else (wide.min(), wide.max())
        scaled = (wide - low) / max(high - low, 1e-9)
        grey = (scaled.clip(0, 1) * 255).round().astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", layer.size, _BACKGROUND), layer)
    return np.ascontiguousarray(np.asarray(picture.convert("RGB")))


class ImageSource(Closing):
    """One picture as a source of one frame at 0 s."""

    duration_s: float | None = 0.0
    undecodable = 0

    def __init__(self, path: Path) -> None:
        self._image = read_image(path)
        self.name = shown_name(path)
        self.fingerprint = fingerprint_of(path)

    def __iter__(self) -> Iterator[Frame]:
        yield Frame(self._image, 0.0, 0, self.name)
