"""KROA and windowed attention: by hand, and against plain loops over places."""

import math

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor  # noqa: E402

from mien.errors import ModelError  # noqa: E402
from mien.networks.kroa import (  # noqa: E402
    KROA,
    PatchAttention,
    WindowedCrossAttention,
    regions_of,
    share_chosen,
)

torch.set_num_threads(1)


def _plain(module: PatchAttention) -> None:
    """q = k = v = x, output projection = identity, LePE silent."""
    channels = module.out.in_features
    with torch.no_grad():
        module.qkv.weight.copy_(torch.eye(channels).repeat(3, 1))
        module.out.weight.copy_(torch.eye(channels))
        for bias in (module.qkv.bias, module.out.bias, module.lepe.bias):
            bias.zero_()
        module.lepe.weight.zero_()


def test_by_hand_with_one_channel() -> None:
    module = KROA(1, top_n=1, regions=2, heads=1)
    _plain(module)
    x = torch.tensor([[[[1.0, 2.0], [3.0, -1.0]]]])
    out, chosen = module(x)
    # M = x x^T: the positive patches relate most to 3, the negative one to itself; with one
    # region chosen, attention gives its value.
    assert chosen[0, :, 0].tolist() == [2, 2, 2, 3]
    torch.testing.assert_close(out, torch.tensor([[[[3.0, 3.0], [3.0, -1.0]]]]))


def test_by_hand_with_two_regions_chosen() -> None:
    module = KROA(1, top_n=2, regions=2, heads=1)
    _plain(module)
    out, chosen = module(torch.tensor([[[[1.0, 2.0], [3.0, -1.0]]]]))
    assert chosen[0].tolist() == [[2, 1], [2, 1], [2, 1], [3, 0]]
    # First patch, q = 1: weights e^3 and e^2 on the values 3 and 2 (d = 1).
    expected = (3 * math.exp(3) + 2 * math.exp(2)) / (math.exp(3) + math.exp(2))
    assert out[0, 0, 0, 0].item() == pytest.approx(expected)
    # Last patch, q = -1: keys -1 and 1 give e^1 and e^-1 on the values -1 and 1.
    assert out[0, 0, 1, 1].item() == pytest.approx(-math.tanh(1))


def test_local_enhancement_is_a_depthwise_5x5_of_the_values() -> None:
    module = KROA(1, regions=3, heads=1)
    _plain(module)
    with torch.no_grad():
        module.out.weight.zero_()
        module.lepe.weight[0, 0, 2, 4] = 2.0  # two places to the right
    x = torch.arange(9.0).view(1, 1, 3, 3)
    expected = torch.zeros(1, 1, 3, 3)
    expected[..., 0] = 2 * x[..., 2]
    torch.testing.assert_close(module(x)[0], expected)


def _region_of(row: int, column: int, side: int, m: int) -> int:
    return row // (side // m) * m + column // (side // m)


def _reference(module: KROA, x: Tensor, m: int, n: int) -> Tensor:
    """Eq. 4-13 place by place, without LePE."""
    _, channels, side, _ = x.shape
    q, k, v = module.qkv(x.permute(0, 2, 3, 1)).split(channels, -1)
    d = channels // module.heads
    out = torch.zeros_like(q)
    places = [(r, c) for r in range(side) for c in range(side)]
    members = [[p for p in places if _region_of(*p, side, m) == region] for region in range(m * m)]
    for b in range(len(x)):
        means_q = [torch.stack([q[b, r, c] for r, c in group]).mean(0) for group in members]
        means_k = [torch.stack([k[b, r, c] for r, c in group]).mean(0) for group in members]
        for region, group in enumerate(members):
            related = sorted(range(m * m), key=lambda j: -float(means_q[region] @ means_k[j]))[:n]
            seen = [p for j in related for p in members[j]]
            keys = torch.stack([k[b, r, c] for r, c in seen])
            values = torch.stack([v[b, r, c] for r, c in seen])
            for row, column in group:
                for head in range(module.heads):
                    part = slice(head * d, (head + 1) * d)
                    weights = (keys[:, part] @ q[b, row, column, part] / math.sqrt(d)).softmax(0)
                    out[b, row, column, part] = weights @ values[:, part]
    return module.out(out).permute(0, 3, 1, 2)


@pytest.mark.parametrize("kernel", ["gather", "mask", "auto"])
@pytest.mark.parametrize(("side", "m", "n"), [(3, 3, 4), (4, 2, 3), (6, 3, 2), (6, 3, 9)])
def test_both_kernels_agree_with_loops(kernel: str, side: int, m: int, n: int) -> None:
    torch.manual_seed(side + n)
    module = KROA(4, n, m, heads=2, kernel=kernel).double()
    x = torch.randn(2, 4, side, side, dtype=torch.float64)
    with torch.no_grad():
        local = module.lepe(module.projected(x)[2].permute(0, 3, 1, 2))
        out = module(x)[0]
        torch.testing.assert_close(out - local, _reference(module, x, m, n))


