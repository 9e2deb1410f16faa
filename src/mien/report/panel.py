"""The panel beside a face: who, what was read, how sure, and one bar an expression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.labels import READABLE, UNKNOWN
from mien.observations import Expression, HeadPose, Quality
from mien.report.lettering import line_height_px, text_width_px, write_text
from mien.report.palette import UNKNOWN_HEX, Colour, colour_of, rgb

#: Dark under the text, so that white on it keeps a contrast of at least 4.5 (WCAG AA)
#: on any picture: white letters on 25 % of a white picture are at 10.
GROUND: Final[Colour] = (16, 18, 22)
GROUND_SHARE: Final = 0.75
INK: Final = rgb(UNKNOWN_HEX)
#: Length of a full bar in sizes of the font.
BAR_LENGTH: Final = 5.0
PERCENT: Final = "100 %"


@dataclass(frozen=True)
class Panel:
    """What a panel says.

    Attributes:
        lines: of text, top to bottom.
        bars: expression and its probability; none where nothing was computed.
        label: of the expression, which gives the colour; '' where none was read.
        size_px: of the font.
    """

    lines: tuple[str, ...]
    bars: tuple[tuple[str, float], ...]
    label: str
    font_px: int

    @property
    def pad_px(self) -> int:
        return max(2, self.font_px // 3)

    @property
    def columns_px(self) -> tuple[int, int, int]:
        """Widths of names, bars and percentages."""
        if not self.bars:
            return 0, 0, 0
        names = max(text_width_px(name, self.font_px) for name, _ in self.bars)
        return (
            names + self.pad_px,
            round(BAR_LENGTH * self.font_px),
            text_width_px(PERCENT, self.font_px) + self.pad_px,
        )

    @property
    def size_px(self) -> tuple[int, int]:
        widest = max((text_width_px(line, self.font_px) for line in self.lines), default=0)
        rows = len(self.lines) + len(self.bars)
        width = max(widest, sum(self.columns_px)) + 2 * self.pad_px + 1
        return width, rows * line_height_px(self.font_px) + 2 * self.pad_px


def headline(expression: Expression | None, quality: Quality | None) -> str:
    """What was read, in words: ``happiness 83 %``, ``unknown (unsure)``."""
    if expression is None:
        return f"hard to see ({quality.reason})" if quality and quality.reason else ""
    if expression.is_unknown:
        return f"{UNKNOWN} ({expression.reason})" if expression.reason else UNKNOWN
    return f"{expression.label} {expression.confidence:.0%}".replace("%", " %")


def pose_line(pose: HeadPose | None) -> str:
    """The head's angles in words."""
    if pose is None:
        return ""
    return f"yaw {pose.yaw_deg:+.0f}° pitch {pose.pitch_deg:+.0f}° roll {pose.roll_deg:+.0f}°"


def bars_of(expression: Expression | None, most: int) -> tuple[tuple[str, float], ...]:
    """Up to ``most`` bars: all in FER+'s order, or the likeliest few, likeliest first."""
    if expression is None or not expression.probabilities or most < 1:
        return ()
    names: Sequence[str] = [n for n in READABLE if n in expression.probabilities]
    shares = expression.probabilities
    if most < len(names):
        names = sorted(names, key=lambda n: -shares[n])[:most]
    return tuple((name, shares[name]) for name in names)


def draw_panel(image: NDArray[np.uint8], panel: Panel, corner_px: tuple[int, int]) -> None:
    """Draws a panel into ``image`` in place, its upper left corner there."""
    (x, y), (width, height) = corner_px, panel.size_px
    under = image[y : y + height, x : x + width]
    ground = np.array(GROUND, np.float32)
    under[:] = np.rint(under * (1 - GROUND_SHARE) + ground * GROUND_SHARE)
    edge = max(1, panel.font_px // 8)
    colour = colour_of(panel.label)
    cv2.rectangle(image, (x, y), (x + edge, min(y + height, image.shape[0]) - 1), colour, -1)
    left, top = x + panel.pad_px + edge, y + panel.pad_px
    for line in panel.lines:
        write_text(image, line, (left, top), panel.font_px, INK)
        top += line_height_px(panel.font_px)
    for name, share in panel.bars:
        _draw_bar(image, panel, name, share, (left, top))
        top += line_height_px(panel.font_px)


def _draw_bar(
    image: NDArray[np.uint8], panel: Panel, name: str, share: float, corner_px: tuple[int, int]
) -> None:
    (x, y), (names, bars, _) = corner_px, panel.columns_px
    write_text(image, name, (x, y), panel.font_px, INK)
    inset = max(1, panel.font_px // 6)
    top, bottom = y + inset, y + panel.font_px + inset
    left, right = x + names, x + names + bars
    thin = max(1, panel.font_px // 14)
    cv2.rectangle(image, (left, top), (right, bottom), (92, 96, 102), thin)
    end = left + max(1, round(bars * share))
    # Hollow where the whole was unknown: the shares are known, the answer is not.
    filled = -1 if panel.label != UNKNOWN else thin
    cv2.rectangle(image, (left, top), (end, bottom), colour_of(name), filled)
    percent = f"{share:.0%}".replace("%", " %")
    write_text(image, percent, (right + panel.pad_px, y), panel.font_px, INK)
