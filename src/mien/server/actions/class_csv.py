"""The class report as one table for spreadsheets; withheld figures are empty and say so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from mien.server.csv_text import csv_text
from mien.server.schemas.report import ClassReport

COLUMNS: Final = ("table", "time_utc", "point", "name", "value", "note")
FIGURES: Final = ("present", "focus", "engagement", "difficulty", "passive", "unknown")
WITHHELD: Final = "withheld or not known"

Row = dict[str, object]


def report_csv(report: ClassReport) -> str:
    """A row a figure."""
    return csv_text(COLUMNS, _rows(report))


def _rows(report: ClassReport) -> Iterator[Row]:
    yield from _figures(report)
    yield from _events(report)
    for group, values in report.thresholds.items():
        for name, value in values.items():
            told = report.explained[f"{group}.{name}"]
            yield _row("threshold", f"{group}.{name}", value, note=told)


def _figures(report: ClassReport) -> Iterator[Row]:
    for name in (*FIGURES, "most_present", "shown_s", "withheld_s", "min_people", "min_cell"):
        yield _row("class", name, getattr(report, name), at_s=report.from_s, note=report.note)
    for point in report.points:
        where = point.point_title
        for name in ("seconds", "withheld_s", "people", "most_people", "withheld_share"):
            yield _row("point", name, getattr(point, name), point=where, note=point.note)
        for state, share in point.shares.items():
            yield _row("point", f"share_{state}", share, point=where, note=point.note)
    for instant in report.trend:
        for name in FIGURES:
            yield _row("trend", name, getattr(instant, name), at_s=instant.at_s)


def _events(report: ClassReport) -> Iterator[Row]:
    for moment in report.moments:
        lasted_s = moment.ended_at_s - moment.at_s
        where, note = moment.point_title, moment.reason
        yield _row("moment", moment.kind, lasted_s, at_s=moment.at_s, point=where, note=note)
    for offer in report.interventions:
        for name, count in offer.model_dump(exclude={"kind", "title", "note"}).items():
            yield _row("intervention", f"{offer.kind}_{name}", count, note=offer.note)


def _row(
    table: str,
    name: str,
    value: object,
    *,
    at_s: float | None = None,
    point: str = "",
    note: str = "",
) -> Row:
    time = "" if at_s is None else datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "table": table,
        "time_utc": time,
        "point": point,
        "name": name,
        "value": round(value, 4) if isinstance(value, float) else value,
        "note": note or (WITHHELD if value is None else ""),
    }
