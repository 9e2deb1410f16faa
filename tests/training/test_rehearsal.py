"""Faults of a recipe are told with the key, and without data."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from mien.errors import MienError  # noqa: E402
from mien.training.recipe_file import find_recipe, read_recipe  # noqa: E402
from mien.training.rehearsal import rehearse  # noqa: E402
from mien.training.sampling import Share  # noqa: E402

NESTEROV = ("optimizer.name=sgd", "nesterov=true", "momentum=0")


@pytest.mark.parametrize(
    ("recipe", "settings", "words"),
    [
        ("hafnet-fer2013-cpu", ["switches.width=wide"], "switches.width=wide: "),
        ("hafnet-fer2013-cpu", ["switches.width=0"], "switches.width=0: "),
        ("landmark-cnn-fer2013-cpu", ["switches.dropout=7"], "switches.dropout=7: .*0 and 1"),
        ("hafnet-fer2013-cpu", ["batch=1"], "training.batch=1: Expected more than 1 value"),
        ("landmark-cnn-fer2013-cpu", NESTEROV, "optimizer.momentum=0.0, or optimizer.nesterov"),
        ("hafnet-fer2013-cpu", ["loss.terms.afinity=1"], "Did you mean 'affinity'"),
        ("hafnet-fer2013-cpu", ["loss.terms.afinity=0"], "Did you mean 'affinity'"),
        ("landmark-cnn-fer2013-cpu", ["loss.terms.partition=1"], "network with attention heads"),
        ("hafnet-fer2013-cpu", ["switches.head=2"], "no switch head"),
    ],
)
def test_a_fault_is_told_with_its_key(recipe: str, settings: list[str], words: str) -> None:
    with pytest.raises(MienError, match=words) as caught:
        rehearse(read_recipe(find_recipe(recipe), settings), Share())
    assert "\n" not in str(caught.value)


def test_a_batch_is_what_one_process_sees_at_once() -> None:
    recipe = read_recipe(find_recipe("hafnet-fer2013-cpu"), ["batch=4"])
    rehearse(recipe, Share(0, 2, 1))
    with pytest.raises(MienError, match=r"training\.batch=4"):
        rehearse(recipe, Share(0, 2, 2))


def test_a_loss_without_weight_asks_for_nothing() -> None:
    settings = ["loss.terms.partition=0"]
    rehearse(read_recipe(find_recipe("landmark-cnn-fer2013-cpu"), settings), Share())
