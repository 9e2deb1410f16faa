"""The fill of each expression and state: a colour of meaning, or a tint of the accent
with a pattern; unknown is hatched. Nothing is told by colour alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mien.report.palette import EXPRESSION_HEX, LEVEL_HEX

#: States that speak of each rule, in the order of legends. The tints are steps of one
#: blue; the second value is the pattern drawn over it.
STATES: Final[dict[str, tuple[str, str]]] = {
    "dedicated": ("#1F5F99", ""),
    "focused": ("#1F5F99", ""),
    "no_sign_of_difficulty": ("#1F5F99", ""),
    "engaged": ("#1F5F99", ""),
    "preferred": ("#1F5F99", ""),
    "measured": ("#5B93C7", "dots"),
    "not_preferred": ("#A9C4DE", ""),
    "no_preference": ("#A9C4DE", ""),
    "active": ("#1F5F99", ""),
    "happy": ("#5B93C7", "dots"),
    "neutral": ("#A9C4DE", ""),
    "confused": ("#8E6BB0", "rise"),
    "difficult": ("#8E6BB0", "rise"),
    "tired": ("#5E6B78", "lines"),
    "passive": ("#5E6B78", "lines"),
    "bored": ("#C9B79C", "dots"),
    "inattentive_or_fault": ("#C9B79C", "dots"),
}
_MARKS: Final = {
    "dots": '<circle cx="3" cy="3" r="1.2" fill="#fff" fill-opacity=".75"/>',
    "rise": '<path d="M0 6L6 0" stroke="#fff" stroke-opacity=".8" stroke-width="1.3"/>',
    "lines": '<path d="M0 3H6" stroke="#fff" stroke-opacity=".7" stroke-width="1.2"/>',
}
#: Plain words for the names in the code.
WORDS: Final = {
    "inattentive_or_fault": "away or a fault",
    "no_sign_of_difficulty": "no sign of difficulty",
    "not_preferred": "less preferred",
}


def words(state: str) -> str:
    """A state's name as people say it."""
    return WORDS.get(state, state.replace("_", " "))


def fill_of(state: str) -> str:
    """What goes into the ``fill`` attribute for a state of learning."""
    return f"url(#state-{state})" if state in STATES else "url(#unknown)"


def fill_of_expression(name: str) -> str:
    """What goes into the ``fill`` attribute for what was read of a face: an expression,
    or a state or level of a network that reads such."""
    return EXPRESSION_HEX.get(name) or LEVEL_HEX.get(name) or fill_of(name)


def definitions() -> str:
    """The patterns, once a page."""
    parts = [
        '<pattern id="unknown" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<rect width="6" height="6" class="unknown-ground"/>'
        '<path d="M0 6L6 0M-1 1L1 -1M5 7L7 5" class="unknown-line"/></pattern>'
    ]
    for name, (colour, mark) in STATES.items():
        parts.append(
            f'<pattern id="state-{name}" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<rect width="6" height="6" fill="{colour}"/>{_MARKS.get(mark, "")}</pattern>'
        )
    body = "".join(parts)
    return f'<svg width="0" height="0" aria-hidden="true" class="defs"><defs>{body}</defs></svg>'


def legend(names: list[str], fill: Callable[[str], str] = fill_of) -> str:
    """Boxes with words, as HTML."""
    alike: dict[str, list[str]] = {}
    for name in names:  # states of different rules may share a fill: one box for them
        alike.setdefault(str(STATES.get(name, fill(name))), []).append(name)
    items = "".join(
        f'<li><svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">'
        f'<rect width="16" height="16" rx="3" fill="{fill(group[0])}"/></svg>'
        f"{' / '.join(words(n) for n in group)}</li>"
        for group in alike.values()
    )
    return f'<ul class="legend">{items}</ul>'