@pytest.mark.parametrize("kernel", ["gather", "mask"])
def test_gradients_by_finite_differences(kernel: str) -> None:
    torch.manual_seed(1)
    module = KROA(2, 2, 2, heads=1, kernel=kernel).double()
    x = torch.randn(1, 2, 4, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda y: module(y)[0], (x,))


def test_gradients_of_both_kernels_agree() -> None:
    torch.manual_seed(2)
    x = torch.randn(2, 8, 8, 8)
    gradients = []
    module = KROA(8, 3, 4, heads=2)
    for kernel in ("gather", "mask"):
        module.kernel = kernel
        module.zero_grad()
        module(x)[0].square().sum().backward()
        gradients.append([p.grad.clone() for p in module.parameters()])
    for ours, theirs in zip(*gradients, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


def test_auto_gathers_where_regions_are_large() -> None:
    module = KROA(8, 3, 4)
    assert module._gathers(3)
    assert not module._gathers(2)


def test_all_regions_chosen_is_dense_attention() -> None:
    torch.manual_seed(4)
    module = KROA(8, 49, 7, heads=2)
    x = torch.randn(1, 8, 7, 7)
    q, k, v = (y.flatten(1, 2) for y in module.projected(x))
    dense = module.attend(q, k, v).view(1, 7, 7, 8)
    with torch.no_grad():
        torch.testing.assert_close(
            module(x)[0], module.joined(dense, v.view(1, 7, 7, 8)), rtol=1e-5, atol=1e-5
        )


def test_share_chosen_by_hand() -> None:
    chosen = torch.tensor([[[2, 1], [2, 1], [2, 1], [3, 0]]])
    torch.testing.assert_close(
        share_chosen(chosen, 2), torch.tensor([[[0.25, 0.75], [0.75, 0.25]]])
    )


def test_regions_adapt_to_the_map() -> None:
    assert [regions_of(side) for side in (1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 14, 28)] == [
        1, 2, 3, 4, 6, 7, 4, 3, 5, 6, 7, 7,
    ]  # fmt: skip
    with pytest.raises(ModelError, match="11 x 11"):
        regions_of(11)


def test_top_n_is_bounded() -> None:
    assert KROA(8, 15, 3).top_n == 9
    for wrong in (0, 50):
        with pytest.raises(ModelError, match="1 to 49"):
            KROA(8, wrong)
    with pytest.raises(ModelError, match="gather"):
        KROA(8, kernel="sparse")


def test_windowed_attention_by_hand() -> None:
    module = WindowedCrossAttention(1, window=2, heads=1)
    _plain(module)
    # 3 x 2, padded to two windows; the second has one row of padding.
    x = torch.tensor([[[[1.0, 1.0], [1.0, 1.0], [4.0, 0.0]]]])
    out = module(x)
    # Rows 0-1: all values 1. Global queries: means of rows 0-1 and 1-2, a column each:
    # (1, 1) and (2.5, 0.5). The last row shows the first of them: keys 4 and 0.
    torch.testing.assert_close(out[0, 0, :2], torch.ones(2, 2))
    expected = 4 * math.exp(4) / (math.exp(4) + 1)
    torch.testing.assert_close(out[0, 0, 2], torch.tensor([expected, expected]))


def test_windows_see_only_themselves() -> None:
    torch.manual_seed(5)
    module = WindowedCrossAttention(4, window=2, heads=2)
    with torch.no_grad():
        module.qkv.weight[:4].zero_()  # queries do not depend on the map
        module.lepe.weight.zero_()
        x = torch.randn(1, 4, 4, 4)
        changed = x.clone()
        changed[..., 3, 3] += 1
        moved = (module(x) - module(changed)).abs().sum(1)[0] > 1e-6
    assert moved.nonzero().tolist() == [[2, 2], [2, 3], [3, 2], [3, 3]]


@pytest.mark.parametrize(("side", "together"), [(3, 1), (4, 2), (1, 1)])
def test_a_small_map_is_still_cut_into_windows(side: int, together: int) -> None:
    """3 x 3 is padded to two windows of 2 a side, of which the last holds one place."""
    torch.manual_seed(5)
    module = WindowedCrossAttention(4, heads=2)  # windows of 4
    with torch.no_grad():
        module.qkv.weight[:4].zero_()  # queries do not depend on the map
        module.lepe.weight.zero_()
        x = torch.randn(1, 4, side, side)
        changed = x.clone()
        changed[..., -1, -1] += 1
        moved = (module(x) - module(changed)).abs().sum(1)[0] > 1e-6
    assert int(moved.sum()) == together**2
    assert bool(moved[-together:, -together:].all())


def test_heads_must_share_the_channels() -> None:
    with pytest.raises(ModelError, match="12 channels"):
        KROA(12, heads=8)
