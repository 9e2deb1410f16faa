"""``mien data``: which data sets can be read, and what one of them holds."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from mien.datasets.check import SPLITS, DataCheck, Twins, check
from mien.datasets.contact_sheet import contact_sheet
from mien.datasets.reader import Problems
from mien.datasets.table import READERS, open_dataset, reader_for
from mien.errors import SettingsError
from mien.whole_file import refuse_unwritable, write_whole

data = typer.Typer(help="Data sets to train and evaluate on.", no_args_is_help=True)

#: Names listed of each kind of fault; ``--json`` has them all.
_LISTED = 5


@dataclass(frozen=True)
class _Report:
    root: Path
    name: str
    title: str
    samples: int
    left_out: Problems
    found: DataCheck


@data.command("list")
def list_datasets() -> None:
    """Names the data sets that can be read, with the files expected of each."""
    table = Table("name", "data set", "layout", show_lines=True)
    for reader in READERS.values():
        table.add_row(reader.name, reader.title, reader.layout)
    Console().print(table)


@data.command("check")
def check_dataset(
    root: Annotated[Path, typer.Argument(help="Folder or archive of a data set.")],
    dataset: Annotated[
        str | None, typer.Option(help=f"One of: {', '.join(READERS)}. Default: by its layout.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as JSON.")] = False,
    sheet: Annotated[
        Path | None, typer.Option(help="Draw faces of every class into this PNG.")
    ] = None,
) -> None:
    """Counts by class and split, unreadable files, duplicates within and across splits."""
    if sheet is not None:
        if sheet.suffix.lower() != ".png":
            raise SettingsError(f"--sheet must name a .png file; got {sheet}.")
        refuse_unwritable(sheet)
    reader = reader_for(root, dataset)
    problems = Problems()
    samples = open_dataset(root, reader.name, problems)
    with _bar() as bar:
        task = bar.add_task("reading pictures", total=len(samples))
        found = check(samples, lambda done, total: bar.update(task, completed=done, total=total))
    report = _Report(root, reader.name, reader.title, len(samples), problems, found)
    if sheet is not None:
        stream = io.BytesIO()
        contact_sheet(samples, found, f"{reader.title}: {_by_split(found)}").save(stream, "PNG")
        write_whole(sheet, stream.getvalue())
    if as_json:
        names = [sample.name for sample in samples]
        print(json.dumps(_as_json(report, names), indent=1, ensure_ascii=False))
    else:
        _show(report, Console())
        if sheet is not None:
            print(f"Contact sheet: {sheet}")


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    quiet = not console.is_terminal
    return Progress(*columns, TimeRemainingColumn(), console=console, transient=True, disable=quiet)


def _by_split(found: DataCheck) -> str:
    totals = {split: sum(row[split] for row in found.counts.values()) for split in SPLITS}
    return ", ".join(f"{split} {total:,}" for split, total in totals.items() if total)


def _show(report: _Report, console: Console) -> None:
    found = report.found
    console.print(f"[bold]{report.title}[/] ({report.name}) in {report.root}")
    console.print(f"{report.samples:,} samples: {_by_split(found)}")
    sizes = list(found.sizes.items())
    if sizes:
        told = ", ".join(f"{w}×{h} px: {count:,}" for (h, w), count in sizes[:_LISTED])
        console.print(f"Sizes: {told}{f' and {len(sizes) - _LISTED} more' * (len(sizes) > 5)}")
    if found.subjects:
        console.print(f"{found.subjects} people, {found.subjects_across} of them in several splits")
    table = Table("class", *SPLITS, title="Samples", title_justify="left")
    for name, row in found.counts.items():
        table.add_row(name, *(f"{row[split]:,}" for split in SPLITS))
    console.print(table)
    for kind, count in report.left_out.counts().items():
        which = [name for fault, name in report.left_out.found if fault == kind]
        _list(console, f"Left out, {kind}", which, count)
    _list(console, "Unreadable", [n for n, _ in found.unreadable], len(found.unreadable))
    for title, twins in (("Exact duplicates", found.exact), ("Near-duplicates", found.near)):
        if twins is not None:
            _show_twins(console, title, twins)


def _list(console: Console, what: str, names: list[str], count: int) -> None:
    more = f", and {count - _LISTED:,} more (--json lists all)" if count > _LISTED else ""
    told = f": {'; '.join(names[:_LISTED])}{more}" if count else ""
    console.print(f"{what}: {count:,}{told}", highlight=False, markup=False)


def _show_twins(console: Console, title: str, twins: Twins) -> None:
    table = Table("samples of", *(f"with one in {split}" for split in SPLITS))
    table.title, table.title_justify = title, "left"
    for split, row in twins.shared.items():
        table.add_row(split, *(f"{row[other]:,}" for other in SPLITS))
    console.print(table)
    console.print(f"{twins.conflicts:,} of them have one with another label.")


def _as_json(report: _Report, names: list[str]) -> dict[str, Any]:
    found = report.found
    return {
        "root": str(report.root),
        "dataset": report.name,
        "title": report.title,
        "samples": report.samples,
        "counts": found.counts,
        "subjects": found.subjects,
        "subjects_across_splits": found.subjects_across,
        "sizes_px": [{"height": h, "width": w, "count": n} for (h, w), n in found.sizes.items()],
        "left_out": [{"kind": kind, "which": which} for kind, which in report.left_out.found],
        "unreadable": [{"name": name, "why": why} for name, why in found.unreadable],
        "exact_duplicates": _twins_json(found.exact, names),
        "near_duplicates": _twins_json(found.near, names),
    }


def _twins_json(twins: Twins | None, names: list[str]) -> dict[str, Any] | None:
    if twins is None:
        return None
    return {
        "samples_with_one_in": twins.shared,
        "with_another_label": twins.conflicts,
        "pairs": [[names[i], names[j]] for i, j in twins.pairs],
    }
