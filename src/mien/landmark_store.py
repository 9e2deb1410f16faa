"""Landmarks found before, kept by picture in one file of the folder of caches."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.networks.landmark_points import COUNT
from mien.whole_file import write_whole

#: Raised when the way of finding changes.
FORMAT: Final = 2

Points = NDArray[np.float32]


class LandmarkStore:
    """From a picture's print to its landmarks ``(COUNT, 2)`` in pixels, NaN where the mesh
    found no face. Two processes that write at once each keep a whole file; what the earlier
    one found is looked for again.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"landmarks-{FORMAT}.npz"
        self._points = _read(self._file)

    def __contains__(self, picture: int) -> bool:
        return picture in self._points

    def __getitem__(self, picture: int) -> Points:
        return self._points[picture]

    def __setitem__(self, picture: int, points: Points) -> None:
        self._points[picture] = points

    def save(self) -> None:
        """Writes the file anew.

        Raises:
            OutputError: the folder cannot be written.
        """
        stream = io.BytesIO()
        np.savez(
            stream,
            pictures=np.fromiter(self._points, np.uint64, len(self._points)),
            points=np.array(list(self._points.values()), np.float32).reshape(-1, COUNT, 2),
        )
        write_whole(self._file, stream.getvalue())


def _read(file: Path) -> dict[int, Points]:
    """What is kept; nothing where the file is not there, not whole, or of other points."""
    try:
        with np.load(file) as kept:
            pictures, points = kept["pictures"], kept["points"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    if points.shape != (len(pictures), COUNT, 2):
        return {}
    return dict(zip(pictures.tolist(), points, strict=True))
