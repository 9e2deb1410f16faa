"""Where each published network looks, and Grad-CAM against values worked by hand."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

from contracts.test_systems import REDUCED, built, inputs, stirred  # noqa: E402
from mien.explanation.maps import explain_one, grad_cam  # noqa: E402
from mien.networks.output import NetworkOutput  # noqa: E402
from mien.networks.table import SYSTEMS, System  # noqa: E402

torch.set_num_threads(1)

#: What each sheet must show beside Grad-CAM.
SHOWN = {
    "hafnet": ["Grad-CAM of X", "head 1", "head 2", "head 3", "head 4"],
    "cbam-resnet50": ["Grad-CAM of stage 4", *(f"spatial map {i}" for i in range(1, 5))],
    "sfer-mdfae": [
        *("Grad-CAM of L4", "Grad-CAM of KROA", "KROA's output", "regions chosen"),
        *(f"MDPFA L{i}" for i in range(1, 5)),
    ],
    "landmark-cnn": ["Grad-CAM", "attention"],
    "r2plus1d-attention": ["Grad-CAM of f", "attention to places"],
}


class TwoChannels(nn.Module):
    """Logits are plain weighted means of the channels of a fixed map."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Identity()
        self.weight = nn.Parameter(torch.tensor([[1.0, -1.0], [-2.0, 4.0]]))

    def forward(self, x: Tensor) -> NetworkOutput:
        return NetworkOutput(self.layer(x).mean((2, 3)) @ self.weight.T)


def test_grad_cam_by_hand() -> None:
    network = TwoChannels()
    x = torch.tensor([[[[4.0, 0.0], [8.0, 4.0]], [[0.0, 4.0], [4.0, 8.0]]]], requires_grad=True)
    # The gradient of a mean over four places is the weight over 4: for label 0 that is
    # 1/4 and -1/4, so the map is relu((A - B) / 4); for label 1 relu(-A / 2 + B).
    np.testing.assert_allclose(grad_cam(network, network.layer, (x,), 0), [[1, 0], [1, 0]])
    np.testing.assert_allclose(grad_cam(network, network.layer, (x,), 1), [[0, 4], [0, 6]])


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=list(SYSTEMS))
def test_every_network_shows_what_its_page_says(system: System) -> None:
    network = stirred(built(system.name)).eval()
    given = inputs(system, 1)
    found = explain_one(network, system.name, given)
    assert sorted(found.maps) == sorted(SHOWN[system.name])
    assert found.target == int(found.shares.argmax())
    assert found.shares.sum() == pytest.approx(1)
    for title, values in found.maps.items():
        assert values.ndim == (3 if system.input.frames else 2), title
        assert np.isfinite(values).all(), title
        assert values.min() >= 0, title
    others = [explain_one(network, system.name, given, target=k).maps for k in range(3)]
    name = SHOWN[system.name][0]
    assert any(not np.array_equal(others[0][name], other[name]) for other in others[1:])
    if system.input.frames:
        assert len(found.time) == REDUCED[system.name].frames // 8
        assert found.time.sum() == pytest.approx(1, abs=1e-5)
