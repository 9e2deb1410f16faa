"""Text on pictures: Pillow's built-in font, because OpenCV's has no degree sign."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mien.report.palette import Colour

#: Height of a line in sizes of the font: room for the descenders.
LINE_HEIGHT: Final = 1.25
#: Below this size the font's advance, rounded to pixels, swallows the spaces (seen).
SMALL_PX: Final = 24


@lru_cache(maxsize=32)
def _font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size_px)


def text_width_px(text: str, size_px: int) -> int:
    """Width of one line of text in pixels."""
    finer = _finer(size_px)
    return int(np.ceil(_font(size_px * finer).getbbox(text)[2] / finer)) if text else 0


def line_height_px(size_px: int) -> int:
    """Distance from one line to the next in pixels."""
    return round(size_px * LINE_HEIGHT)


def _finer(size_px: int) -> int:
    """Small letters are drawn larger and shrunk: on whole pixels words run together."""
    return 4 if size_px < SMALL_PX else 1


@lru_cache(maxsize=1024)
def _coverage(text: str, size_px: int) -> NDArray[np.uint8]:
    finer = _finer(size_px)
    size = text_width_px(text, size_px) + 1, line_height_px(size_px)
    canvas = Image.new("L", (size[0] * finer, size[1] * finer), 0)
    ImageDraw.Draw(canvas).text((0, 0), text, fill=255, font=_font(size_px * finer))
    return np.asarray(canvas.resize(size, Image.Resampling.BOX))


def write_text(
    image: NDArray[np.uint8],
    text: str,
    corner_px: tuple[int, int],
    size_px: int,
    colour: Colour,
) -> None:
    """Writes one line into ``image`` in place; what lies outside of it is cut off.

    Args:
        image: ``(H, W, 3)`` uint8, RGB.
        corner_px: x and y of the upper left corner.
    """
    if not text:
        return
    mask = _coverage(text, size_px)
    x, y = corner_px
    left, top = max(0, -x), max(0, -y)
    right = min(mask.shape[1], image.shape[1] - x)
    bottom = min(mask.shape[0], image.shape[0] - y)
    if right <= left or bottom <= top:
        return
    share = mask[top:bottom, left:right, None].astype(np.float32) / 255
    under = image[y + top : y + bottom, x + left : x + right]
    under[:] = np.rint(under * (1 - share) + np.array(colour, np.float32) * share)


def shorten(text: str, size_px: int, width_px: int) -> str:
    """The text, cut with an ellipsis where it is wider than that."""
    if text_width_px(text, size_px) <= width_px:
        return text
    while text and text_width_px(text + "…", size_px) > width_px:
        text = text[:-1]
    return text + "…"
