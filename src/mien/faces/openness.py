"""How far the eyes and the mouth are open, and PERCLOS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: p1 to p6 of the eye aspect ratio, mesh indices, person's right and left eye.
EYES: Final = ((33, 160, 158, 133, 153, 144), (362, 385, 387, 263, 373, 380))
#: Inner lips: left and right corner, then three (upper, lower) pairs.
MOUTH_CORNERS: Final = (78, 308)
MOUTH_PAIRS: Final = ((81, 178), (13, 14), (311, 402))
#: An eye counts as closed below this aspect ratio where a person's own open eyes
#: are not known yet (Soukupova and Cech 2016 use 0.2).
CLOSED_EYE: Final = 0.2


def _distance(mesh: NDArray[np.float32], a: int, b: int) -> float:
    # z too: a turned head shortens widths in x, y only.
    return float(np.linalg.norm(mesh[a] - mesh[b]))


def eye_openness(mesh: NDArray[np.float32]) -> float:
    """Eye aspect ratio (|p2-p6| + |p3-p5|) / (2 |p1-p4|), Soukupova and Cech 2016,
    eq. 1, mean of both eyes; about 0.3 open, below 0.2 closed."""
    ratios = []
    for p1, p2, p3, p4, p5, p6 in EYES:
        lids = _distance(mesh, p2, p6) + _distance(mesh, p3, p5)
        ratios.append(lids / max(2 * _distance(mesh, p1, p4), 1e-6))
    return sum(ratios) / len(ratios)


def mouth_openness(mesh: NDArray[np.float32]) -> float:
    """Mouth aspect ratio: mean lip gap over mouth width; 0 closed, above 0.6 a yawn."""
    gap = sum(_distance(mesh, a, b) for a, b in MOUTH_PAIRS) / len(MOUTH_PAIRS)
    return gap / max(_distance(mesh, *MOUTH_CORNERS), 1e-6)


def perclos(openness: Sequence[float | None], closed_below: float = CLOSED_EYE) -> float | None:
    """Share of the readings with closed eyes (Wierwille et al. 1994); unread ones
    (None) do not count. None where nothing was read."""
    known = [value for value in openness if value is not None]
    if not known:
        return None
    return sum(value < closed_below for value in known) / len(known)
