"""Colours of meaning, safe for colour-blind eyes and the same in every picture and
chart. Origin: Okabe and Ito's palette ("Color Universal Design", 2008), with a
darker yellow for contempt so that it can be told from white."""

from __future__ import annotations

from typing import Final

Colour = tuple[int, int, int]

#: Hex colour of each FER+ expression.
EXPRESSION_HEX: Final = {
    "happiness": "#E69F00",
    "surprise": "#56B4E9",
    "neutral": "#8C8C8C",
    "sadness": "#0072B2",
    "fear": "#CC79A7",
    "anger": "#D55E00",
    "disgust": "#009E73",
    "contempt": "#B8A600",
}

#: Levels of engagement, steps of the accent from pale to dark.
LEVEL_HEX: Final = {
    "very low": "#C6D8E8",
    "low": "#8FB4D6",
    "high": "#4F87BB",
    "very high": "#1F5F99",
}

#: States that a network may read of one face, as :mod:`mien.report.charts.meaning` has
#: them; *neutral* is an expression too and keeps its grey.
STATE_HEX: Final = {
    "happy": "#5B93C7",
    "dedicated": "#1F5F99",
    "confused": "#8E6BB0",
    "tired": "#5E6B78",
    "bored": "#C9B79C",
}

#: Unknown is light and always hatched or dashed: never told by colour alone.
UNKNOWN_HEX: Final = "#F2F2F2"


def rgb(hex_colour: str) -> Colour:
    """``#RRGGBB`` as red, green and blue, each 0 to 255."""
    digits = hex_colour.removeprefix("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def colour_of(label: str) -> Colour:
    """Colour of what was read of a face; the light one for ``unknown`` and for none."""
    return rgb((EXPRESSION_HEX | LEVEL_HEX | STATE_HEX).get(label, UNKNOWN_HEX))
