"""The course of a training: one table over all stages, and its picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mien.whole_file import write_whole

#: Figure of the log and its line: colour and dash, so that colour is not all.
LINES: Final = {
    "ferplus_accuracy": ("#1f5f99", ""),
    "ferplus_uar": ("#d98a00", "7 4"),
    "fer2013_accuracy": ("#009e73", "2 3"),
}
WIDTH, HEIGHT, LEFT, TOP = 640, 300, 48, 30


def read_stages(logs: Sequence[Path]) -> list[dict[str, str]]:
    """Rows of all logs in order, each with the name of its stage."""
    rows = []
    for log in logs:
        with log.open(newline="") as file:
            rows += [{"stage": log.parent.name, **row} for row in csv.DictReader(file)]
    return rows


def write_curve(logs: Sequence[Path], table: Path, picture: Path) -> None:
    """Writes the table and the picture of the validation figures by epoch."""
    rows = read_stages(logs)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(table, text.getvalue().encode())
    write_whole(picture, curve_svg(rows).encode())


def curve_svg(rows: Sequence[dict[str, str]]) -> str:
    """Figures from 30 to 100 % over epochs, a line each, stages parted by a rule."""
    span = max(1, len(rows) - 1)

    def x(index: int) -> float:
        return LEFT + index / span * (WIDTH - LEFT - 150)

    def y(value: float) -> float:
        return TOP + (1 - max(value - 0.3, 0) / 0.7) * HEIGHT

    parts = [f'<rect width="{WIDTH}" height="{HEIGHT + 70}" fill="#fff"/>']
    for tick in (0.3, 0.5, 0.7, 0.9):
        parts.append(f'<path d="M{LEFT} {y(tick):.0f}H{WIDTH - 150}" stroke="#ddd"/>')
        parts.append(f'<text x="8" y="{y(tick) + 4:.0f}">{tick:.0%}</text>')
    for index in range(1, len(rows)):
        if rows[index]["stage"] != rows[index - 1]["stage"]:
            parts.append(f'<path d="M{x(index):.0f} {TOP}V{TOP + HEIGHT}" stroke="#888"/>')
    for line, (name, (colour, dash)) in enumerate(LINES.items()):
        path = "L".join(f"{x(i):.1f} {y(float(r[name])):.1f}" for i, r in enumerate(rows))
        style = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'
        parts.append(f'<path d="M{path}" fill="none" {style}/>')
        at = TOP + 20 + line * 22
        parts.append(f'<path d="M{WIDTH - 140} {at}h24" {style}/>')
        parts.append(f'<text x="{WIDTH - 110}" y="{at + 4}">{name}</text>')
    parts.append(f'<text x="{LEFT}" y="{HEIGHT + 55}">{len(rows)} epochs; PublicTest</text>')
    body = "".join(parts)
    size = f'viewBox="0 0 {WIDTH} {HEIGHT + 70}" font-family="sans-serif" font-size="11"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}</svg>\n'
