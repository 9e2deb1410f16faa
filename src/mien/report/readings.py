"""What the readings themselves say, for the sentences of the page."""

from __future__ import annotations

from collections.abc import Sequence

from mien.labels import ENGAGED, ENGAGEMENT_LEVELS
from mien.observations import Observation
from mien.report.charts.figure import percent


def known_labels(observations: Sequence[Observation]) -> list[str]:
    """What was read of each face of which something is known."""
    said = (o.expression for o in observations)
    return [e.label for e in said if e is not None and not e.is_unknown]


def engagement_told(observations: Sequence[Observation]) -> tuple[float | None, str]:
    """The share of engaged readings among the known, 0 to 1, and a half sentence with it;
    None where none is known. A video network's levels speak in place of expressions."""
    known = known_labels(observations)
    levels = [label for label in known if label in ENGAGEMENT_LEVELS]
    if levels:
        share = sum(label in ("high", "very high") for label in levels) / len(levels)
        return share, f"engagement was high or very high in {percent(share)} of the known readings"
    if not known:
        return None, "no expression is known"
    share = sum(label in ENGAGED for label in known) / len(known)
    return share, f"{percent(share)} of the known expressions were happy or surprised"
