"""``mien evaluate CHECKPOINT… --data ROOT``: every figure of trained networks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mien.cli.training_extra import explained_absence
from mien.evaluation.options import (
    CLASSIFIER_NAMES,
    ENSEMBLE_NAMES,
    SPLITS,
    EvaluationOptions,
)
from mien.whole_file import refuse_unwritable


def evaluate(
    checkpoints: Annotated[
        list[Path], typer.Argument(help="Files of mien train or mien export, or: bundled.")
    ],
    data: Annotated[Path, typer.Option(help="Folder or archive of the data set.")],
    dataset: Annotated[str | None, typer.Option(help="Its name; else told by its layout.")] = None,
    split: Annotated[str, typer.Option(help=f"One of: {', '.join(SPLITS)}.")] = "test",
    ensemble: Annotated[
        str | None, typer.Option(help=f"Put together: {', '.join(ENSEMBLE_NAMES)}.")
    ] = None,
    classifier: Annotated[
        str | None, typer.Option(help=f"On deep features: {', '.join(CLASSIFIER_NAMES)}.")
    ] = None,
    flip: Annotated[bool, typer.Option(help="Look at the mirror image too.")] = False,
    compare: Annotated[bool, typer.Option(help="Test every other against the first.")] = False,
    groups: Annotated[
        Path | None, typer.Option(help="CSV with a column name, and one a grouping of people.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
    page: Annotated[Path | None, typer.Option(help="Also write this HTML page.")] = None,
) -> None:
    """Accuracy, UAR, F1, calibration and more of trained networks, with intervals."""
    options = EvaluationOptions(
        tuple(checkpoints), data, dataset, split, ensemble, classifier, flip, compare, groups
    )
    if page is not None:
        refuse_unwritable(page)
    with explained_absence("evaluate"):
        from mien.cli.counting import counted
        from mien.evaluation.evaluate import evaluate as run
        from mien.evaluation.judgement import as_json as plain
        from mien.evaluation.report_page import write_page
        from mien.evaluation.report_table import print_evaluation

    with counted(Console(stderr=True)) as progress:
        evaluation = run(options, progress)
    if page is not None:
        write_page(page, evaluation)
    if as_json:
        print(json.dumps(plain(evaluation), indent=2, ensure_ascii=False))
    else:
        print_evaluation(Console(), evaluation)
