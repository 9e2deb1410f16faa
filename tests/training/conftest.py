from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture
def stub() -> Iterator[None]:
    """The tiny system and data set, and one thread for their trainings."""
    import torch

    from mien.datasets.table import READERS
    from mien.networks.table import SYSTEMS
    from training import stub_system

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    stub_system.register()
    yield
    torch.set_num_threads(threads)
    SYSTEMS.pop("stub")
    READERS.pop("stub")
