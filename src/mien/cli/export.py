"""``mien export CHECKPOINT --out FILE.onnx``: a network that runs without torch."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from mien.cli.counting import counted
from mien.cli.training_extra import explained_absence
from mien.export.options import SPLITS, ExportOptions, mapping_of
from mien.whole_file import refuse_unwritable

if TYPE_CHECKING:
    from mien.export.export import ExportReport


def export(
    checkpoint: Annotated[Path, typer.Argument(help="File that mien train wrote.")],
    out: Annotated[Path, typer.Option(help="The .onnx file.")],
    int8: Annotated[bool, typer.Option(help="Convolutions in 8 bits; needs --data.")] = False,
    data: Annotated[
        Path | None, typer.Option(help="Data set, to calibrate and to tell accuracy.")
    ] = None,
    dataset: Annotated[str | None, typer.Option(help="Its name; else the trained one's.")] = None,
    split: Annotated[str, typer.Option(help=f"Accuracy of: {', '.join(SPLITS)}.")] = "test",
    limit: Annotated[int, typer.Option(help="Judge so many pictures; 0 for all.")] = 0,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="LABEL=NAME in mien's words.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Writes an ONNX file for mien analyze, mien recognize and the browser."""
    options = ExportOptions(
        checkpoint, out, int8, data, dataset, split, limit, mapping_of(mapping or [])
    )
    refuse_unwritable(out)
    with explained_absence("export"):
        from mien.export.export import export as run

    with counted(Console(stderr=True)) as progress:
        report = run(options, progress)
    if as_json:
        print(json.dumps(asdict(report), indent=2, ensure_ascii=False))
    else:
        _show(report)
        print(out)


def _show(report: ExportReport) -> None:
    table = Table("", "size", "ms a face", f"accuracy ({report.split or 'not judged'})")
    for name, figures in (("32 bits", report.plain), ("8 bits", report.int8)):
        if figures is None:
            continue
        accuracy = "–"
        if figures.accuracy is not None:
            low, high = figures.low or 0.0, figures.high or 0.0
            accuracy = f"{figures.accuracy:.2%} ({low:.2%} to {high:.2%}) of {figures.count:,}"
        size = f"{figures.bytes / 1e6:.2f} MB"
        table.add_row(name, size, f"{figures.ms_a_face:.2f}", accuracy)
    console = Console()
    console.print(table)
    console.print(
        f"Difference from the network: {report.parity:.1e}. Temperature {report.temperature:.3f}."
    )
