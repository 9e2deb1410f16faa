"""The bundled trunk as a backbone: maps as documented, answers as the network it is of."""

import pytest

torch = pytest.importorskip("torch")

from mien.errors import ModelError  # noqa: E402
from mien.networks.compact import CompactNet  # noqa: E402
from mien.networks.compact_body import BLOCKS, SIDE_PX, CompactBody  # noqa: E402

torch.set_num_threads(1)


def test_maps_are_the_documented_ones() -> None:
    with torch.device("meta"):
        body = CompactBody()
        maps = body(torch.zeros(2, 1, 48, 48))
    shapes = [(48, 28, 28), (48, 28, 28), (96, 14, 14), (192, 7, 7)]
    assert [tuple(level.shape[1:]) for level in maps] == shapes
    assert body.widths == tuple(shape[0] for shape in shapes)
    assert shapes[-1][1] == SIDE_PX // body.reduction


def test_with_the_weights_of_a_network_it_sees_what_that_sees() -> None:
    torch.manual_seed(0)
    network = CompactNet(8, blocks=BLOCKS, side_px=SIDE_PX)
    network(torch.rand(32, 1, 48, 48))  # statistics of its own
    body = CompactBody(8)
    taken = body.take(network)
    assert taken == len(body.state_dict()) == len(network.trunk.state_dict())
    faces = torch.rand(4, 1, 48, 48)
    with torch.no_grad():
        deep = network.eval().trunk(network.seen(faces))
        mine = body.eval().forward_features(faces)
    torch.testing.assert_close(mine, deep, atol=1e-4, rtol=1e-3)


def test_brightness_and_contrast_drop_out() -> None:
    torch.manual_seed(0)
    body = CompactBody(8).eval()
    face = torch.rand(1, 1, 56, 56)
    with torch.no_grad():
        torch.testing.assert_close(body(face)[-1], body(4 * face - 1)[-1], atol=0.01, rtol=0.01)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"channels": 3}, r"grey pictures, not 3 channels.*switches\.channels=1"),
        ({"side_px": 50}, "multiple of 8 from 48 on, not 50"),
        ({"side_px": 40}, "multiple of 8 from 48 on, not 40"),
    ],
)
def test_another_form_is_refused(arguments: dict[str, int], words: str) -> None:
    with pytest.raises(ModelError, match=words):
        CompactBody(8, **arguments)


@pytest.mark.parametrize("other", [CompactNet(16, blocks=BLOCKS), CompactNet(8)])
def test_weights_of_another_form_change_nothing(other: CompactNet) -> None:
    body = CompactBody(8)
    before = {name: value.clone() for name, value in body.state_dict().items()}
    with pytest.raises(ModelError, match=r"cannot take the weights.*--weights scratch"):
        body.take(other)
    assert all(torch.equal(value, before[name]) for name, value in body.state_dict().items())
