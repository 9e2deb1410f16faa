"""Sums with a tensor that was widened by channels of zeros: which are told, and which not."""

from __future__ import annotations

import numpy as np
import pytest
from build_models.tflite_graph import Graph, Operator
from build_models.widened_sums import WidenedSum, widened_sums

#: Tensors: 0 seen, 1 pooled (16 channels), 2 convolved (32), 3 pooled and padded (32), 4 the sum.
SEEN, NARROW, CONVOLVED, PADDED, SUM = range(5)
AMOUNTS = 9
SIXTEEN_MORE = [[0, 0], [0, 0], [0, 0], [0, 16]]


def graph(
    amounts: list[list[int]] = SIXTEEN_MORE,
    narrow: int = 16,
    more: tuple[Operator, ...] = (),
    outputs: tuple[int, ...] = (SUM,),
    sides: tuple[int, int] = (PADDED, CONVOLVED),
    beside: str = "CONV_2D",
) -> Graph:
    operators = (
        Operator("MAX_POOL_2D", (SEEN,), (NARROW,)),
        Operator(beside, (SEEN, 7, 8), (CONVOLVED,)),
        Operator("PAD", (NARROW, AMOUNTS), (PADDED,)),
        Operator("ADD", sides, (SUM,)),
        *more,
    )
    wide = narrow + sum(amounts[3])
    shapes = {SEEN: (1, 8, 8, 4), NARROW: (1, 4, 4, narrow), CONVOLVED: (1, 4, 4, wide)}
    names = {number: str(number) for number in range(10)}
    return Graph(operators, shapes, names, (SEEN,), outputs, {AMOUNTS: np.array(amounts)})


@pytest.mark.parametrize("sides", [(PADDED, CONVOLVED), (CONVOLVED, PADDED)])
def test_the_sum_is_told_whichever_side_was_widened(sides: tuple[int, int]) -> None:
    assert widened_sums(graph(sides=sides)) == {SUM: WidenedSum(CONVOLVED, PADDED, NARROW, 16)}


@pytest.mark.parametrize(
    "amounts",
    [
        [[0, 0], [0, 0], [0, 0], [16, 0]],  # the zeros come first
        [[0, 0], [1, 1], [0, 0], [0, 16]],  # rows too
        [[0, 0], [0, 0], [0, 0], [0, 8]],  # half a block
        [[0, 0], [1, 1], [1, 1], [0, 0]],  # no channel at all
    ],
)
def test_other_paddings_stay(amounts: list[list[int]]) -> None:
    assert not widened_sums(graph(amounts))


def test_a_narrow_side_of_broken_blocks_stays() -> None:
    assert not widened_sums(graph(narrow=24))


@pytest.mark.parametrize("number", [PADDED, CONVOLVED])
def test_a_side_that_serves_something_else_stays(number: int) -> None:
    assert not widened_sums(graph(more=(Operator("RELU", (number,), (5,)),)))
    assert not widened_sums(graph(outputs=(SUM, number)))


def test_beside_something_else_than_a_whole_convolution_it_stays() -> None:
    assert not widened_sums(graph(beside="DEPTHWISE_CONV_2D"))
    assert not widened_sums(graph(sides=(PADDED, SEEN)))
