"""Counts against arithmetic by hand; those of the systems are in tests/contracts."""

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from mien.network_input import NetworkInput  # noqa: E402
from mien.networks.complexity import Complexity, complexity_of, system_complexity  # noqa: E402
from mien.networks.table import SYSTEMS  # noqa: E402


class TwoLayers(nn.Module):
    """3x3 convolution 3 -> 2 on 8x8, then a linear layer 2 -> 5; batch norm costs nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 2, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(2)
        self.linear = nn.Linear(2, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.linear(self.norm(self.conv(x)).mean((2, 3)))


@pytest.mark.parametrize("place", ["cpu", "meta"])
def test_by_hand(place: str) -> None:
    with torch.device(place):
        network = TwoLayers()
    expected = Complexity(3 * 2 * 9 + 4 + 2 * 5 + 5, 8 * 8 * 3 * 2 * 9 + 2 * 5)
    assert complexity_of(network, NetworkInput(8)) == expected


def test_resnet50_has_its_published_cost() -> None:
    """He et al. print 3.8e9 for the form with stride on the 1x1 convolution; torchvision's
    table gives 4.09e9 for this one."""
    size = system_complexity(
        SYSTEMS["cbam-resnet50"], switches={"cbam": False, "average_shortcut": False}
    )
    assert size.multiply_adds == pytest.approx(4.09e9, rel=0.002)
