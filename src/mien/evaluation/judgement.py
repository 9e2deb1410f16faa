"""Every figure of one set of answers, with its interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.evaluation.answers import Answers
from mien.metrics.accuracy import unweighted_recall
from mien.metrics.calibration import Reliability, expected_calibration_error, reliability
from mien.metrics.comparison import mean_interval
from mien.metrics.confusion import class_figures, confusion_table
from mien.metrics.intervals import bootstrap, wilson
from mien.metrics.precision_recall import average_precision, precision_recall

#: Below even odds an answer is more often wrong than right: it is called unknown.
THRESHOLD = 0.5
#: Points of a curve that the page and the JSON keep; more cannot be seen.
CURVE_POINTS = 100

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval and the number of samples behind it."""

    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class ClassJudgement:
    """One class: precision, recall (Wilson), F1, average precision, count, and the
    precision-recall curve ``(points, 2)`` as ``(recall, precision)``."""

    name: str
    precision: float
    recall: Estimate
    f1: float
    average_precision: float
    count: int
    curve: Values


@dataclass(frozen=True)
class Judgement:
    """Attributes:
    title: of the network or the ensemble.
    accuracy: WAR, Wilson's interval; a missed face is wrong.
    uar, macro_f1, ece: bootstrap's interval; ``ece`` is of the faces that were seen.
    baseline: accuracy of always saying ``baseline_class``, the commonest of the split.
    unknown_share: of the seen faces whose likeliest class is below ``THRESHOLD``.
    answered: accuracy of the others.
    over_folds: mean accuracy of the folds of a cross-validation with Student's interval,
        ``count`` folds; None elsewhere.
    folds: accuracy of each of them, by its number.
    table: counts ``(K, K + 1)``, the last column missed faces.
    temperature: that the probabilities were made with.
    """

    title: str
    labels: tuple[str, ...]
    count: int
    missed: int
    left_out: Mapping[str, int]
    accuracy: Estimate
    uar: Estimate
    macro_f1: Estimate
    ece: Estimate
    baseline: float
    baseline_class: str
    unknown_share: float
    answered: Estimate
    classes: tuple[ClassJudgement, ...]
    table: NDArray[np.int64]
    reliability: Reliability
    temperature: float
    over_folds: Estimate | None = None
    folds: Mapping[int, Estimate] = field(default_factory=dict)

    @property
    def mean_average_precision(self) -> float:
        """Mean over the classes that occur."""
        known = [c.average_precision for c in self.classes if not math.isnan(c.average_precision)]
        return float(np.mean(known)) if known else math.nan


def share_of(right: NDArray[np.bool_]) -> Estimate:
    """A share with Wilson's interval; NaN of nothing."""
    low, high = wilson(int(right.sum()), len(right))
    return Estimate(float(right.mean()) if len(right) else math.nan, low, high, len(right))


def sampled(figure: Callable[[NDArray[np.int64]], float], count: int) -> Estimate:
    """A figure of all rows with the bootstrap's interval."""
    if not count:
        return Estimate(math.nan, math.nan, math.nan, 0)
    low, high = bootstrap(figure, count)
    return Estimate(figure(np.arange(count)), low, high, count)


def judge(answers: Answers, title: str, temperature: float = 1.0) -> Judgement:
    """All figures of the answers."""
    truth, said, classes = answers.truth, answers.said, len(answers.labels)
    seen = ~answers.missed
    sure, right = answers.confidence[seen], answers.right[seen]
    table = confusion_table(truth, said, classes)
    sizes = table.sum(1)
    answered = sure >= THRESHOLD
    folds = by_fold(answers)
    return Judgement(
        title=title,
        labels=answers.labels,
        count=len(truth),
        missed=int(answers.missed.sum()),
        left_out=answers.left_out,
        accuracy=share_of(answers.right),
        uar=sampled(lambda r: unweighted_recall(truth[r], said[r], classes), len(truth)),
        macro_f1=sampled(
            lambda r: class_figures(confusion_table(truth[r], said[r], classes)).macro_f1,
            len(truth),
        ),
        ece=sampled(lambda r: expected_calibration_error(sure[r], right[r]), len(sure)),
        baseline=float(sizes.max() / sizes.sum()),
        baseline_class=answers.labels[int(sizes.argmax())],
        unknown_share=float(1 - answered.mean()) if len(sure) else math.nan,
        answered=share_of(right[answered]),
        classes=_classes(answers, table),
        table=table,
        reliability=reliability(sure, right),
        temperature=temperature,
        over_folds=over_folds(folds),
        folds=folds,
    )


def by_fold(answers: Answers) -> dict[int, Estimate]:
    """Accuracy of each fold of a cross-validation; empty elsewhere."""
    if answers.folds is None:
        return {}
    return {int(k): share_of(answers.right[answers.folds == k]) for k in np.unique(answers.folds)}


def over_folds(folds: Mapping[int, Estimate]) -> Estimate | None:
    """The mean that papers print for cross-validations: every fold counts the same."""
    if len(folds) < 2:
        return None
    values = [fold.value for fold in folds.values()]
    return Estimate(float(np.mean(values)), *mean_interval(values), len(values))


def _classes(answers: Answers, table: NDArray[np.int64]) -> tuple[ClassJudgement, ...]:
    figures = class_figures(table)
    result = []
    for k, name in enumerate(answers.labels):
        positive = answers.truth == k
        precision, recall = precision_recall(positive, answers.shares[:, k])
        result.append(
            ClassJudgement(
                name=name,
                precision=float(figures.precision[k]),
                recall=share_of(answers.right[positive]),
                f1=float(figures.f1[k]),
                average_precision=average_precision(positive, answers.shares[:, k]),
                count=int(figures.count[k]),
                curve=_thinned(np.stack([recall, precision], 1)),
            )
        )
    return tuple(result)


def _thinned(curve: Values) -> Values:
    if len(curve) <= CURVE_POINTS:
        return curve
    points = np.linspace(0, len(curve) - 1, CURVE_POINTS).round().astype(int)
    return np.asarray(curve[points])


def as_json(value: Any) -> Any:
    """Dataclasses, arrays and NaN as JSON can hold them: NaN becomes null."""
    if hasattr(value, "__dataclass_fields__"):
        return {name: as_json(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, np.ndarray | np.generic):
        return as_json(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
