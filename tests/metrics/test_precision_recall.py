"""Against scikit-learn, ties and missed faces included."""

import doctest

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, precision_recall_curve

from mien.metrics import precision_recall as module
from mien.metrics.precision_recall import average_precision, precision_recall

RANDOM = np.random.default_rng(3)
POSITIVE = RANDOM.random(300) < 0.3
SCORE = np.round(0.3 * POSITIVE + 0.7 * RANDOM.random(300), 2)  # rounded: many ties


def test_examples() -> None:
    done = doctest.testmod(module)
    assert (done.attempted > 0, done.failed) == (True, 0)


def test_agrees_with_scikit_learn() -> None:
    precision, recall = precision_recall(POSITIVE, SCORE)
    theirs = precision_recall_curve(POSITIVE, SCORE)
    np.testing.assert_allclose(precision[::-1], theirs[0][:-1])
    np.testing.assert_allclose(recall[::-1], theirs[1][:-1])
    assert average_precision(POSITIVE, SCORE) == pytest.approx(
        average_precision_score(POSITIVE, SCORE)
    )


def test_a_missed_face_is_never_found() -> None:
    positive, score = np.array([True, True, False]), np.array([0.9, np.nan, 0.1])
    assert precision_recall(positive, score)[1].tolist() == [0.5, 0.5]
    assert average_precision(positive, score) == 0.5


def test_without_the_class_there_is_no_curve() -> None:
    assert np.isnan(average_precision(np.zeros(3, bool), np.ones(3)))
