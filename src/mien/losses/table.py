"""The losses beside cross-entropy, by the name that recipes use.

Each is a module with one call, ``loss(output, labels)``: a
:class:`~mien.networks.output.NetworkOutput` and labels ``(B,)`` (-1: unknown) to a
scalar. Some have parameters (centres), so their parameters go to the optimiser too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from torch import nn

from mien.errors import ModelError, choose_from
from mien.losses.affinity import Affinity
from mien.losses.affinity_printed import AffinityPrinted
from mien.losses.center import Center
from mien.losses.partition import Partition
from mien.losses.partition_printed import PartitionPrinted
from mien.losses.sparse_center import SparseCenter

#: Name -> a loss for ``(classes, features)``, features being the width of
#: ``NetworkOutput.features``.
LOSSES: Final[dict[str, Callable[[int, int], nn.Module]]] = {
    "affinity": Affinity,
    "affinity_printed": lambda classes, _: AffinityPrinted(classes),
    "partition": lambda *_: Partition(),
    "partition_printed": lambda *_: PartitionPrinted(),
    "center": Center,
    "sparse_center": SparseCenter,
}


def loss_of(name: str, classes: int, features: int) -> nn.Module:
    """A fresh loss.

    Raises:
        ModelError: no such loss; the message lists the valid ones.
    """
    if name not in LOSSES:
        raise ModelError(choose_from("Loss", name, LOSSES))
    return LOSSES[name](classes, features)
