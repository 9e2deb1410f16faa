"""HAFNet's blocks against arithmetic by hand, and its shapes as documented."""

import math

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from mien.errors import ModelError  # noqa: E402
from mien.networks.hafnet import (  # noqa: E402
    AttentionHead,
    ChannelUnit,
    SpatialUnit,
    build,
    scaled_over_heads,
)

torch.set_num_threads(1)
#: Batch norm divides by sqrt(1 + 1e-5) where hand-work divides by 1.
CLOSE = {"rtol": 1e-4, "atol": 1e-4}


def zeroed(module: nn.Module) -> nn.Module:
    """Evaluation mode, all convolutions and linear layers silent."""
    with torch.no_grad():
        for part in module.modules():
            if isinstance(part, nn.Conv2d | nn.Linear):
                part.weight.zero_()
                if part.bias is not None:
                    part.bias.zero_()
    return module.eval()


def test_spatial_unit_by_hand() -> None:
    """x = (1, 2) at one place: y = 3; sums over the fields 3 (1+1+0) = 6 and
    3 (-1+0-1) = -6, after relu 6 and 0: the map is 6."""
    unit = zeroed(SpatialUnit(2, 1))
    with torch.no_grad():
        unit.reduce[0].weight[:] = 1.0
        for field, taps in zip(unit.fields, ((1.0, -1.0), (1.0, 0.0), (0.0, -1.0)), strict=True):
            height, width = field[0].kernel_size
            field[0].weight[:, 0, height // 2, width // 2] = torch.tensor(taps)
        out, places = unit(torch.tensor([[[[1.0]], [[2.0]]]]))
    torch.testing.assert_close(places, torch.tensor([[[6.0]]]), **CLOSE)
    torch.testing.assert_close(out, torch.tensor([[[[6.0]], [[12.0]]]]), **CLOSE)


@pytest.mark.parametrize(
    ("field", "seen"),
    [
        (0, [[1, 1, 1], [1, 1, 1], [1, 1, 1]]),
        (1, [[0, 0, 0], [1, 1, 1], [0, 0, 0]]),
        (2, [[0, 1, 0], [0, 1, 0], [0, 1, 0]]),
    ],
)
def test_each_field_sees_its_own_neighbours(field: int, seen: list[list[int]]) -> None:
    unit = zeroed(SpatialUnit(1, 1))
    with torch.no_grad():
        unit.reduce[0].weight[:] = 1.0
        unit.fields[field][0].weight[:] = 1.0
        x = torch.zeros(1, 1, 3, 3)
        x[0, 0, 1, 1] = 1.0
        _, places = unit(x)
    torch.testing.assert_close(places[0], torch.tensor(seen, dtype=torch.float32), **CLOSE)


def test_channel_unit_by_hand() -> None:
    """v = (2, 4), hidden relu(2) = 2, logits (log 3, 0): gates 3/4 and 1/2."""
    unit = zeroed(ChannelUnit(2, 1))
    with torch.no_grad():
        unit.gate[0].weight[0, 0] = 1.0
        unit.gate[3].weight[0, 0] = math.log(3) / 2
        out = unit(torch.tensor([[2.0, 4.0]]))
    torch.testing.assert_close(out, torch.tensor([[1.5, 2.0]]), **CLOSE)


@pytest.mark.parametrize(("combine", "expected"), [("chain", 3.0), ("add", 9.0)])
def test_a_head_by_hand(combine: str, expected: float) -> None:
    """Places 1 and 5 with maps 2 and 2 pool to s = 6; a silent gate is 1/2: c = 3."""
    head = zeroed(AttentionHead(1, 1, 1, combine))
    with torch.no_grad():
        head.spatial.fields[0][0].bias.fill_(2.0)
        vector, _ = head(torch.tensor([[[[1.0, 5.0]]]]))
    torch.testing.assert_close(vector, torch.tensor([[expected]]), **CLOSE)


def test_scaling_over_heads_by_hand() -> None:
    u = torch.tensor([[[0.0], [math.log(3)]]])
    expected = torch.tensor([[[math.log(1 / 4)], [math.log(3 / 4)]]])
    torch.testing.assert_close(scaled_over_heads(u), expected)


def test_one_head_is_not_scaled_to_nothing() -> None:
    u = torch.randn(2, 1, 3)
    assert scaled_over_heads(u) is u


def test_logits_are_normalised_sums_over_heads() -> None:
    network = build(2, stem="small").eval()
    with torch.no_grad():
        network.classifier.weight.fill_(1 / 512)
        network.classifier.bias.copy_(torch.tensor([1.0, 2.0]))
        network.norm.running_mean.copy_(torch.tensor([0.5, 0.0]))
        network.norm.running_var.copy_(torch.tensor([1.0, 4.0]))
        out = network(torch.rand(1, 3, 16, 16))
    total = float(out.heads[0].mean(1).sum())
    expected = torch.tensor([[total + 0.5, (total + 2.0) / 2]])
    torch.testing.assert_close(out.logits, expected, **CLOSE)


def test_published_shapes() -> None:
    with torch.device("meta"):
        network = build(7).eval()
        seen = network.backbone.forward_features(torch.zeros(2, 3, 224, 224))
        out = network(torch.zeros(2, 3, 224, 224))
    assert seen.shape == (2, 512, 7, 7)
    assert out.features.shape == (2, 512)
    assert out.heads.shape == (2, 4, 512)
    assert out.attention["heads"].shape == (2, 4, 7, 7)
    assert out.logits.shape == (2, 7)


@pytest.mark.parametrize("heads", [1, 2, 4, 8])
def test_parameters_by_arithmetic(heads: int) -> None:
    """Layer by layer: ResNet-18 without its classifier has 11,176,512 (torchvision's 11,689,512
    less 513,000)."""
    norm, mid, full = 2, 256, 512
    spatial = full * mid + mid + norm * mid
    spatial += sum(mid * full * taps + full + norm * full for taps in (9, 3, 3))
    channel = full * 32 + 32 + norm * 32 + 32 * full + full
    expected = 11_176_512 + heads * (spatial + channel) + full * 7 + 7 + norm * 7
    with torch.device("meta"):
        network = build(7, heads=heads)
    assert sum(p.numel() for p in network.parameters()) == expected


@pytest.mark.parametrize(
    ("stem", "side_px", "cells"),
    [("small", 48, 6), ("small", 64, 8), ("imagenet", 64, 2), ("imagenet", 112, 4)],
)
def test_reduced_sizes(stem: str, side_px: int, cells: int) -> None:
    with torch.device("meta"):
        out = build(7, stem=stem, channels=1).eval()(torch.zeros(1, 1, side_px, side_px))
    assert out.attention["heads"].shape == (1, 4, cells, cells)


@pytest.mark.parametrize(
    ("switches", "message"),
    [
        ({"combine": "chian"}, r"'chian'.*Did you mean 'chain'.*chain, add"),
        ({"stem": "big"}, "Valid: imagenet, small"),
        ({"heads": 0}, "at least one head"),
    ],
)
def test_switches_out_of_range_are_refused(switches: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        build(7, **switches)  # type: ignore[arg-type]
