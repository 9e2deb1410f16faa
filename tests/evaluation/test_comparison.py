"""Two networks on the same faces."""

import numpy as np
import pytest

from mien.evaluation.comparison import FOLDS, compare, parts_of
from simulated import answers


def test_a_better_network_is_found_better_and_itself_is_not() -> None:
    weak, strong = answers(1.0, seed=1), answers(2.0, seed=2)
    found = compare(weak, strong, ("weak", "strong"))
    gain = strong.right.mean() - weak.right.mean()
    assert found.accuracy_difference.value == pytest.approx(gain)
    assert found.accuracy_difference.low > 0
    assert found.mcnemar.exact_p < 0.001
    assert found.folds is not None
    assert found.folds.mean_difference == pytest.approx(gain, abs=1e-9)  # equal folds of 60
    assert found.uar_difference.low > 0
    same = compare(weak, weak, ("weak", "weak"))
    assert same.mcnemar.exact_p == 1
    assert (same.accuracy_difference.low, same.accuracy_difference.high) == (0, 0)


def test_parts_hold_every_class_and_keep_people_apart() -> None:
    truth = np.repeat([0, 1, 2], [100, 50, 30])
    parts = parts_of(truth)
    for k, size in enumerate((10, 5, 3)):
        assert np.all(np.bincount(parts[truth == k], minlength=FOLDS) == size)
    people = tuple(f"p{i // 9}" for i in range(180))
    parts = parts_of(truth, people)
    for person in set(people):
        assert len({parts[i] for i in range(180) if people[i] == person}) == 1


def test_a_small_split_has_no_folds() -> None:
    few = answers(1.0, count=30)
    assert compare(few, few, ("a", "b")).folds is None
