"""CBAM's two attentions against arithmetic by hand, its shortcuts, shapes and key names."""

import math

import pytest

torch = pytest.importorskip("torch")

import timm  # noqa: E402
from timm.layers.cbam import ChannelAttn, SpatialAttn  # noqa: E402

from mien.networks.cbam_resnet50 import (  # noqa: E402
    backbone_of,
    build,
    fitted_state,
    with_spatial_map,
)

torch.set_num_threads(1)


def test_channel_attention_by_hand() -> None:
    """Channel 0 at places 1 and 3: mean 2, max 3; MLP log(3)/5 * (2 + 3) = log 3: gate 3/4.
    Channel 1 has logit 0: gate 1/2."""
    attention = ChannelAttn(2, rd_channels=1)
    with torch.no_grad():
        attention.fc1.weight[:] = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1)
        attention.fc2.weight[:] = torch.tensor([math.log(3) / 5, 0.0]).view(2, 1, 1, 1)
        out = attention(torch.tensor([[[[1.0, 3.0]], [[8.0, 4.0]]]]))
    torch.testing.assert_close(out, torch.tensor([[[[0.75, 2.25]], [[4.0, 2.0]]]]))


def test_spatial_attention_by_hand() -> None:
    """Channels 1 and 3 at one place: mean 2, max 3; log(3)/5 * (2 + 3) = log 3: gate 3/4."""
    attention = SpatialAttn(7).eval()
    with torch.no_grad():
        attention.conv.conv.weight.zero_()
        attention.conv.conv.weight[0, :, 3, 3] = math.log(3) / 5
        out = attention(torch.tensor([[[[1.0]], [[3.0]]]]))
    expected = torch.tensor([[[[0.75]], [[2.25]]]])
    torch.testing.assert_close(out, expected, rtol=1e-4, atol=1e-4)


def test_a_block_by_its_parts_is_the_block() -> None:
    torch.manual_seed(0)
    block = build(7, stem="small").eval().backbone.layer2[-1]
    with torch.no_grad():
        torch.nn.init.normal_(block.bn3.weight)
        x = torch.randn(2, 512, 6, 6)
        out, places = with_spatial_map(block, x)
        torch.testing.assert_close(out, block(x))
    assert places.shape == (2, 6, 6)
    assert bool(((places > 0) & (places < 1)).all())


@pytest.mark.parametrize(("average", "share_seen"), [(True, 1.0), (False, 0.25)])
def test_the_adjusted_shortcut_sees_every_place(average: bool, share_seen: float) -> None:
    """The paper's reason: a 1x1 convolution of stride 2 disregards 3/4 of the places."""
    shortcut = build(7, average_shortcut=average).eval().backbone.layer2[0].downsample
    x = torch.randn(1, 256, 8, 8, requires_grad=True)
    shortcut(x).square().sum().backward()
    assert float((x.grad.abs().sum(1) > 0).float().mean()) == share_seen


def test_attention_stands_in_every_block_and_can_be_left_out() -> None:
    with torch.device("meta"):
        names = [n for n, _ in build(7).named_modules() if n.endswith(".se")]
        without = build(7, cbam=False)
    assert len(names) == 3 + 4 + 6 + 3
    assert not any(".se." in n for n, _ in without.named_parameters())


def test_both_changes_off_give_resnet50() -> None:
    """torchvision's ResNet-50 has 25,557,032 parameters, 2,049,000 of them its classifier."""
    with torch.device("meta"):
        network = build(7, cbam=False, average_shortcut=False).eval()
        out = network(torch.zeros(1, 3, 64, 64))
    assert sum(p.numel() for p in network.parameters()) == 25_557_032 - 2_049_000 + 2048 * 7 + 7
    assert out.attention == {}


def test_parameters_of_the_attention_by_arithmetic() -> None:
    """A block of C channels: MLP C * C/16 twice, 7x7 over two maps, one norm."""
    blocks = [256] * 3 + [512] * 4 + [1024] * 6 + [2048] * 3
    attention = sum(2 * c * (c // 16) + 2 * 49 + 2 for c in blocks)
    with torch.device("meta"):
        counts = [sum(p.numel() for p in build(7, cbam=c).parameters()) for c in (True, False)]
    assert counts[0] - counts[1] == attention


def test_published_shapes() -> None:
    with torch.device("meta"):
        out = build(7).eval()(torch.zeros(2, 3, 224, 224))
    assert {name: tuple(places.shape) for name, places in out.attention.items()} == {
        "layer1": (2, 56, 56),
        "layer2": (2, 28, 28),
        "layer3": (2, 14, 14),
        "layer4": (2, 7, 7),
    }
    assert out.features.shape == (2, 2048)
    assert out.logits.shape == (2, 7)


@pytest.mark.parametrize("average", [True, False])
def test_a_plain_resnet50s_weights_fit(average: bool) -> None:
    with torch.device("meta"):
        plain = timm.create_model("resnet50", num_classes=0).state_dict()
        network = build(7, average_shortcut=average)
    own = backbone_of(network).state_dict()
    fitted = fitted_state(network, plain)
    assert {k: v.shape for k, v in fitted.items()} == {
        k: v.shape for k, v in own.items() if ".se." not in k
    }


def test_grey_pictures_of_reduced_size() -> None:
    with torch.device("meta"):
        out = build(7, stem="small", channels=1).eval()(torch.zeros(1, 1, 48, 48))
    assert out.attention["layer4"].shape == (1, 6, 6)
