"""Is one model better than another on the same pictures, or by chance?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

#: A p-value below this is called significant; Shapiro's below this: not normal.
LEVEL = 0.05


@dataclass(frozen=True)
class McNemar:
    """McNemar's test (1947) of two models that judged the same samples.

    Attributes:
        only_first, only_second: samples that only one of both had right.
        exact_p: two-sided binomial test of the two counts.
        chi2: (|b - c| - 1)^2 / (b + c), with Edwards's correction (1948).
        chi2_p: of that with one degree of freedom; for 25 disagreements or more.
        cohen_g: share of the larger count less one half, 0 to 0.5 (Cohen 1988:
            0.05 small, 0.15 medium, 0.25 large); positive where the second is better.
    """

    only_first: int
    only_second: int
    exact_p: float
    chi2: float
    chi2_p: float
    cohen_g: float


def mcnemar(first_right: NDArray[np.bool_], second_right: NDArray[np.bool_]) -> McNemar:
    """Args: which samples ``(N,)`` each model had right."""
    b = int(np.sum(first_right & ~second_right))
    c = int(np.sum(~first_right & second_right))
    if b + c == 0:
        return McNemar(0, 0, 1.0, 0.0, 1.0, 0.0)
    exact = float(stats.binomtest(b, b + c, 0.5).pvalue)
    chi2 = max(abs(b - c) - 1, 0) ** 2 / (b + c)
    return McNemar(b, c, exact, chi2, float(stats.chi2.sf(chi2, 1)), c / (b + c) - 0.5)


@dataclass(frozen=True)
class PairedFolds:
    """A paired test over folds.

    Attributes:
        test: ``"t"``, or ``"wilcoxon"`` where the differences are not normal.
        shapiro_p: Shapiro and Wilk's test (1965) of the differences.
        statistic, p: of the test, two-sided.
        mean_difference: second less first.
        cohen_d: mean of the differences over their standard deviation (d_z; Cohen 1988:
            0.2 small, 0.5 medium, 0.8 large).
        interval: 95 % of the mean difference by Student's t.
    """

    test: str
    shapiro_p: float
    statistic: float
    p: float
    mean_difference: float
    cohen_d: float
    interval: tuple[float, float]


def paired_folds(first: Sequence[float], second: Sequence[float]) -> PairedFolds:
    """Student's paired t-test where the differences look normal, else Wilcoxon's
    signed-rank test (1945).

    Args:
        first, second: one figure a fold, the same folds in the same order, at least 3.

    Raises:
        ValueError: for fewer folds or unequal lengths.
    """
    if len(first) != len(second) or len(first) < 3:
        raise ValueError(f"expected two equal lists of 3 or more, got {len(first)}, {len(second)}")
    difference = np.subtract(second, first)
    mean, spread = float(difference.mean()), float(difference.std(ddof=1))
    if spread < 1e-12:  # the same in every fold: a constant has no distribution to test
        p = 1.0 if abs(mean) < 1e-12 else 0.0
        return PairedFolds(
            "t",
            1.0,
            math.copysign(math.inf, mean) if mean else 0.0,
            p,
            mean,
            math.copysign(math.inf, mean) if mean else 0.0,
            (mean, mean),
        )
    shapiro_p = float(stats.shapiro(difference).pvalue)
    if shapiro_p >= LEVEL:
        name, tested = "t", stats.ttest_rel(second, first)
    else:
        name, tested = "wilcoxon", stats.wilcoxon(difference)
    return PairedFolds(
        name,
        shapiro_p,
        float(tested.statistic),
        float(tested.pvalue),
        mean,
        mean / spread,
        mean_interval(difference),
    )


def mean_interval(values: NDArray[np.float64] | Sequence[float]) -> tuple[float, float]:
    """95 % interval of a mean of folds or seeds, by Student's t.

    >>> tuple(round(v, 3) for v in mean_interval([1.0, 2.0, 3.0]))
    (-0.484, 4.484)
    """
    data = np.asarray(values, np.float64)
    half = float(stats.t.ppf(0.975, len(data) - 1) * data.std(ddof=1) / math.sqrt(len(data)))
    return float(data.mean()) - half, float(data.mean()) + half


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down correction (1979) for several comparisons, in the given order.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    corrected = [0.0] * len(p_values)
    most = 0.0
    for rank, index in enumerate(np.argsort(p_values, kind="stable")):
        most = max(most, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = most
    return corrected
