"""Against statsmodels and scipy, textbook numbers, and the edges."""

import doctest

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as theirs
from statsmodels.stats.multitest import multipletests

from mien.metrics import comparison
from mien.metrics.comparison import holm, mcnemar, mean_interval, paired_folds


def test_examples() -> None:
    done = doctest.testmod(comparison)
    assert (done.attempted > 0, done.failed) == (True, 0)


def two_models(both: int, first: int, second: int, none: int):
    cells = [(True, True)] * both + [(True, False)] * first
    cells += [(False, True)] * second + [(False, False)] * none
    return np.array(cells).T


@pytest.mark.parametrize("counts", [(50, 3, 12, 9), (100, 40, 41, 20), (5, 0, 1, 0)])
def test_mcnemar_agrees_with_statsmodels(counts) -> None:
    both, first, second, none = counts
    found = mcnemar(*two_models(*counts))
    table = [[both, first], [second, none]]
    assert (found.only_first, found.only_second) == (first, second)
    assert found.exact_p == pytest.approx(theirs(table, exact=True).pvalue)
    corrected = theirs(table, exact=False, correction=True)
    assert found.chi2 == pytest.approx(corrected.statistic)
    assert found.chi2_p == pytest.approx(corrected.pvalue)
    assert found.cohen_g == pytest.approx(second / (first + second) - 0.5)


def test_equal_answers_are_no_difference() -> None:
    right = np.array([True, False])
    assert mcnemar(right, right).exact_p == 1


def test_normal_differences_take_the_t_test() -> None:
    first = [0.70, 0.72, 0.69, 0.71, 0.73, 0.70]
    second = [0.72, 0.73, 0.72, 0.72, 0.76, 0.72]
    found = paired_folds(first, second)
    expected = stats.ttest_rel(second, first)
    assert (found.test, found.p) == ("t", pytest.approx(expected.pvalue))
    # differences 2, 1, 3, 1, 3, 2 points: mean 2, deviation sqrt(4/5)
    assert found.mean_difference == pytest.approx(0.02)
    assert found.cohen_d == pytest.approx(2 / np.sqrt(0.8))
    assert found.interval == pytest.approx(tuple(expected.confidence_interval(0.95)))


def test_an_outlier_takes_wilcoxon() -> None:
    first = np.zeros(10)
    second = np.array([0.010, 0.011, 0.012, 0.013, 0.014, 0.015, 0.016, 0.017, -0.001, 0.9])
    found = paired_folds(first, second)
    assert found.test == "wilcoxon"
    assert found.shapiro_p < 0.05
    assert found.p == pytest.approx(stats.wilcoxon(second).pvalue)


def test_constant_differences_have_no_distribution() -> None:
    assert paired_folds([0.5] * 4, [0.5] * 4).p == 1
    assert paired_folds([0.5] * 4, [0.6] * 4).p == 0
    with pytest.raises(ValueError, match="3 or more"):
        paired_folds([0.5], [0.6])


def test_holm_agrees_with_statsmodels() -> None:
    p_values = [0.04, 0.001, 0.2, 0.03, 0.03]
    np.testing.assert_allclose(holm(p_values), multipletests(p_values, method="holm")[1])
    assert holm([]) == []


def test_interval_of_a_mean() -> None:
    values = np.random.default_rng(0).normal(5, 2, 8)
    expected = stats.t.interval(0.95, 7, values.mean(), stats.sem(values))
    assert mean_interval(values) == pytest.approx(expected)
