"""The same figures by groups of people: a column of a CSV a grouping."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from mien.errors import DataError
from mien.evaluation.answers import Answers
from mien.evaluation.judgement import Estimate, share_of
from mien.metrics.accuracy import unweighted_recall

#: Groups smaller than this are shown but take no part in the largest gap and the test:
#: their intervals span tens of percent (Wilson, n = 30: about 30 points).
LEAST = 30
#: What a sample without an entry belongs to.
UNKNOWN_GROUP = "unknown"


@dataclass(frozen=True)
class GroupFigures:
    """One group: its value in the column, accuracy (Wilson), UAR, missed faces."""

    value: str
    accuracy: Estimate
    uar: float
    missed: int


@dataclass(frozen=True)
class Grouping:
    """One column. ``gap`` is the largest less the smallest accuracy of the groups of
    ``LEAST`` or more (None for fewer than two); ``p`` of the chi-squared test that all
    are equally often right."""

    column: str
    groups: tuple[GroupFigures, ...]
    gap: float | None
    p: float | None


def read_groups(path: Path) -> dict[str, dict[str, str]]:
    """``{column: {sample name: value}}`` of a CSV with a column ``name``.

    Raises:
        DataError: it cannot be read, has no ``name``, or no other column.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            columns = [c for c in reader.fieldnames or () if c]
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} is not a CSV file that can be read ({error}).") from error
    if "name" not in columns or len(columns) < 2:
        raise DataError(
            f"{path} has the columns {', '.join(columns) or 'none'}; expected 'name' (of the "
            "sample, as 'mien data check' lists it) and a column for each grouping."
        )
    return {
        column: {row["name"]: row[column] for row in rows if row[column]}
        for column in columns
        if column != "name"
    }


def judge_groups(answers: Answers, groups: Mapping[str, Mapping[str, str]]) -> tuple[Grouping, ...]:
    """Figures of every group; samples without an entry are the group *unknown*.

    Raises:
        DataError: no name of the file is a sample's.
    """
    named = {name for column in groups.values() for name in column}
    if not named & set(answers.names):
        raise DataError(
            "No name in the file of groups is a sample's. Names look like "
            f"{answers.names[0]!r}; the file has {next(iter(named), 'none')!r}."
        )
    return tuple(_grouping(answers, column, values) for column, values in groups.items())


def _grouping(answers: Answers, column: str, values: Mapping[str, str]) -> Grouping:
    of = np.array([values.get(name, UNKNOWN_GROUP) for name in answers.names])
    figures, tested = [], []
    for value in sorted(set(of.tolist()), key=lambda v: (v == UNKNOWN_GROUP, v)):
        part = answers.rows(of == value)
        figures.append(
            GroupFigures(
                value,
                share_of(part.right),
                unweighted_recall(part.truth, part.said, len(part.labels)),
                int(part.missed.sum()),
            )
        )
        if value != UNKNOWN_GROUP and len(part.truth) >= LEAST:
            tested.append(part.right)
    if len(tested) < 2:
        return Grouping(column, tuple(figures), None, None)
    shares = [float(right.mean()) for right in tested]
    counts = np.array([[right.sum(), (~right).sum()] for right in tested])
    alike = not counts.sum(0).all()  # all right or all wrong: there is nothing to tell apart
    p = 1.0 if alike else float(stats.chi2_contingency(counts).pvalue)
    return Grouping(column, tuple(figures), max(shares) - min(shares), p)
