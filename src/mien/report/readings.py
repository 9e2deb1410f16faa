"""Which readings may be told, and what they say themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mien.labels import ENGAGED, ENGAGEMENT_LEVELS
from mien.observations import Observation
from mien.report.charts.figure import percent


def by_instant(observations: Iterable[Observation]) -> dict[float, list[Observation]]:
    """``time_s`` -> the readings of that instant, in order of time."""
    found: dict[float, list[Observation]] = {}
    for observation in observations:
        found.setdefault(observation.time_s, []).append(observation)
    return dict(sorted(found.items()))


def faces_of(here: Sequence[Observation]) -> int:
    """How many people were seen at one instant."""
    return len({o.person_id for o in here if o.has_face})


def of_enough(observations: Sequence[Observation], least: int) -> Sequence[Observation]:
    """The readings of instants at which ``least`` people were seen, and those without any
    face: what a class may be told of. The rest is left out of every figure, so that it
    cannot be worked out by subtraction."""
    if least <= 1:
        return observations
    return [
        o
        for here in by_instant(observations).values()
        if faces_of(here) >= least or not faces_of(here)
        for o in here
    ]


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
        return None, "no share of expressions can be told"
    share = sum(label in ENGAGED for label in known) / len(known)
    return share, f"{percent(share)} of the known expressions were happy or surprised"
