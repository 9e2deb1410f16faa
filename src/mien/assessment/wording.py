"""Numbers in sentences: two significant digits, units always."""

from __future__ import annotations


def seconds(value_s: float) -> str:
    """``"9.6 s"``, ``"12 s"``, ``"3 min 20 s"``."""
    if value_s < 99.5:
        return f"{value_s:.2g} s"
    minutes, rest = divmod(round(value_s), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def percent(share: float) -> str:
    """``"43 %"`` of a share from 0 to 1."""
    return f"{100 * share:.0f} %"


def clock(time_s: float) -> str:
    """``"1:05"`` or ``"1:02:05"``; with a minus sign before the start."""
    sign, whole = ("-" if time_s < 0 else ""), int(abs(time_s))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}:{minutes:02}:{rest:02}" if hours else f"{sign}{minutes}:{rest:02}"
