"""Tables and figures of the pages of results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers_from: int = 99) -> str:
    """A Markdown table; columns from ``numbers_from`` on stand to the right."""
    rules = ["---:" if i >= numbers_from else "---" for i in range(len(heads))]
    return "\n".join("| " + " | ".join(line) + " |" for line in (heads, rules, *rows))


def with_interval(value: float, low: float, high: float) -> str:
    """A percentage and its interval: ``69.3 (67.8–70.8)``."""
    return f"{value:.1f} ({low:.1f}–{high:.1f})"
