"""All explanations as one picture to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from mien.explanation.panels import PANEL_PX, Panel

_GAP_PX: Final = 6
_MARGIN_PX: Final = 18
_TITLE_PX: Final = 170
_TEXT_PX: Final = 14
_SMALL_PX: Final = 12
#: Below a row of squares: a title, or a bar.
_STRIP_PX: Final = 20
_PAPER, _INK, _FAINT, _BAR = (255, 255, 255), (30, 30, 34), (110, 110, 118), (0, 114, 178)


@dataclass(frozen=True, eq=False)
class Block:
    """One picture or clip: what was said of it (lines), and its rows of squares."""

    lines: tuple[str, ...]
    rows: Sequence[Sequence[Panel]]


def draw_sheet(heading: str, note: str, blocks: Sequence[Block]) -> Image.Image:
    """Blocks one below the other, their lines at the left."""
    columns = max(len(row) for block in blocks for row in block.rows)
    wide = 2 * _MARGIN_PX + _TITLE_PX + columns * (PANEL_PX + _GAP_PX)
    heading_wide = 2 * _MARGIN_PX + round(max(map(_length, (heading, note))))
    step = PANEL_PX + _STRIP_PX + _GAP_PX
    head = _MARGIN_PX + 2 * (_TEXT_PX + 8)
    high = head + sum(len(block.rows) * step + _GAP_PX for block in blocks) + _MARGIN_PX
    sheet = Image.new("RGB", (max(wide, heading_wide), high), _PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((_MARGIN_PX, _MARGIN_PX), heading, _INK, ImageFont.load_default(_TEXT_PX + 2))
    draw.text((_MARGIN_PX, _MARGIN_PX + _TEXT_PX + 8), note, _FAINT, _font())
    top = head + _GAP_PX
    for block in blocks:
        for number, line in enumerate(block.lines):
            place = (_MARGIN_PX, top + 8 + number * (_TEXT_PX + 6))
            draw.text(place, _shortened(line), _FAINT if number else _INK, _font())
        for row in block.rows:
            _draw_row(sheet, draw, row, top)
            top += step
        top += _GAP_PX
    return sheet


def _draw_row(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, row: Sequence[Panel], top: int
) -> None:
    most = max((panel.bar for panel in row if panel.bar is not None), default=1.0)
    for column, panel in enumerate(row):
        left = _MARGIN_PX + _TITLE_PX + column * (PANEL_PX + _GAP_PX)
        sheet.paste(Image.fromarray(panel.picture), (left, top))
        below = top + PANEL_PX + 2
        draw.text((left, below), panel.title, _FAINT, ImageFont.load_default(_SMALL_PX))
        if panel.bar is not None:
            wide = round((PANEL_PX - 44) * panel.bar / max(most, 1e-9))
            draw.rectangle((left, below + 4, left + wide, below + 14), fill=_BAR)
            share = f"{panel.bar:.0%}"
            draw.text((left + wide + 4, below), share, _INK, ImageFont.load_default(_SMALL_PX))


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(_TEXT_PX - 1)


def _length(text: str) -> float:
    return float(_font().getbbox(text)[2]) * 1.15


def _shortened(text: str) -> str:
    """Cut in the middle, so that a file's number stays."""
    while len(text) > 4 and _font().getbbox(text)[2] > _TITLE_PX - 8:
        half = (len(text) - 1) // 2
        text = text[: half - 1] + "…" + text[-(half - 1) :]
    return text
