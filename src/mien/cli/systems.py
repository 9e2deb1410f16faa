"""``mien systems``: the published systems, their size, and the figures of print and ours."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

import mien
from mien.cli.training_extra import explained_absence
from mien.errors import SettingsError
from mien.networks.table import SYSTEMS, System

#: Written by the evaluation of all systems; part of the sources, not of the wheel.
RESULTS = Path(mien.__file__).parents[2] / "docs" / "results.json"


def systems(
    results: Annotated[
        Path | None, typer.Option(help="Our figures; docs/results.json of the sources.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Lists the published systems: paper, input, size, published and our accuracy."""
    measured = read_results(results)
    with explained_absence("systems"):
        from mien.networks.complexity import system_complexity
    rows = []
    for system in SYSTEMS.values():
        size = system_complexity(system)
        figures = our_figures(measured, system.name)
        rows.append(row_of(system, size.parameters, size.multiply_adds, figures))
    if as_json:
        print(json.dumps(rows, indent=2))
    else:
        Console().print(table_of(rows), papers_of(rows), sep="\n\n")


def read_results(path: Path | None) -> list[dict[str, Any]]:
    """Rows ``{"system", "dataset", "accuracy_percent", ...}``; none where the default file
    is not there.

    Raises:
        SettingsError: a named file is missing, or a file holds no such rows.
    """
    file = path or RESULTS
    if path is None and not file.is_file():
        return []
    try:
        rows = json.loads(file.read_text("utf-8"))
        if not isinstance(rows, list):
            raise TypeError
        for row in rows:
            str(row["system"]), str(row["dataset"]), float(row["accuracy_percent"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"{file} is no list of results ({type(error).__name__}): expected rows with "
            "system, dataset and accuracy_percent. Leave --results out, or name another file."
        ) from error
    return rows


def our_figures(rows: Iterable[Mapping[str, Any]], system: str) -> dict[str, float]:
    """Our best accuracy by data set, percent."""
    best: dict[str, float] = {}
    for row in rows:
        if row["system"] == system:
            accuracy = float(row["accuracy_percent"])
            best[row["dataset"]] = max(accuracy, best.get(row["dataset"], accuracy))
    return best


def row_of(
    system: System, parameters: int, multiply_adds: int, ours: Mapping[str, float]
) -> dict[str, Any]:
    """One system as ``--json`` gives it; counts are whole numbers, accuracies percent."""
    return {
        "name": system.name,
        "title": system.title,
        "paper": system.paper,
        "input": {
            "side_px": system.input.side_px,
            "channels": system.input.channels,
            "frames": system.input.frames,
            "landmarks": system.input.landmarks,
        },
        "switches": dict(system.switches),
        "parameters": parameters,
        "printed_parameters": system.printed_parameters,
        "multiply_adds": multiply_adds,
        "printed_multiply_adds": system.printed_macs,
        "published_percent": dict(system.published),
        "our_percent": dict(ours),
    }


def table_of(rows: Iterable[Mapping[str, Any]]) -> Table:
    """For people; what is printed in the papers stands in brackets."""
    table = Table(
        box=None,
        padding=(0, 2, 0, 0),
        caption="In brackets: size as printed. Accuracies: published / ours, percent.",
    )
    table.add_column("system", no_wrap=True)
    for column in ("input", "parameters", "multiply-\nadds"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("accuracy", no_wrap=True)
    for row in rows:
        table.add_row(
            row["name"],
            _shape(row["input"]),
            _count(row["parameters"], row["printed_parameters"], 1e6, "M"),
            _count(row["multiply_adds"], row["printed_multiply_adds"], 1e9, "G"),
            _accuracies(row["published_percent"], row["our_percent"]),
        )
    return table


def papers_of(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Which paper each system is from."""
    table = Table.grid(padding=(0, 2))
    for row in rows:
        table.add_row(f"[bold]{row['name']}[/bold]", row["paper"])
    return table


def _shape(shape: Mapping[str, int | None]) -> str:
    frames = f"{shape['frames']}×" if shape["frames"] else ""
    points = f"\n{shape['landmarks']} points" if shape["landmarks"] else ""
    return f"{frames}{shape['side_px']}×{shape['side_px']}×{shape['channels']}{points}"


def _count(counted: int, printed: float | None, unit: float, letter: str) -> str:
    text = f"{counted / unit:.3f} {letter}"
    return f"{text}\n({printed / unit:g} {letter})" if printed else text


def _accuracies(published: Mapping[str, float], ours: Mapping[str, float]) -> str:
    return "\n".join(
        f"{name} {_percent(published.get(name))} / {_percent(ours.get(name))}"
        for name in dict.fromkeys((*published, *ours))
    )


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
