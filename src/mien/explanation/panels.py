"""The squares of a sheet: a face, and maps laid over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from matplotlib import colormaps
from numpy.typing import NDArray

from mien.explanation.maps import Explanation, Map

#: Side of a square on the sheet.
PANEL_PX: Final = 112
#: Frames of a clip that are shown.
FRAMES: Final = 8
#: Share of the map's colour over the grey face: both stay visible.
_OPACITY: Final = 0.55
#: Even steps of brightness, readable for the colour-blind and in grey print.
_COLOURS: Final = "inferno"

Picture = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Panel:
    """Attributes:
    title: below the square; '' for none.
    picture: ``(PANEL_PX, PANEL_PX, 3)`` RGB.
    bar: drawn below instead, as high as this share of the largest.
    """

    title: str
    picture: Picture
    bar: float | None = None


def still_panels(face: Picture, found: Explanation) -> list[list[Panel]]:
    """One row: the face ``(S, S, 3)``, then each map over it."""
    base = _enlarged(face)
    return [[Panel("face", base), *(Panel(t, laid_over(base, m)) for t, m in found.maps.items())]]


def clip_panels(frames: Picture, found: Explanation) -> list[list[Panel]]:
    """Rows of :data:`FRAMES` squares over time: the frames ``(T, S, S, 3)`` with the share
    of attention to their time, then each map over them."""
    shown = np.linspace(0, len(frames) - 1, min(FRAMES, len(frames))).round().astype(int)
    bases = [_enlarged(frames[i]) for i in shown]
    places = (shown + 0.5) / len(frames)
    bars = [None] * len(bases) if not len(found.time) else [_at(found.time, p) for p in places]
    rows = [[Panel("", base, bar) for base, bar in zip(bases, bars, strict=True)]]
    for title, values in found.maps.items():
        most = float(values.max())
        row = [
            Panel(title if i == 0 else "", laid_over(base, values[_span(values, p)], most))
            for i, (base, p) in enumerate(zip(bases, places, strict=True))
        ]
        rows.append(row)
    return rows


def laid_over(face: Picture, values: Map, most: float | None = None) -> Picture:
    """A map of any size over a grey copy of the face; ``most`` is drawn brightest, by
    default the map's own largest value. Cells are not blended: their true size is seen."""
    side = face.shape[0]
    top = float(values.max()) if most is None else most
    low = float(values.min()) if most is None else 0.0
    scaled = (values - low) / max(top - low, 1e-9)
    large = cv2.resize(scaled, (side, side), interpolation=cv2.INTER_NEAREST)
    colour = colormaps[_COLOURS](np.clip(large, 0, 1))[..., :3] * 255
    grey = cv2.cvtColor(cv2.cvtColor(face, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    mixed = _OPACITY * colour + (1 - _OPACITY) * grey
    return np.asarray(mixed.round(), np.uint8)


def _enlarged(face: Picture) -> Picture:
    how = cv2.INTER_AREA if face.shape[0] > PANEL_PX else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(face, (PANEL_PX, PANEL_PX), interpolation=how), np.uint8)


def _span(values: Map, place: float) -> int:
    return min(int(place * len(values)), len(values) - 1)


def _at(time: NDArray[np.float64], place: float) -> float:
    return float(time[min(int(place * len(time)), len(time) - 1)])
