"""Contrast of the design tokens after WCAG 2.2: 4.5 to 1 for text (1.4.3), 3 to 1 for
what must be seen in a chart (1.4.11), in light and in dark."""

import re
from importlib.resources import files

import pytest

from mien.report.charts.heat import STRONGEST

CSS = files("mien.report").joinpath("design-tokens.css").read_text(encoding="utf-8")
PAIRS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", CSS)
}
SCHEMES = pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])


def channels(colour: str) -> list[float]:
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def luminance(rgb: list[float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[float], other: list[float]) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_the_known_21() -> None:
    assert contrast([0, 0, 0], [1, 1, 1]) == pytest.approx(21.0)


@SCHEMES
@pytest.mark.parametrize("ink", ["ink", "quiet", "accent"])
@pytest.mark.parametrize("ground", ["ground", "surface", "tint"])
def test_text(ink: str, ground: str, scheme: int) -> None:
    assert contrast(channels(PAIRS[ink][scheme]), channels(PAIRS[ground][scheme])) >= 4.5


@SCHEMES
def test_lines_of_charts(scheme: int) -> None:
    surface = channels(PAIRS["surface"][scheme])
    page = files("mien.report").joinpath("page.css").read_text(encoding="utf-8")
    (second,) = re.findall(r"\.line-b \{ fill: none; stroke: ([^;]+);", page)
    colours = [PAIRS["accent"][scheme], PAIRS["unknown-line"][scheme]]
    names = re.findall(r"var\(--([\w-]+)\)", second)
    colours.append(PAIRS[names[0]][scheme] if names else second)
    for colour in colours:
        assert contrast(channels(colour), surface) >= 3, colour


@SCHEMES
def test_ink_on_the_strongest_cell_of_the_heat_map(scheme: int) -> None:
    accent, surface = (channels(PAIRS[n][scheme]) for n in ("accent", "surface"))
    cell = [STRONGEST * a + (1 - STRONGEST) * s for a, s in zip(accent, surface, strict=True)]
    assert contrast(channels(PAIRS["ink"][scheme]), cell) >= 4.5
