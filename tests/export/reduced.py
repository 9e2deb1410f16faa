"""Reduced networks of every system, untrained, as checkpoints."""

from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from contracts.test_systems import REDUCED, built, stirred  # noqa: E402
from mien.labels import FER2013  # noqa: E402
from mien.networks.checkpoint import TrainedNetwork  # noqa: E402
from mien.networks.table import SYSTEMS  # noqa: E402


def trained(name: str, **facts: object) -> TrainedNetwork:
    reduced = REDUCED[name]
    shape = replace(SYSTEMS[name].input, side_px=reduced.side_px, frames=reduced.frames)
    weights = stirred(built(name)).eval().state_dict()
    return TrainedNetwork(name, reduced.switches, FER2013, shape, weights, 1.5, facts)


def saved(network: TrainedNetwork, folder: Path) -> Path:
    file = folder / "best.ckpt"
    file.write_bytes(network.to_bytes())
    return file
