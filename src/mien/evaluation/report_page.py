"""An evaluation as one HTML file, in the look of the report."""

from __future__ import annotations

from pathlib import Path

from mien.evaluation.charts.confusion import confusion_figure, confusions
from mien.evaluation.charts.curves import precision_recall_figure
from mien.evaluation.charts.reliability import reliability_figure
from mien.evaluation.charts.whiskers import Row, whiskers
from mien.evaluation.comparison import FOLDS, Comparison
from mien.evaluation.evaluate import Evaluation
from mien.evaluation.fairness import LEAST, Grouping
from mien.evaluation.judgement import THRESHOLD, Estimate, Judgement
from mien.evaluation.report_table import p_value, percent, with_interval
from mien.report.charts.figure import Figure
from mien.report.page import document, figure_section, method_section, opening
from mien.version import VERSION
from mien.whole_file import write_whole


def write_page(path: Path, evaluation: Evaluation) -> None:
    """Writes the page, whole or not at all.

    Raises:
        OutputError: when it cannot be written.
    """
    write_whole(path, render_page(evaluation).encode())


def render_page(evaluation: Evaluation) -> str:
    """The HTML. All judgements are in the overview; the other charts are of the last
    one, which is what the run was for."""
    main, facts = evaluation.judgements[-1], evaluation.facts
    figures = [
        overview_figure(evaluation.judgements),
        class_figure(main),
        confusion_figure(main),
        precision_recall_figure(main),
        reliability_figure(main),
    ]
    if evaluation.comparisons:
        figures.insert(1, comparison_figure(evaluation))
    if main.over_folds is not None:
        figures.insert(1, fold_figure(main, main.over_folds))
    figures += [group_figure(grouping) for grouping in evaluation.groups]
    body = opening(summary_of(main), notices_of(main), key_figures(main))
    body += "".join(figure_section(f) for f in figures)
    body += method_section(METHOD, settings_of(evaluation), ("What", "Value"))
    meta = [str(facts["label_set"]), f"Split {facts['split']}", f"{main.count} faces"]
    return document(f"Evaluation of {main.title}", [*meta, str(facts["date"])], body, VERSION)


def summary_of(judgement: Judgement) -> list[str]:
    """Three sentences."""
    a, u = judgement.accuracy, judgement.uar
    worst = min((c for c in judgement.classes if c.count), key=lambda c: c.recall.value)
    told = [
        f"{judgement.title} is right on {percent(a.value)} % of {judgement.count} faces "
        f"({percent(a.low)} to {percent(a.high)}); always saying {judgement.baseline_class} "
        f"would be right on {percent(judgement.baseline)} %.",
        f"Over the classes alike it finds {percent(u.value)} % ({percent(u.low)} to "
        f"{percent(u.high)}); the hardest is {worst.name} with {percent(worst.recall.value)} %.",
    ]
    for name, other, share in confusions(judgement, 1):
        told.append(f"Its most common mistake is to call {name} {other} ({percent(share)} %).")
    return told


def notices_of(judgement: Judgement) -> list[str]:
    """What was missed or left out: never kept quiet."""
    told = [f"{count} samples were left out: {why}." for why, count in judgement.left_out.items()]
    if judgement.missed:
        share = percent(judgement.missed / judgement.count)
        told.append(
            f"{judgement.missed} pictures ({share} %) could not be read; they count as wrong."
        )
    return told


def key_figures(judgement: Judgement) -> list[tuple[str, str]]:
    """The figures at the head."""
    return [
        (f"{percent(judgement.accuracy.value)} %", "accuracy (WAR)"),
        (f"{percent(judgement.uar.value)} %", "mean recall (UAR)"),
        (f"{percent(judgement.macro_f1.value)} %", "macro F1"),
        (f"{percent(judgement.ece.value)} %", "calibration error"),
        (f"{percent(judgement.unknown_share)} %", f"would be unknown (below {THRESHOLD:g})"),
        (f"{percent(judgement.missed / judgement.count)} %", "missed faces"),
    ]


def overview_figure(judgements: tuple[Judgement, ...]) -> Figure:
    """Accuracy of all, with the baseline."""
    title = "Accuracy"
    first = judgements[0]
    mark = first.baseline, f"always {first.baseline_class}"
    best = max(judgements, key=lambda j: j.accuracy.value)
    sentence = f"Best: {best.title}, {with_interval(best.accuracy)} %. Lines are 95 % intervals."
    header = ("Model", "Accuracy (WAR) %", "UAR %", "Macro F1 %", "mAP %", "ECE %", "Missed")
    rows = [
        (
            j.title,
            *(with_interval(e) for e in (j.accuracy, j.uar, j.macro_f1)),
            percent(j.mean_average_precision),
            with_interval(j.ece),
            str(j.missed),
        )
        for j in judgements
    ]
    drawn = whiskers([_row(j.title, j.accuracy) for j in judgements], title, mark=mark)
    return Figure(title, sentence, drawn, header, rows)


def class_figure(judgement: Judgement) -> Figure:
    """Recall of every class with its interval, the others in the table."""
    title = f"Recall of each class: {judgement.title}"
    rows = [
        (
            c.name,
            str(c.count),
            percent(c.precision),
            with_interval(c.recall),
            percent(c.f1),
            percent(c.average_precision),
        )
        for c in judgement.classes
    ]
    drawn = whiskers(
        [_row(f"{c.name} ({c.count})", c.recall) for c in judgement.classes],
        title,
        mark=(judgement.uar.value, "mean (UAR)"),
    )
    header = ("Class", "Faces", "Precision %", "Recall %", "F1 %", "Average precision %")
    sentence = "Share of each class's faces that are found; in brackets, how many there are."
    return Figure(title, sentence, drawn, header, rows)


