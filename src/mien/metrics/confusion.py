"""What was said of what: the table, and each class's figures from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]
Figures = NDArray[np.float64]


def confusion_table(truth: Labels, said: Labels, classes: int) -> NDArray[np.int64]:
    """Counts ``(classes, classes + 1)``: a row a true class, a column an answer, the
    last column the faces that were missed (said as -1).

    >>> confusion_table(np.array([0, 0, 1]), np.array([0, 1, -1]), 2).tolist()
    [[1, 1, 0], [0, 0, 1]]
    """
    table = np.zeros((classes, classes + 1), np.int64)
    np.add.at(table, (truth, np.where(said < 0, classes, said)), 1)
    return table


@dataclass(frozen=True)
class ClassFigures:
    """One value a class, ``(classes,)``, 0 to 1; NaN where nothing can be said.

    Attributes:
        precision: right answers over answers; NaN for a class that was never said.
        recall: right answers over faces of the class, missed ones included; NaN for a
            class that does not occur.
        f1: harmonic mean of both, 2 TP / (2 TP + FP + FN); NaN where all are 0.
        count: faces of the class.
    """

    precision: Figures
    recall: Figures
    f1: Figures
    count: NDArray[np.int64]

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the classes that occur; a class never said rightly counts as 0."""
        there = self.f1[self.count > 0]
        return float(np.nan_to_num(there).mean()) if len(there) else float("nan")


def class_figures(table: NDArray[np.int64]) -> ClassFigures:
    """Args:
    table: as :func:`confusion_table` gives it.

    >>> class_figures(np.array([[1, 1, 0], [0, 0, 1]])).recall.tolist()
    [0.5, 0.0]
    """
    right = np.diagonal(table).astype(np.float64)
    said, there = table[:, :-1].sum(0), table.sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return ClassFigures(right / said, right / there, 2 * right / (said + there), there)
