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


#: Ends of every distance: both eyes' p2-p6, p3-p5, p1-p4, the lips' gaps, the mouth's corners.
_ENDS: Final = np.array(
    [
        *(pair for p1, p2, p3, p4, p5, p6 in EYES for pair in ((p2, p6), (p3, p5), (p1, p4))),
        *MOUTH_PAIRS,
        MOUTH_CORNERS,
    ]
).T


def openness(mesh: NDArray[np.float32]) -> tuple[float, float]:
    """Of the eyes and of the mouth, from a mesh ``(468, 3)``.

    Eyes: aspect ratio (|p2-p6| + |p3-p5|) / (2 |p1-p4|), Soukupova and Cech 2016, eq. 1,
    mean of both; about 0.3 open, below 0.2 closed. Mouth: mean lip gap over mouth width; 0
    closed, above 0.6 a yawn.
    """
    # z too: a turned head shortens widths in x, y only.
    steps = mesh[_ENDS[0]] - mesh[_ENDS[1]]
    upper, lower, width, *others = np.sqrt((steps * steps).sum(1)).tolist()
    ratios = [(upper + lower) / max(2 * width, 1e-6)]
    upper, lower, width, *others = others
    ratios.append((upper + lower) / max(2 * width, 1e-6))
    *gaps, width = others
    return sum(ratios) / 2, sum(gaps) / len(gaps) / max(width, 1e-6)


def perclos(openness: Sequence[float | None], closed_below: float = CLOSED_EYE) -> float | None:
    """Share of the readings with closed eyes (Wierwille et al. 1994); unread ones
    (None) do not count. None where nothing was read."""
    known = [value for value in openness if value is not None]
    if not known:
        return None
    return sum(value < closed_below for value in known) / len(known)
