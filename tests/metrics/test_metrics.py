"""Against scikit-learn and hand-worked numbers."""

import doctest

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, recall_score

from mien.metrics import accuracy as accuracy_module
from mien.metrics import calibration, intervals
from mien.metrics.accuracy import accuracy, recalls, unweighted_recall
from mien.metrics.calibration import expected_calibration_error, reliability, risk_coverage
from mien.metrics.intervals import bootstrap, wilson

RANDOM = np.random.default_rng(7)
TRUTH = RANDOM.integers(0, 5, 400)
SAID = np.where(RANDOM.random(400) < 0.6, TRUTH, RANDOM.integers(0, 5, 400))


@pytest.mark.parametrize("module", [accuracy_module, calibration, intervals])
def test_examples(module) -> None:
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0


def test_agree_with_scikit_learn() -> None:
    assert accuracy(TRUTH, SAID) == pytest.approx(np.mean(TRUTH == SAID))
    assert unweighted_recall(TRUTH, SAID, 5) == pytest.approx(balanced_accuracy_score(TRUTH, SAID))
    np.testing.assert_allclose(
        recalls(TRUTH, SAID, 5), recall_score(TRUTH, SAID, average=None, labels=range(5))
    )


def test_a_missed_face_is_wrong_and_an_absent_class_is_left_out() -> None:
    truth, said = np.array([0, 0, 1, 1]), np.array([0, -1, 1, 1])
    assert accuracy(truth, said) == 0.75
    assert unweighted_recall(truth, said, 3) == pytest.approx((0.5 + 1) / 2)


def test_calibration_error_by_hand() -> None:
    # Ten at 0.95, nine of them right: |0.9 - 0.95|; ten at 0.55, four right: |0.4 - 0.55|.
    confidence = np.repeat([0.95, 0.55], 10)
    right = np.array([True] * 9 + [False] + [True] * 4 + [False] * 6)
    assert expected_calibration_error(confidence, right) == pytest.approx(0.5 * 0.05 + 0.5 * 0.15)


def test_risk_coverage_by_hand() -> None:
    coverage, risk = risk_coverage(np.array([0.2, 0.9, 0.6]), np.array([False, True, False]))
    np.testing.assert_allclose(coverage, [1 / 3, 2 / 3, 1])
    np.testing.assert_allclose(risk, [0, 1 / 2, 2 / 3])


def test_wilson_of_the_literature() -> None:
    # Newcombe 1998, table I, case 81/263: 0.2553 to 0.3662
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(10, 10)[1] == pytest.approx(1.0)


def test_bootstrap_is_seeded_and_close_to_the_normal_interval() -> None:
    right = np.array([1.0] * 300 + [0.0] * 100)
    first = bootstrap(lambda rows: float(right[rows].mean()), 400)
    assert first == bootstrap(lambda rows: float(right[rows].mean()), 400)
    half = 1.96 * np.sqrt(0.75 * 0.25 / 400)
    assert first == pytest.approx((0.75 - half, 0.75 + half), abs=0.01)


def test_reliability_bins_give_the_calibration_error() -> None:
    random = np.random.default_rng(5)
    sure, right = random.random(500), random.random(500) < 0.6
    bins = reliability(sure, right)
    assert bins.count.sum() == 500
    weighted = np.sum(bins.count / 500 * np.abs(bins.accuracy - bins.confidence))
    assert weighted == pytest.approx(expected_calibration_error(sure, right))
    assert np.all((bins.low < bins.confidence) & (bins.confidence <= bins.high))
