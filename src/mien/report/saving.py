"""Writes a result: tables, summary.json and report.html, each whole or not at all."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from mien.report.charts.figure import clock
from mien.report.class_tables import class_observations_table, class_states_table
from mien.report.method import AFFECT_OFF, method_of, settings_rows
from mien.report.page import Page, render
from mien.report.sections import (
    ResultLike,
    as_class,
    figures_of,
    key_figures,
    moments_of,
    summary_of,
)
from mien.report.tables import (
    SCHEMA_VERSION,
    as_csv,
    as_parquet,
    observations_table,
    states_table,
)
from mien.version import VERSION
from mien.whole_file import write_whole

#: What :func:`save_result` writes.
RESULT_FILES: Final = (
    "observations.parquet",
    "observations.csv",
    "states.csv",
    "summary.json",
    "report.html",
)


def save_result(result: ResultLike, directory: Path) -> None:
    """Writes :data:`RESULT_FILES` into a folder.

    Raises:
        OutputError: when the folder cannot be written.
    """
    table, states = tables_of(result)
    write_whole(directory / "observations.parquet", as_parquet(table))
    write_whole(directory / "observations.csv", as_csv(table))
    write_whole(directory / "states.csv", as_csv(states))
    summary = json.dumps(summary_json(result), indent=2, ensure_ascii=False)
    write_whole(directory / "summary.json", summary.encode())
    write_whole(directory / "report.html", render(page_of(result)).encode())


def tables_of(result: ResultLike) -> tuple[pa.Table, pa.Table]:
    """Observations and states; with ``classroom`` nobody can be followed in them."""
    if result.classroom:
        assessment = result.assessment
        rows = class_observations_table(result.observations, assessment.settings.group)
        return rows, class_states_table(assessment.group)
    return observations_table(result.observations), states_table(result.assessment.states)


def summary_json(result: ResultLike) -> dict[str, Any]:
    """The machine's summary; a class carries no individuals."""
    source = result.source
    return {
        "schema": SCHEMA_VERSION,
        "mien": VERSION,
        "source": {
            "name": source.name,
            "duration_s": source.duration_s,
            "instants": source.instants,
            "undecodable": source.undecodable,
            "every_s": source.every_s,
        },
        "lesson": result.lesson.title if result.lesson else "",
        "instruments": asdict(result.instruments),
        "summary": summary_of(result),
        "assessment": result.assessment.to_dict(individuals=not as_class(result)),
    }


def page_of(result: ResultLike) -> Page:
    """The page of a result."""
    source = result.source
    title = result.lesson.title if result.lesson and result.lesson.title else source.name
    return Page(
        title=title,
        meta=[
            f"Length {clock(source.duration_s)}",
            f"{source.instants} {'instant' if source.instants == 1 else 'instants'} read",
            "Expressions read" if result.affect else "Presence and pose only",
        ],
        summary=summary_of(result),
        key_figures=key_figures(result),
        moments=moments_of(result),
        figures=figures_of(result),
        notices=[] if result.affect else [AFFECT_OFF],
        method=method_of(result, model_card()),
        settings=settings_rows(result.assessment.settings.to_dict()),
        version=VERSION,
    )


def model_card() -> dict[str, Any]:
    """The bundled expression model's figures; empty where there are none."""
    try:
        text = files("mien.weights").joinpath("expression.json").read_text(encoding="utf-8")
        card: dict[str, Any] = json.loads(text)
    except (OSError, ValueError):
        return {}
    return card
