"""Against scikit-learn, and by hand where faces were missed."""

import doctest

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from mien.metrics import confusion
from mien.metrics.confusion import class_figures, confusion_table

RANDOM = np.random.default_rng(7)
TRUTH = RANDOM.integers(0, 5, 400)
SAID = np.where(RANDOM.random(400) < 0.6, TRUTH, RANDOM.integers(0, 5, 400))


def test_examples() -> None:
    done = doctest.testmod(confusion)
    assert (done.attempted > 0, done.failed) == (True, 0)


def test_agrees_with_scikit_learn() -> None:
    table = confusion_table(TRUTH, SAID, 5)
    np.testing.assert_array_equal(table[:, :5], confusion_matrix(TRUTH, SAID))
    precision, recall, f1, count = precision_recall_fscore_support(TRUTH, SAID)
    found = class_figures(table)
    np.testing.assert_allclose(found.precision, precision)
    np.testing.assert_allclose(found.recall, recall)
    np.testing.assert_allclose(found.f1, f1)
    np.testing.assert_array_equal(found.count, count)
    assert found.macro_f1 == pytest.approx(f1.mean())


def test_missed_faces_lower_recall_but_not_precision() -> None:
    table = confusion_table(np.array([0, 0, 0, 1]), np.array([0, 0, -1, 1]), 3)
    assert table.tolist() == [[2, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 0]]
    found = class_figures(table)
    assert found.precision[:2].tolist() == [1, 1]
    assert found.recall[0] == pytest.approx(2 / 3)
    assert np.isnan(found.recall[2])
    assert np.isnan(found.precision[2])
    assert found.macro_f1 == pytest.approx((0.8 + 1) / 2)  # the absent class is left out
