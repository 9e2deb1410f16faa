"""The video network: attention by hand, the published size, gradients to every parameter."""

import math
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from mien.errors import ModelError  # noqa: E402
from mien.networks.r2plus1d_attention import (  # noqa: E402
    CompressedAttention,
    SpatioTemporalAttention,
    backbone_of,
    build,
)
from mien.networks.table import system_of  # noqa: E402

torch.set_num_threads(1)

SMALL: dict[str, Any] = {"backbone": "r2plus1d_10", "width": 8}


def _plain(attention: CompressedAttention) -> None:
    """Of 8 channels compressed to 1: q = k = v = the first channel, which alone comes back."""
    with torch.no_grad():
        for parameter in attention.parameters():
            parameter.zero_()
        attention.qkv.weight[:, 0] = 1
        attention.out.weight[0] = 1


def test_attention_by_hand() -> None:
    attention = CompressedAttention(8, 1)
    _plain(attention)
    x = torch.zeros(1, 2, 8)
    x[0, :, 0] = torch.tensor([2.0, 1.0])
    out, weights = attention(x)
    # Q K^T = [[4, 2], [2, 1]], no divisor; sigmoid of the differences 2 and 1.
    first, second = 1 / (1 + math.exp(-2)), 1 / (1 + math.exp(-1))
    torch.testing.assert_close(
        weights[0, 0], torch.tensor([[first, 1 - first], [second, 1 - second]])
    )
    torch.testing.assert_close(out[0, :, 0], torch.tensor([1 + first, 1 + second]))
    assert out[0, :, 1:].abs().sum() == 0


def _by_hand(which: str) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Two frames of 1 x 2 places; p, places and times with one of the two attentions silent."""
    module = SpatioTemporalAttention(8)
    _plain(module.spatial)
    _plain(module.temporal)
    silent = module.temporal if which == "spatial" else module.spatial
    with torch.no_grad():
        module.gamma.fill_(0.5)
        silent.out.weight.zero_()
    f = torch.zeros(1, 8, 2, 1, 2)
    f[0, 0] = torch.tensor([[[2.0, 1.0]], [[0.0, 3.0]]])
    p, places, times = module(f)
    return p[0, 0, :, 0], places, times


def test_spatial_attention_stays_in_its_frame() -> None:
    p, places, _ = _by_hand("spatial")
    a, b, c = 1 / (1 + math.exp(-2)), 1 / (1 + math.exp(-1)), 1 / (1 + math.exp(-9))
    # Frame 1: values 2 and 1 as above. Frame 2, values 0 and 3: q = 0 sees both alike, q = 3
    # has scores 0 and 9.
    torch.testing.assert_close(
        p, torch.tensor([[2 + (1 + a) / 2, 1 + (1 + b) / 2], [0 + 1.5 / 2, 3 + 3 * c / 2]])
    )
    torch.testing.assert_close(places[0, 0, 0], torch.tensor([(a + b) / 2, 1 - (a + b) / 2]))
    torch.testing.assert_close(places.sum((2, 3)), torch.ones(1, 2))


def test_temporal_attention_stays_at_its_place() -> None:
    p, _, times = _by_hand("temporal")
    # Left place, values 2 then 0; right place, values 1 then 3.
    left = 1 / (1 + math.exp(-4))
    one, three = 1 / (1 + math.exp(2)), 1 / (1 + math.exp(6))
    torch.testing.assert_close(
        p,
        torch.tensor(
            [
                [2 + 2 * left / 2, 1 + (one + 3 * (1 - one)) / 2],
                [0 + 1 / 2, 3 + (three + 3 * (1 - three)) / 2],
            ]
        ),
    )
    first = ((left + 0.5) / 2 + (one + three) / 2) / 2
    torch.testing.assert_close(times, torch.tensor([[first, 1 - first]]))


def test_gamma_starts_at_nought() -> None:
    torch.manual_seed(0)
    module = SpatioTemporalAttention(16, heads=2)
    f = torch.randn(2, 16, 2, 3, 3)
    torch.testing.assert_close(module(f)[0], f)


def test_multiply_adds_of_the_published_form() -> None:
    printed = system_of("r2plus1d-attention").printed_macs
    assert printed == 38.66e9
    counted = {}
    with torch.device("meta"):
        clip = torch.empty(1, 3, 16, 112, 112)
        for middle in ("torchvision", "original"):
            network = build(7, middle=middle).eval()
            with FlopCounterMode(display=False) as counter:
                network(clip)
            counted[middle] = counter.get_total_flops() / 2
    # The printed figure is that of the original middle channels in units of 2^30; see the
    # module's docstring. torchvision's own page prints 40.52 G for its backbone alone.
    assert counted["original"] / 2**30 * 1e9 == pytest.approx(printed, rel=0.001)
    assert counted["torchvision"] == pytest.approx(40.52e9, rel=0.001)


def test_shapes_of_the_published_form() -> None:
    with torch.device("meta"):
        out = build(7).eval()(torch.empty(2, 3, 16, 112, 112))
    assert out.logits.shape == (2, 7)
    assert out.features is not None
    assert out.features.shape == (2, 256)
    assert out.attention["spatial"].shape == (2, 2, 7, 7)
    assert out.attention["temporal"].shape == (2, 2)


@pytest.mark.parametrize(
    "switches",
    [{}, {"attention": False}, {"heads": 4}, {"middle": "original"}, {"channels": 1}],
)
def test_gradients_reach_every_parameter(switches: dict[str, Any]) -> None:
    torch.manual_seed(0)
    network = build(4, **SMALL, **switches).train()
    if network.attention is not None:
        nn.init.ones_(network.attention.gamma)  # at 0 nothing behind it learns yet
    out = network(torch.rand(2, switches.get("channels", 3), 16, 32, 32))
    assert ("temporal" in out.attention) is (network.attention is not None)
    assert not any(m.requires_grad for m in out.attention.values())
    out.logits.square().sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_gamma_itself_learns_from_the_first_step() -> None:
    torch.manual_seed(0)
    network = build(4, **SMALL)
    network(torch.rand(2, 3, 8, 16, 16)).logits.square().sum().backward()
    assert network.attention is not None
    assert network.attention.gamma.grad is not None
    assert network.attention.gamma.grad.abs() > 0


def test_the_order_of_frames_matters() -> None:
    torch.manual_seed(0)
    network = build(4, **SMALL).eval()
    clip = torch.rand(1, 3, 8, 16, 16)
    with torch.no_grad():
        apart = (network(clip).logits - network(clip.flip(2)).logits).abs().max()
    assert apart > 1e-4


def test_heads_must_share_the_compressed_channels() -> None:
    with pytest.raises(ModelError, match="8 compressed channels"):
        build(4, width=8, backbone="r2plus1d_10", heads=3)


def test_the_backbone_is_told() -> None:
    network = build(4, **SMALL)
    assert backbone_of(network) is network.backbone
