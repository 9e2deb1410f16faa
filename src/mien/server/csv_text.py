"""Rows as CSV that spreadsheets open without running anything in it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Final

#: Spreadsheets take a cell that begins so for a formula (OWASP, *CSV Injection*).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
#: Without it Excel reads UTF-8 as the letters of the machine's old code page.
BYTE_ORDER_MARK: Final = "\ufeff"


def csv_text(
    columns: Sequence[str], rows: Iterable[Mapping[str, object]], *, header: bool = True
) -> str:
    """A header and the rows (RFC 4180). None is an empty cell, lists and mappings JSON.

    Args:
        header: begin a file, with a byte order mark and the columns; else go on with one.
    """
    file = StringIO(newline="")
    writer = csv.writer(file)
    if header:
        file.write(BYTE_ORDER_MARK)
        writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return file.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
