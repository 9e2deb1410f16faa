"""Normalisation of light: the same face in sun and shade made more alike.

HAFNet names both forms here as its preprocessing (histogram equalisation; DCT-based
optional). A network trained with one must be given it ever after, in use as in training.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.fft import dctn, idctn
from torch import Tensor
from torchvision.transforms.v2 import functional as F

from mien.network_input import LUMA

#: Coefficients removed, of the 18 to 25 that Chen et al. (2006, section III) found best.
DISCARDED: Final = 20
#: Where the mean of the log picture is put: the middle of 0 to 255.
MIDDLE_GREY: Final = 128.0


def histogram_equalised(image: Tensor) -> Tensor:
    """Every grey level about equally often; hues stay.

    The change of luma is added to all channels, which is what equalising Y of YCbCr does.

    Args:
        image: ``(..., C, H, W)`` uint8, C = 1 or 3.
    """
    luma = _luma(image)
    change = F.equalize(luma).to(torch.int16) - luma.to(torch.int16)
    evened: Tensor = (image.to(torch.int16) + change).clamp(0, 255).to(torch.uint8)
    return evened


def dct_normalised(image: Tensor, discarded: int = DISCARDED) -> Tensor:
    """Slow changes of light over the picture removed.

    W. Chen, M. J. Er, S. Wu, "Illumination compensation and normalization for robust face
    recognition using discrete cosine transform in logarithm domain", IEEE Trans. SMC-B 36
    (2006): light multiplies a picture, so it adds to its logarithm, where it lies in the
    lowest coefficients. The first ``discarded`` in zig-zag order become 0, the mean a
    middle grey. They use the logarithm itself as the picture; here it is taken back, and
    the gain in luma multiplies all channels.

    Args:
        image: ``(..., C, H, W)`` uint8, C = 1 or 3.
        discarded: coefficients set to 0, the mean not counted.
    """
    luma = _luma(image).numpy()
    log = np.log1p(luma.astype(np.float64))
    height, width = log.shape[-2:]
    spectrum = dctn(log, axes=(-2, -1), norm="ortho")
    rows, columns = _lowest(height, width, discarded)
    spectrum[..., rows, columns] = 0
    spectrum[..., 0, 0] = np.log1p(MIDDLE_GREY) * np.sqrt(height * width)
    evened = np.expm1(idctn(spectrum, axes=(-2, -1), norm="ortho"))
    gain = torch.from_numpy((evened + 1) / (luma + 1.0))
    return ((image.double() + 1) * gain - 1).round().clamp(0, 255).to(torch.uint8)


def _luma(image: Tensor) -> Tensor:
    """Rec. 601, rounded: torchvision's truncates, which darkens grey by a level."""
    if image.shape[-3] == 1:
        return image
    weights = torch.tensor(LUMA, dtype=torch.float64).view(3, 1, 1)
    return (image * weights).sum(-3, keepdim=True).round().to(torch.uint8)


@lru_cache(maxsize=8)
def _lowest(height: int, width: int, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of the first ``count`` coefficients after the mean, zig-zag."""
    reach = min(count + 1, height), min(count + 1, width)
    order = sorted(
        ((r, c) for r in range(reach[0]) for c in range(reach[1])),
        key=lambda rc: (sum(rc), rc[0] if sum(rc) % 2 else rc[1]),
    )[1 : count + 1]
    rows, columns = np.array(order, np.int64).reshape(-1, 2).T
    return rows, columns


#: By the name that recipes use.
ILLUMINATION: Mapping[str, Callable[[Tensor], Tensor]] = {
    "none": lambda image: image,
    "histogram": histogram_equalised,
    "dct": dct_normalised,
}
