"""CSV for spreadsheets: RFC 4180, and no cell that is run."""

from __future__ import annotations

import pytest

from mien.server.csv_text import csv_text


def test_a_table() -> None:
    rows = [{"a": 1, "b": 'say "x", y'}, {"a": None, "b": ["ä"]}]
    assert csv_text(("a", "b"), rows) == '\ufeffa,b\r\n1,"say ""x"", y"\r\n,"[""ä""]"\r\n'
    assert csv_text(("a",), [{"a": 0.5}], header=False) == "0.5\r\n"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1"])
def test_a_formula_is_text(text: str) -> None:
    cell = csv_text(("a",), [{"a": text}], header=False)
    assert cell.lstrip('"').startswith(f"'{text[0]}")


def test_excel_is_told_the_encoding_once() -> None:
    rows = [{"höhe": "日本"}]
    text = csv_text(("höhe",), ()) + csv_text(("höhe",), rows, header=False)
    assert text.encode() == b"\xef\xbb\xbf" + "höhe\r\n日本\r\n".encode()


def test_numbers_below_zero_stay_numbers() -> None:
    assert csv_text(("a",), [{"a": -1.5}], header=False) == "-1.5\r\n"
