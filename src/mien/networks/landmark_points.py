"""Which points of a face guide the landmark CNN's attention, and how to read them.

Table 1 of R. Khalid et al. 2025 (10.59461/ijdiic.v4i2.166) numbers the points as iBUG's
68-point scheme does, from 1, and adds the eye centres as 63 and 64. Its jaw (1-7, 9,
11-17) is left out: the attention is to prefer brows, eyes, nose and mouth. Its nose tip
is primary, so 31 is not counted again among the nose's contour.

The face mesh of this package has 468 points, iBUG's scheme 68; each landmark here is the
mean of one or more of them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Name -> mesh points. Left and right are the picture's, as in the paper's table.
PRIMARY: Final[dict[str, tuple[int, ...]]] = {
    "left brow, outer": (70,),
    "left brow, inner": (107,),
    "right brow, inner": (336,),
    "right brow, outer": (300,),
    "left eye, outer": (33,),
    "left eye, inner": (133,),
    "right eye, inner": (362,),
    "right eye, outer": (263,),
    "nose tip": (4,),
    "left mouth corner": (61,),
    "right mouth corner": (291,),
}
#: As PRIMARY; the numbers in the names are the paper's.
SECONDARY: Final[dict[str, tuple[int, ...]]] = {
    "left eye centre 63": (33, 133, 159, 145),
    "right eye centre 64": (362, 263, 386, 374),
    "left brow 19": (63,),
    "left brow 20": (105,),
    "left brow 21": (66,),
    "right brow 24": (296,),
    "right brow 25": (334,),
    "right brow 26": (293,),
    "nose bridge 28": (168,),
    "nose bridge 29": (197,),
    "nose bridge 30": (5,),
    "left nostril 32": (98,),
    "right nostril 36": (327,),
    "upper lip 50": (39,),
    "upper lip 51": (37,),
    "upper lip 52": (0,),
    "upper lip 53": (267,),
    "upper lip 54": (269,),
    "lower lip 56": (405,),
    "lower lip 57": (314,),
    "lower lip 58": (17,),
    "lower lip 59": (84,),
    "lower lip 60": (181,),
}
#: The same names in iBUG's 68-point scheme (Sagonas et al. 2016, "300 Faces In-The-Wild
#: Challenge: database and results"), numbered from 1 as in the paper's table; an eye's
#: centre is the mean of its contour.
IBUG: Final[dict[str, tuple[int, ...]]] = {
    "left brow, outer": (18,),
    "left brow, inner": (22,),
    "right brow, inner": (23,),
    "right brow, outer": (27,),
    "left eye, outer": (37,),
    "left eye, inner": (40,),
    "right eye, inner": (43,),
    "right eye, outer": (46,),
    "nose tip": (31,),
    "left mouth corner": (49,),
    "right mouth corner": (55,),
    "left eye centre 63": (37, 38, 39, 40, 41, 42),
    "right eye centre 64": (43, 44, 45, 46, 47, 48),
    # The paper's own numbers for all others.
    **{name: (int(name.split()[-1]),) for name in SECONDARY if "centre" not in name},
}
#: Of all landmarks, the primary ones first.
COUNT: Final = len(PRIMARY) + len(SECONDARY)
#: Written for a landmark that is not known; it guides nothing.
UNKNOWN: Final = -1.0


def landmarks_of_mesh(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Landmarks ``(COUNT, 2)`` of a mesh ``(468, 2 or 3)``, in the mesh's own unit.

    Networks want them in [0, 1] of the crop, and :data:`UNKNOWN` where there is no mesh.
    """
    return _means(points, [*PRIMARY.values(), *SECONDARY.values()])


def landmarks_of_ibug(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Landmarks ``(COUNT, 2)`` of iBUG's ``(68, 2)``, in the same unit."""
    return _means(points, [tuple(n - 1 for n in IBUG[name]) for name in (*PRIMARY, *SECONDARY)])


def _means(points: NDArray[np.float32], groups: list[tuple[int, ...]]) -> NDArray[np.float32]:
    return np.stack([points[list(group), :2].mean(0) for group in groups]).astype(np.float32)


#: How to read the landmarks from as many points as data sets and the mesh give.
READ_FROM: Final = {68: landmarks_of_ibug, 468: landmarks_of_mesh}
