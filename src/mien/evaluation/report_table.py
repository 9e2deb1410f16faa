"""An evaluation on the terminal."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from mien.evaluation.evaluate import Evaluation
from mien.evaluation.judgement import Estimate, Judgement


def percent(value: float | None) -> str:
    """``0.7312`` -> ``73.1``; a dash for what cannot be said."""
    return "–" if value is None or math.isnan(value) else f"{value * 100:.1f}"


def with_interval(estimate: Estimate) -> str:
    """``73.1 (71.6–74.5)``."""
    if math.isnan(estimate.value):
        return "–"
    return f"{percent(estimate.value)} ({percent(estimate.low)}–{percent(estimate.high)})"


def p_value(p: float) -> str:
    """``p = 0.031``, ``p < 0.001``."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def print_evaluation(console: Console, evaluation: Evaluation) -> None:
    """Tables of all figures, in percent with 95 % intervals."""
    facts = evaluation.facts
    first = evaluation.judgements[0]
    console.print(
        f"{facts['label_set']}, split {facts['split']}: {first.count} faces judged. "
        f"Always saying {first.baseline_class} gives {percent(first.baseline)} %."
    )
    for reason, count in first.left_out.items():
        console.print(f"Left out: {count} {reason}.")
    console.print(overview(evaluation))
    for judgement in evaluation.judgements:
        if judgement.over_folds is not None:
            console.print(fold_sentence(judgement, facts))
    if "ensemble_weights" in facts:
        console.print(f"Weights, fitted on validation: {facts['ensemble_weights']}")
    console.print(class_table(evaluation.judgements[-1]))
    if evaluation.comparisons:
        console.print(comparison_table(evaluation))
    for grouping in evaluation.groups:
        heads = ("group", "faces", "accuracy %", "UAR %")
        table = whole_table(heads, f"By {grouping.column}")
        for group in grouping.groups:
            row = group.value, str(group.accuracy.count), with_interval(group.accuracy)
            table.add_row(*row, percent(group.uar))
        console.print(table)
        if grouping.gap is not None and grouping.p is not None:
            console.print(f"Largest gap {percent(grouping.gap)} points, {p_value(grouping.p)}.")


def whole_table(heads: tuple[str, ...], title: str | None = None) -> Table:
    """A table that breaks a figure into lines where the terminal is narrow, and never cuts it."""
    return Table(*(Column(head, overflow="fold") for head in heads), title=title)


def overview(evaluation: Evaluation) -> Table:
    """A row a figure, a column a judgement: five stand beside each other in 80 columns."""
    judgements = evaluation.judgements
    table = whole_table(("%", *(j.title for j in judgements)))
    rows: tuple[tuple[str, Callable[[Judgement], str]], ...] = (
        ("accuracy (WAR)", lambda j: with_interval(j.accuracy)),
        ("UAR", lambda j: with_interval(j.uar)),
        ("macro F1", lambda j: with_interval(j.macro_f1)),
        ("mAP", lambda j: percent(j.mean_average_precision)),
        ("ECE", lambda j: with_interval(j.ece)),
        ("missed faces", lambda j: f"{percent(j.missed / j.count)} ({j.missed})"),
        ("unknown", lambda j: percent(j.unknown_share)),
    )
    for name, told in rows:
        table.add_row(name, *map(told, judgements))
    return table


def fold_sentence(judgement: Judgement, facts: Mapping[str, Any]) -> str:
    """The mean over folds, which papers print, beside the accuracy over all samples."""
    assert judgement.over_folds is not None
    values = [fold.value for fold in judgement.folds.values()]
    return (
        f"{judgement.title}: mean of {len(values)} folds {with_interval(judgement.over_folds)} %, "
        f"from {percent(min(values))} to {percent(max(values))}"
        + (f" ({facts['cross_validation']})." if "cross_validation" in facts else ".")
    )


def class_table(judgement: Judgement) -> Table:
    """A row a class."""
    heads = ("class", "faces", "precision %", "recall %", "F1 %", "average precision %")
    table = whole_table(heads, judgement.title)
    for row in judgement.classes:
        figures = percent(row.precision), with_interval(row.recall), percent(row.f1)
        table.add_row(row.name, str(row.count), *figures, percent(row.average_precision))
    return table


def comparison_table(evaluation: Evaluation) -> Table:
    """A row a comparison."""
    heads = (
        "",
        "accuracy, points",
        "right: only first / only it",
        "McNemar",
        "after Holm",
        "folds",
    )
    table = whole_table(heads, f"Against {evaluation.comparisons[0].first}")
    pairs = zip(evaluation.comparisons, evaluation.corrected_p, strict=True)
    for comparison, corrected in pairs:
        test, folds = comparison.mcnemar, comparison.folds
        told = "too few"
        if folds is not None:
            told = f"{folds.test}: {p_value(folds.p)}, d {folds.cohen_d:.2f}"
        table.add_row(
            comparison.second,
            with_interval(comparison.accuracy_difference),
            f"{test.only_first} / {test.only_second}",
            p_value(test.exact_p),
            p_value(corrected),
            told,
        )
    return table
