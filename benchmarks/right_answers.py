"""Which pictures a run had right, as text in a row of results: McNemar's test of two runs
then needs neither network again."""

from __future__ import annotations

import base64

import numpy as np
from numpy.typing import NDArray


def packed(right: NDArray[np.bool_]) -> str:
    """``(N,)`` as text, one and a third bits each."""
    return base64.b64encode(np.packbits(right).tobytes()).decode()


def unpacked(text: str, pictures: int) -> NDArray[np.bool_]:
    """What :func:`packed` was given."""
    bits = np.frombuffer(base64.b64decode(text), np.uint8)
    return np.unpackbits(bits, count=pictures).astype(bool)
