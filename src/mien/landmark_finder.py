"""Landmarks for pictures whose owners gave none, read with the bundled face mesh.

Found once and kept in the folder of caches, because a data set takes minutes.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.concurrency import MOST_THREADS, usable_cores
from mien.datasets.cache_rows import CacheForm, print_of
from mien.datasets.crop import middle_square
from mien.datasets.pixels import read_pixels
from mien.datasets.reader import VIDEO_SUFFIXES
from mien.datasets.sample import Sample
from mien.errors import DataError
from mien.faces.detectors import Detector, open_detector
from mien.faces.mesh import MIN_PRESENCE, FaceMesh, Region, box_of_mesh, region_of_box
from mien.networks.landmark_points import COUNT, landmarks_of_mesh
from mien.whole_file import write_whole

#: Raised when the way of finding changes.
FORMAT: Final = 1
#: What decides a print besides the file: nothing.
_AS_IT_IS: Final = CacheForm(0, 3, None, False, 0, 3)
#: Pictures between two calls of the progress hook.
_AT_ONCE: Final = 256

#: A mesh found without the detector counts where it is as high as this share of the
#: square: a face of FER2013 is 0.88 of it; a smaller one is a guess (it was found half a
#: face away from the true one in a photograph).
FILLS: Final = 0.5

Points = NDArray[np.float32]
#: Called with the number of pictures looked at and of all.
Progress = Callable[[int, int], None]


class LandmarkFinder:
    """Reads the mesh of the one face of a data set's picture."""

    def __init__(self, detector: str = "blazeface") -> None:
        self._mesh = FaceMesh()
        self._detector: Detector = open_detector(detector)

    def find(self, image: NDArray[np.uint8]) -> Points | None:
        """Landmarks ``(COUNT, 2)`` in pixels of a picture ``(H, W, 3)`` RGB, or None.

        The largest face that the detector finds. It misses faces that fill the picture, as
        data sets cut them, for want of a head around: there the mesh looks at the whole.
        """
        found = self._detector.detect(image)
        if found:
            largest = max(found, key=lambda one: one.box_px[2] * one.box_px[3])
            mesh = self._settled(image, region_of_box(largest.box_px, largest.roll_deg))
            if mesh is not None:
                return landmarks_of_mesh(mesh)
        top, left, side = middle_square(*image.shape[:2])
        mesh = self._settled(image, region_of_box((left, top, side, side)))
        if mesh is None or box_of_mesh(mesh)[3] < FILLS * side:
            return None
        return landmarks_of_mesh(mesh)

    def _settled(self, image: NDArray[np.uint8], region: Region) -> Points | None:
        ((mesh, presence),) = self._mesh.settle(image, [region])
        return mesh if presence >= MIN_PRESENCE else None


def with_landmarks(
    samples: Sequence[Sample], folder: Path, progress: Progress = lambda *_: None
) -> list[Sample]:
    """The samples, stills without landmarks with those that the mesh finds; a face that it
    does not find, and a picture that cannot be read, stay without.

    Args:
        folder: of caches.

    Raises:
        OutputError: the folder cannot be written.
    """
    wanted = [i for i, s in enumerate(samples) if s.landmarks_px is None and _is_still(s)]
    if not wanted:
        return list(samples)
    chosen = [samples[i] for i in wanted]
    file = folder / f"landmarks-{_key_of(chosen)}.npy"
    points = _kept(file, len(chosen))
    if points is None:
        points = _found(chosen, progress)
        stream = io.BytesIO()
        np.save(stream, points)
        write_whole(file, stream.getvalue())
    result = list(samples)
    for i, place in zip(wanted, points, strict=True):
        if not np.isnan(place).any():
            result[i] = replace(samples[i], landmarks_px=place)
    return result


def _found(samples: Sequence[Sample], progress: Progress) -> Points:
    """``(N, COUNT, 2)``, NaN where no face was found."""
    finder = LandmarkFinder()
    points = np.full((len(samples), COUNT, 2), np.nan, np.float32)

    def look(index: int) -> None:
        try:
            found = finder.find(read_pixels(samples[index]))
        except DataError:
            return  # counted as missed where it is judged
        if found is not None:
            points[index] = found

    with ThreadPoolExecutor(min(usable_cores(), MOST_THREADS)) as threads:
        for start in range(0, len(samples), _AT_ONCE):
            rows = range(start, min(start + _AT_ONCE, len(samples)))
            list(threads.map(look, rows))
            progress(rows.stop, len(samples))
    return points


def _kept(file: Path, count: int) -> Points | None:
    """What was found before; None where there is nothing whole."""
    try:
        points = np.load(file)
    except (OSError, ValueError):
        return None
    return points if points.shape == (count, COUNT, 2) else None


def _is_still(sample: Sample) -> bool:
    source = sample.source
    if isinstance(source, np.ndarray):
        return source.ndim < 4
    return isinstance(source, Path) and source.suffix.lower() not in VIDEO_SUFFIXES


def _key_of(samples: Sequence[Sample]) -> str:
    told = [FORMAT, [[s.name, print_of(s, _AS_IT_IS)] for s in samples]]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
