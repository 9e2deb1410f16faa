"""``mien systems``: the published systems, their size, and the figures of print and ours."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

import mien
from mien.cli.training_extra import explained_absence
from mien.errors import SettingsError
from mien.networks.table import SYSTEMS, System
from mien.weights import BUNDLED

#: Written by the evaluation of all systems; part of the sources, not of the wheel.
RESULTS = Path(mien.__file__).parents[2] / "docs" / "results.json"
#: Up to this share of the parameters two networks differ by their classes alone.
_SAME_SIZE: Final = 0.01
_CAPTION: Final = (
    "In brackets: size as printed. Accuracies: published / ours, percent.\n"
    "* of another size than told here: --json names the recipe.\n"
    "† trained on from the expression model that ships."
)


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
        best = our_best(measured, system.name)
        rows.append(row_of(system, size.parameters, size.multiply_adds, best))
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


def our_best(rows: Iterable[Mapping[str, Any]], system: str) -> dict[str, Mapping[str, Any]]:
    """The row of our best accuracy by data set."""
    best: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if row["system"] == system:
            known = best.setdefault(row["dataset"], row)
            if float(row["accuracy_percent"]) > float(known["accuracy_percent"]):
                best[row["dataset"]] = row
    return best


def row_of(
    system: System, parameters: int, multiply_adds: int, best: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """One system as ``--json`` gives it; counts are whole numbers, accuracies percent. Our
    figures say of which recipe, of what size and from which weights they are, because few of
    them are of the published network."""
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
        "our_percent": {name: float(row["accuracy_percent"]) for name, row in best.items()},
        "our_networks": {
            name: {key: row.get(key) for key in ("recipe", "parameters", "start")}
            for name, row in best.items()
        },
    }


def table_of(rows: Iterable[Mapping[str, Any]]) -> Table:
    """For people; what is printed in the papers stands in brackets."""
    table = Table(
        box=None,
        padding=(0, 1, 0, 0),
        caption=_CAPTION,
        caption_justify="left",
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
            _accuracies(row),
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


def _accuracies(row: Mapping[str, Any]) -> str:
    published, ours = row["published_percent"], row["our_percent"]
    return "\n".join(
        f"{name} {_percent(published.get(name))} / {_percent(ours.get(name))}"
        + _marks(row["our_networks"].get(name, {}), row["parameters"])
        for name in dict.fromkeys((*published, *ours))
    )


def _marks(ours: Mapping[str, Any], parameters: int) -> str:
    """What sets the network of our figure apart from the one whose size is told."""
    size = ours.get("parameters") or parameters
    other = "*" if abs(size - parameters) > _SAME_SIZE * parameters else ""
    return other + ("†" if ours.get("start") == BUNDLED else "")


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