def fold_figure(judgement: Judgement, mean: Estimate) -> Figure:
    """Accuracy of every fold of a cross-validation with its interval."""
    title = f"Accuracy by fold: {judgement.title}"
    rows = [(str(k), str(fold.count), with_interval(fold)) for k, fold in judgement.folds.items()]
    drawn = whiskers(
        [_row(f"fold {k} ({fold.count})", fold) for k, fold in judgement.folds.items()],
        title,
        mark=(mean.value, "mean of the folds"),
    )
    sentence = (
        f"Mean of {mean.count} folds, each counted alike: {with_interval(mean)} % (Student's "
        "interval). Each fold is judged by the network that has not seen it."
    )
    return Figure(title, sentence, drawn, ("Fold", "Faces", "Accuracy %"), rows)


def comparison_figure(evaluation: Evaluation) -> Figure:
    """Differences of accuracy against the first model, on the same pictures."""
    title = f"Against {evaluation.comparisons[0].first}"
    pairs = list(zip(evaluation.comparisons, evaluation.corrected_p, strict=True))
    header = (
        "Model",
        "Accuracy, points",
        "UAR, points",
        "Right: only the first",
        "Right: only it",
        "McNemar",
        "After Holm",
        "Cohen's g",
        "Over folds" if pairs[0][0].cross_validated else f"Over {FOLDS} parts",
    )
    drawn = whiskers(
        [_row(c.second, c.accuracy_difference) for c, _ in pairs],
        title,
        mark=(0.0, "no difference"),
        unit="",
    )
    rows = [_comparison_row(c, corrected) for c, corrected in pairs]
    return Figure(title, _comparison_sentence(pairs), drawn, header, rows)


def _comparison_row(c: Comparison, corrected: float) -> tuple[str, ...]:
    test, folds = c.mcnemar, c.folds
    told = "too few faces"
    if folds is not None:
        name = "paired t" if folds.test == "t" else "Wilcoxon"
        normal = f"Shapiro {p_value(folds.shapiro_p)}"
        told = f"{name}: {p_value(folds.p)}, d {folds.cohen_d:.2f} ({normal})"
    return (
        c.second,
        with_interval(c.accuracy_difference),
        with_interval(c.uar_difference),
        str(test.only_first),
        str(test.only_second),
        f"{p_value(test.exact_p)} (chi² {test.chi2:.2f}, {p_value(test.chi2_p)})",
        p_value(corrected),
        f"{test.cohen_g:+.3f}",
        told,
    )


def _comparison_sentence(pairs: list[tuple[Comparison, float]]) -> str:
    told = []
    for c, p in pairs:
        gain = c.accuracy_difference.value * 100
        sure = "more than chance" if p < 0.05 else "may be chance"
        told.append(f"{c.second} {gain:+.1f} points ({sure}, {p_value(p)})")
    return "; ".join(told) + "."


def group_figure(grouping: Grouping) -> Figure:
    """Accuracy of every group of one column."""
    title = f"By {grouping.column}"
    rows = [
        (
            g.value,
            str(g.accuracy.count),
            with_interval(g.accuracy),
            percent(g.uar),
            str(g.missed),
        )
        for g in grouping.groups
    ]
    sentence = "Fewer than two groups are large enough to compare."
    if grouping.gap is not None and grouping.p is not None:
        sentence = (
            f"The largest gap between groups is {percent(grouping.gap)} points "
            f"(chi² test that all are alike: {p_value(grouping.p)})."
        )
    drawn = whiskers(
        [_row(f"{g.value} ({g.accuracy.count})", g.accuracy) for g in grouping.groups], title
    )
    note = f"Groups of fewer than {LEAST} faces are shown but not compared."
    header = ("Group", "Faces", "Accuracy %", "UAR %", "Missed")
    return Figure(title, sentence, drawn, header, rows, note)


def _row(name: str, estimate: Estimate) -> Row:
    return Row(name, estimate, with_interval(estimate))


#: How the figures came about.
METHOD = (
    "Accuracy, recall and group figures carry Wilson's score interval; UAR, macro F1, "
    "calibration error and differences a percentile bootstrap of 1000 seeded draws.",
    "The calibration error has 15 bins of equal width; the temperature was fitted on the "
    "validation split, as were the weights of a weighted ensemble. Nothing was chosen on the "
    "split that is judged here.",
    f"Tests over {FOLDS} parts compare the same networks on disjoint parts of the split: they "
    "say how sure a difference is on faces like these, not over trainings. Tests over the folds "
    "of a cross-validation do compare trainings, but these share data: they are somewhat too sure.",
    "A face shows an expression; what a person feels cannot be read from it.",
)


def settings_of(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Where the figures come from."""
    facts = evaluation.facts
    rows = [(str(key), _told(value)) for key, value in facts.items() if key != "checkpoints"]
    for checkpoint in facts["checkpoints"]:
        rows.append((f"checkpoint, {checkpoint['system']}", str(checkpoint["file"])))
    return rows


def _told(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {v}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    return str(value)
