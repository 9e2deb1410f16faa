"""Figures against scikit-learn, with missed faces and by hand."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, balanced_accuracy_score, f1_score

from mien.evaluation.answers import Answers
from mien.evaluation.judgement import CURVE_POINTS, as_json, judge
from mien.metrics.intervals import wilson
from simulated import answers


def test_agrees_with_scikit_learn() -> None:
    said = answers(2.0)
    judged = judge(said, "net")
    assert judged.accuracy.value == pytest.approx(np.mean(said.truth == said.said))
    assert (judged.accuracy.low, judged.accuracy.high) == wilson(int(said.right.sum()), 600)
    assert judged.uar.value == pytest.approx(balanced_accuracy_score(said.truth, said.said))
    assert judged.macro_f1.value == pytest.approx(f1_score(said.truth, said.said, average="macro"))
    theirs = [average_precision_score(said.truth == k, said.shares[:, k]) for k in range(7)]
    assert judged.mean_average_precision == pytest.approx(np.mean(theirs))
    for interval in (judged.uar, judged.macro_f1, judged.ece):
        assert interval.low < interval.value < interval.high


def test_missed_faces_are_wrong_but_not_badly_calibrated() -> None:
    judged = judge(answers(2.0, missed=100), "net")
    assert judged.missed == 100
    assert judged.ece.count == 500
    assert judged.reliability.count.sum() == 500
    assert judged.table[:, -1].sum() == 100
    assert judged.accuracy.value < judge(answers(2.0), "net").accuracy.value


def test_unknown_below_even_odds() -> None:
    shares = np.array([[0.6, 0.4], [0.45, 0.55], [0.5, 0.5], [np.nan, np.nan]])
    three = np.concatenate([shares * 0.8, np.where(np.isnan(shares[:, :1]), np.nan, 0.2)], 1)
    judged = judge(Answers(("a", "b", "c"), tuple("wxyz"), np.array([0, 1, 0, 0]), three), "net")
    assert judged.unknown_share == 1.0  # 0.48, 0.44 and 0.4 are all below one half
    assert np.isnan(judged.answered.value)
    sure = judge(Answers(("a", "b"), tuple("wxyz"), np.array([0, 0, 0, 0]), shares), "net")
    assert sure.unknown_share == 0.0
    assert sure.answered.value == pytest.approx(2 / 3)
    assert sure.accuracy.value == 0.5


def test_nothing_but_missed_faces_can_be_told() -> None:
    blind = Answers(("a", "b"), ("x", "y"), np.array([0, 1]), np.full((2, 2), np.nan))
    judged = judge(blind, "net")
    assert judged.accuracy.value == 0
    assert as_json(judged)["ece"]["value"] is None
    assert len(judged.classes[0].curve) == 0


def test_long_curves_keep_their_ends() -> None:
    curve = judge(answers(2.0), "net").classes[6].curve
    assert len(curve) == CURVE_POINTS
    assert curve[-1, 0] == 1
