"""Channel attention and its aggregation by hand."""

import math

import pytest

torch = pytest.importorskip("torch")

from mien.networks.mdpfa import MDPFA, ChannelAttention  # noqa: E402

torch.set_num_threads(1)


def test_channel_attention_by_hand() -> None:
    attention = ChannelAttention(2)  # four hidden units, two of them silent
    with torch.no_grad():
        attention.mlp[0].weight.copy_(torch.eye(4)[:, :2])
        attention.mlp[2].weight.copy_(torch.tensor([[0.5, 0.0, 9.0, 9.0], [0.0, 1.0, 9.0, 9.0]]))
    # Channel 0: max 3, mean 1; channel 1: max -1, mean -2, silenced by the ReLU.
    x = torch.tensor([[[[3.0, -1.0]], [[-1.0, -3.0]]]])
    # W = sigmoid(0.5 * 3 + 0.5 * 1), sigmoid(0)
    first = 1 / (1 + math.exp(-2.0))
    torch.testing.assert_close(attention.weights(x), torch.tensor([[first, 0.5]]))
    torch.testing.assert_close(
        attention(x), torch.tensor([[[[3 * first, -first]], [[-0.5, -1.5]]]])
    )


def test_the_mlp_is_shared_between_both_pools() -> None:
    attention = ChannelAttention(64)
    assert sum(p.numel() for p in attention.parameters()) == 64 * 4 + 4 * 64


def test_levels_are_pooled_and_joined_in_order() -> None:
    module = MDPFA((1, 2))
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()  # W = 1/2 everywhere
    levels = [torch.full((1, 1, 4, 4), 6.0), torch.tensor([[[[1.0, 3.0]], [[8.0, 8.0]]]])]
    pooled, chosen = module(levels)
    torch.testing.assert_close(pooled, torch.tensor([[3.0, 1.0, 4.0]]))
    torch.testing.assert_close(chosen[1], levels[1] / 2)
