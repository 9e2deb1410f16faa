"""The network's parts against arithmetic by hand, and what the shipped file relies on."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from mien.errors import ModelError  # noqa: E402
from mien.evaluation.bundled import form_of_file  # noqa: E402
from mien.export.bundled import with_folded_pools  # noqa: E402
from mien.networks.compact import (  # noqa: E402
    CompactNet,
    Residual,
    SqueezeExcitation,
    deepened,
    enlargement,
)
from mien.weights import model_path  # noqa: E402


def test_excitation_by_hand() -> None:
    gate = SqueezeExcitation(8)
    with torch.no_grad():
        for parameter in gate.parameters():
            parameter.zero_()
        gate.up.bias[0] = float(np.log(3.0))  # sigmoid(log 3) = 3 / 4
        x = torch.full((1, 8, 2, 2), 4.0)
        out = gate(x)
    assert float(out[0, 0, 0, 0]) == pytest.approx(3.0)
    torch.testing.assert_close(out[0, 1:], torch.full((7, 2, 2), 2.0))


def test_a_block_whose_convolutions_are_silent_passes_its_input_on() -> None:
    block = Residual(8, 8, 1, excite=False).eval()
    with torch.no_grad():
        block.first[0].weight.zero_()
        block.second[0].weight.zero_()
        x = torch.randn(2, 8, 6, 6)
        torch.testing.assert_close(block(x), x.clamp_min(0))


@pytest.mark.parametrize(("cin", "cout", "stride"), [(8, 16, 2), (8, 16, 1), (16, 16, 2)])
def test_shapes_of_a_block(cin: int, cout: int, stride: int) -> None:
    out = Residual(cin, cout, stride, excite=True)(torch.rand(2, cin, 12, 12))
    assert out.shape == (2, cout, 12 // stride, 12 // stride)


def test_a_picture_of_one_grey_value_gives_finite_answers() -> None:
    network = CompactNet(8).eval()
    with torch.no_grad():
        for value in (0.0, 0.5, 1.0):
            for logits in network(torch.full((2, 1, 48, 48), value)):
                assert bool(torch.isfinite(logits).all())


def test_pictures_of_a_batch_do_not_touch_each_other() -> None:
    network = CompactNet(8).eval()
    x = torch.rand(3, 1, 48, 48)
    with torch.no_grad():
        together = network(x)[0]
        torch.testing.assert_close(network(x[1:2])[0], together[1:2], atol=1e-5, rtol=1e-5)


def test_a_stage_for_each_count_of_blocks() -> None:
    network = CompactNet(8, blocks=(2, 1, 3))
    assert network.stages == [range(4, 6), range(6, 7), range(7, 10)]
    assert len(network.trunk) == 10
    x, sides = torch.rand(1, 1, 48, 48), []
    for part in network.trunk:
        x = part(x)
        sides.append(tuple(x.shape[1:3]))
    assert [sides[stage[-1]] for stage in network.stages] == [(8, 24), (16, 12), (32, 6)]


def test_deeper_it_answers_as_before_and_can_learn_more() -> None:
    torch.manual_seed(1)
    network = CompactNet(8, 0.0).train()
    x = torch.rand(8, 1, 48, 48)
    with torch.no_grad():
        network(x)
    deeper = deepened(network, CompactNet(8, 0.0, blocks=(2, 3, 3)))
    with torch.no_grad():
        for mine, theirs in zip(deeper.eval()(x), network.eval()(x), strict=True):
            torch.testing.assert_close(mine, theirs)
    deeper.train()(x)[0].square().sum().backward()
    gain = deeper.trunk[deeper.stages[2][-1]].second[1].weight
    assert bool(gain.grad.abs().sum() > 0)


@pytest.mark.parametrize("form", [{"width": 16}, {"width": 8, "blocks": (1, 2, 1)}])
def test_no_network_shrinks_or_widens_by_growing_deeper(form: dict) -> None:
    with pytest.raises(ModelError, match=r"width 8 and \(1, 2, 2\)"):
        deepened(CompactNet(8), CompactNet(**form))


def test_the_shipped_file_has_this_networks_size() -> None:
    path: Path = model_path("expression")
    # the export folds batch normalisation into the convolutions: a bias for scale and shift
    written = with_folded_pools(CompactNet(blocks=(2, 3, 3)))
    own = sum(p.numel() for p in written.parameters())
    assert form_of_file(path)["parameters"] == pytest.approx(own, rel=0.01)


def test_an_enlarged_picture_is_the_bicubic_one() -> None:
    picture = torch.rand(2, 1, 48, 48)
    grow = enlargement(56)
    wanted = torch.nn.functional.interpolate(picture, (56, 56), mode="bicubic", align_corners=False)
    torch.testing.assert_close(grow @ picture @ grow.T, wanted)
    torch.testing.assert_close(grow.sum(1), torch.ones(56))


def test_an_enlarging_network_has_the_same_weights_and_sees_more_places() -> None:
    small, large = CompactNet(8).eval(), CompactNet(8, side_px=56).eval()
    large.load_state_dict(small.state_dict())
    seen: list[tuple[int, ...]] = []
    large.trunk.register_forward_hook(lambda _m, _i, out: seen.append(tuple(out.shape)))
    with torch.no_grad():
        assert [tuple(x.shape) for x in large(torch.rand(3, 1, 48, 48))] == [(3, 8), (3, 7)]
    assert seen == [(3, 32, 7, 7)]


@pytest.mark.parametrize("side_px", [40, 50, 0])
def test_a_side_that_does_not_halve_three_times_is_refused(side_px: int) -> None:
    with pytest.raises(ModelError, match="multiple of 8 from 48 on"):
        CompactNet(8, side_px=side_px)
