"""The collector is kept from what stays, and loses no dead cycle for good."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from mien.server.garbage import ALL_EVERY_S, ASIDE_EVERY_S, GarbageRounds, set_aside


class Knot:
    """An object in a cycle: only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_stays_is_not_looked_at_again_and_dead_cycles_are_freed() -> None:
    alive, dead = Knot(), Knot()
    ghost = weakref.ref(dead)
    del dead
    set_aside()
    assert ghost() is None
    assert not any(one is alive for one in gc.get_objects())
    assert gc.get_freeze_count() > 0


def test_a_cycle_that_dies_after_it_was_set_aside_is_freed_by_the_next_whole_round() -> None:
    clock = Clock()
    rounds = GarbageRounds(clock)
    knot = Knot()
    ghost = weakref.ref(knot)
    clock.now_s = ASIDE_EVERY_S
    rounds.go()
    del knot
    clock.now_s = 2 * ASIDE_EVERY_S
    rounds.go()
    assert ghost() is not None
    clock.now_s = ALL_EVERY_S
    rounds.go()
    assert ghost() is None


def test_nothing_is_done_before_it_is_time() -> None:
    clock = Clock()
    rounds = GarbageRounds(clock)
    knot = Knot()
    clock.now_s = ASIDE_EVERY_S - 0.1
    rounds.go()
    assert any(one is knot for one in gc.get_objects())
