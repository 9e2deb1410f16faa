"""Landmarks for pictures whose owners gave none, read with the bundled face mesh.

Found once and kept in the folder of caches, because a data set takes minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.concurrency import MOST_THREADS, usable_cores
from mien.datasets.cache_rows import picture_print
from mien.datasets.crop import middle_square
from mien.datasets.pixels import read_pixels
from mien.datasets.reader import VIDEO_SUFFIXES
from mien.datasets.sample import Sample
from mien.errors import DataError
from mien.faces.detectors import Detector, open_detector
from mien.faces.mesh import MIN_PRESENCE, FaceMesh, Region, box_of_mesh, region_of_box
from mien.landmark_store import LandmarkStore, Points
from mien.networks.landmark_points import COUNT, landmarks_of_mesh

#: Pictures between two calls of the progress hook.
_AT_ONCE: Final = 256
#: Pictures between two writings of the store: half a minute's work, the most that an
#: interruption loses.
_KEPT_AFTER: Final = 16 * _AT_ONCE

#: A mesh found without the detector counts where it is as high as this share of the
#: square: a face of FER2013 is 0.88 of it; a smaller one is a guess (it was found half a
#: face away from the true one in a photograph).
FILLS: Final = 0.5

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
    wanted = {i: picture_print(s) for i, s in enumerate(samples) if _lacks(s)}
    if not wanted:
        return list(samples)
    store = LandmarkStore(folder)
    unseen = {picture: samples[i] for i, picture in wanted.items() if picture not in store}
    _find(unseen, store, progress)
    result = list(samples)
    for i, picture in wanted.items():
        if not np.isnan(store[picture]).any():
            result[i] = replace(samples[i], landmarks_px=store[picture])
    return result


def _find(unseen: Mapping[int, Sample], store: LandmarkStore, progress: Progress) -> None:
    """Looks at pictures and keeps what is found, now and then and at the end."""
    if not unseen:
        return
    finder = LandmarkFinder()

    def look(sample: Sample) -> Points:
        try:
            found = finder.find(read_pixels(sample))
        except DataError:
            found = None  # counted as missed where it is judged
        return np.full((COUNT, 2), np.nan, np.float32) if found is None else found

    pictures = list(unseen)
    with ThreadPoolExecutor(min(usable_cores(), MOST_THREADS)) as threads:
        for start in range(0, len(pictures), _AT_ONCE):
            now = pictures[start : start + _AT_ONCE]
            found = threads.map(look, [unseen[p] for p in now])
            for picture, points in zip(now, found, strict=True):
                store[picture] = points
            progress(start + len(now), len(pictures))
            if (start + _AT_ONCE) % _KEPT_AFTER == 0:
                store.save()
    store.save()


def _lacks(sample: Sample) -> bool:
    """Whether landmarks are wanted of it: a still without any."""
    return sample.landmarks_px is None and _is_still(sample)


def _is_still(sample: Sample) -> bool:
    source = sample.source
    if isinstance(source, np.ndarray):
        return source.ndim < 4
    return isinstance(source, Path) and source.suffix.lower() not in VIDEO_SUFFIXES
