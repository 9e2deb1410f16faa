"""Pictures that occur twice: pixel for pixel, or nearly so by a perceptual hash.

A picture of the test split that training saw as well is no test; FER2013 is known for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn

#: Side of the picture that is transformed, and of the block of low frequencies that is kept
#: (Zauner 2010, "Implementation and benchmarking of perceptual image hash functions", 3.2.1).
_TRANSFORMED_PX: Final = 32
_KEPT: Final = 8
_BITS: Final = _KEPT * _KEPT
#: Hashes at most this far apart are called near-duplicates.
NEAR_BITS: Final = 4
#: Rows of a table of distances held at once.
_ROWS_AT_ONCE: Final = 1024


def pixel_digest(pixels: NDArray[np.uint8]) -> bytes:
    """Equal for pictures of equal size and pixels, and for no others."""
    told = repr(pixels.shape).encode() + np.ascontiguousarray(pixels).tobytes()
    return hashlib.blake2b(told, digest_size=16).digest()


def perceptual_hash(pixels: NDArray[np.uint8]) -> int:
    """64 bits: which of the lowest 8 x 8 frequencies lie above their median.

    Args:
        pixels: ``(H, W, 3)`` uint8.
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    side = (_TRANSFORMED_PX, _TRANSFORMED_PX)
    # Pictures are first brought to one size, so that a smaller copy hashes alike.
    how = cv2.INTER_AREA if min(grey.shape) > _TRANSFORMED_PX else cv2.INTER_LINEAR
    small = cv2.resize(grey, side, interpolation=how).astype(np.float64)
    low = dctn(small)[:_KEPT, :_KEPT]
    bits = (low > np.median(low)).reshape(-1)
    return int.from_bytes(np.packbits(bits).tobytes())


def near_pairs(hashes: NDArray[np.uint64], bits: int = NEAR_BITS) -> NDArray[np.int64]:
    """``(M, 2)`` places ``i < j`` of all hashes at most ``bits`` apart.

    Exact and fast: two such hashes agree wholly in at least one of ``bits + 1`` parts, so
    only hashes that share a part are compared (Norouzi et al. 2012, multi-index hashing).
    Parts take every (bits + 1)-th bit: neighbouring frequencies go together in faces.
    """
    found = [np.empty((0, 2), np.int64)]
    for part in range(bits + 1):
        mask = np.uint64(sum(1 << bit for bit in range(part, _BITS, bits + 1)))
        keys = hashes & mask
        order = np.argsort(keys, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(keys[order]) != 0, True])
        for low, high in pairwise(starts):
            if high - low > 1:
                found.extend(_close(hashes, order[low:high], bits))
    pairs = np.concatenate(found)
    return np.unique(np.sort(pairs, axis=1), axis=0)


def _close(
    hashes: NDArray[np.uint64], places: NDArray[np.int64], bits: int
) -> Iterator[NDArray[np.int64]]:
    own = hashes[places]
    for start in range(0, len(places), _ROWS_AT_ONCE):
        apart = np.bitwise_count(own[start : start + _ROWS_AT_ONCE, None] ^ own[None])
        rows, columns = np.nonzero(apart <= bits)
        rows += start
        later = columns > rows
        yield np.stack([places[rows[later]], places[columns[later]]], axis=1)
