"""What every chart is, and the small parts that charts are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final
from unicodedata import east_asian_width

#: Width of a chart's own coordinates; the page scales it to the column.
WIDTH: Final = 720
#: Room for names at the left and for times below.
LEFT, RIGHT, BOTTOM = 92, 12, 26
#: Size of a chart's letters, as ``svg text`` in page.css has it.
FONT: Final = 13


@dataclass(frozen=True)
class Figure:
    """A chart that can be read without seeing it.

    Attributes:
        title: of the section.
        sentence: what the chart says, in words and numbers.
        svg: the picture, '' where there is nothing to draw.
        header, rows: the table with the same content.
        note: a remark below, such as a missing legal basis.
    """

    title: str
    sentence: str
    svg: str
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    note: str = ""


def clock(time_s: float) -> str:
    """``75.4`` -> ``1:15``; hours only where there are some."""
    whole = int(time_s + 1e-6)
    hours, minutes, seconds = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def percent(share: float | None) -> str:
    """``0.256`` -> ``26 %``; a share that is not known is called so."""
    return "unknown" if share is None else f"{share * 100:.0f} %"


def svg(height: float, body: str, label: str) -> str:
    """The picture with its spoken name; colours of lines and text come from the page."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(label)}" '
        f'preserveAspectRatio="xMidYMid meet">{body}</svg>'
    )


def rect(x: float, y: float, width: float, height: float, fill: str, title: str = "") -> str:
    """A filled box with a tooltip."""
    tip = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}" '
        f'fill="{fill}">{tip}</rect>'
    )


def text(x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> str:
    """Words in the picture; long ones are cut, the table holds them whole."""
    shown = words if len(words) <= 34 else words[:33] + "…"
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">'
        f"{escape(shown)}</text>"
    )


def cut(words: str, room: float) -> str:
    """Words from outside cut to a room in the chart's coordinates; the table holds them
    whole. Nothing where not even three letters fit."""
    if sum(map(_letter_width, words)) <= room:
        return words
    room, shown = room - FONT, ""
    for letter in words:
        room -= _letter_width(letter)
        if room < 0:
            break
        shown += letter
    return shown.rstrip() + "…" if len(shown) > 2 else ""


def _letter_width(letter: str) -> float:
    """How wide a letter stands in a chart, estimated from above: fonts differ."""
    if east_asian_width(letter) in "WF":
        return FONT
    return FONT * (
        1.0 if letter in "MW%@—…" else 0.8 if letter.isupper() or letter in "mw" else 0.56
    )


def place(time_s: float, duration_s: float) -> float:
    """The x of a time."""
    span = WIDTH - LEFT - RIGHT
    return LEFT + span * min(max(time_s / max(duration_s, 1e-9), 0.0), 1.0)


#: Steps of the time axis, seconds: the ones that clocks have.
_STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


def time_axis(duration_s: float, top: float, bottom: float) -> str:
    """Ticks with clock times, and hair lines up to ``top``."""
    step = next((s for s in _STEPS if duration_s / s <= 8), 7200)
    parts = []
    for index in range(int(duration_s // step) + 1):
        x, told = place(index * step, duration_s), clock(index * step)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}" class="hair"/>')
        if x + FONT * 0.56 * len(told) / 2 > WIDTH:  # half of it would stand outside
            parts.append(text(WIDTH, bottom + 16, told, "end", "tick"))
        else:
            parts.append(text(x, bottom + 16, told, "middle", "tick"))
    return "".join(parts)


def point_bands(
    points: Sequence[tuple[str, float, float]], duration_s: float, top: float, bottom: float
) -> str:
    """Shaded bands of the lesson's knowledge points, named at the top."""
    parts = []
    for index, (title, start_s, end_s) in enumerate(points):
        x0, x1 = place(start_s, duration_s), place(end_s, duration_s)
        shade = "band-a" if index % 2 else "band-b"
        parts.append(
            f'<rect x="{x0:.1f}" y="{top}" width="{max(x1 - x0, 1):.1f}" '
            f'height="{bottom - top}" class="{shade}"><title>{escape(title)}</title></rect>'
        )
        if name := cut(title, x1 - x0 - 3):
            parts.append(text(x0 + 3, top - 4, name, "start", "tick"))
    return "".join(parts)
