"""Which readings may be told, and what they say themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mien.assessment.group import withheld_cells
from mien.assessment.settings import GroupSettings
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


@dataclass(frozen=True)
class Readings:
    """What may be told of a recording, or of one person in it.

    Attributes:
        told: the readings.
        withheld: how many faces there were beside them whose reading too few shared.
    """

    told: Sequence[Observation]
    withheld: int = 0


#: What was read of a face: what spoiled it, the expression, and why that is unknown.
Reading = tuple[str | None, str | None, str | None]


def reading_of(observation: Observation) -> Reading:
    """What is told of a face in a class: nothing that tells one face from another."""
    quality, said = observation.quality, observation.expression
    return (
        quality.reason if quality else None,
        said.label if said else None,
        said.reason if said else None,
    )


def told_at(here: Sequence[Observation], settings: GroupSettings) -> Readings:
    """Of the faces of one instant those whose reading at least ``min_cell`` share, but for
    what would let the others be worked out; nothing of fewer than ``min_people``."""
    faces = [o for o in here if o.has_face]
    if faces_of(here) < settings.min_people:
        return Readings(())
    counts = Counter(repr(reading_of(o)) for o in faces)
    cells, _ = withheld_cells(counts, sorted(counts), settings.min_cell)
    told = [o for o in faces if cells[repr(reading_of(o))] is not None]
    return Readings(told, len(faces) - len(told))


def of_class(observations: Sequence[Observation], settings: GroupSettings) -> Readings:
    """What the tables of a class hold: the readings of :func:`told_at` at every instant,
    and instants without any face. Every figure of its page is counted from these, so that
    none tells what the tables withhold."""
    told, withheld = list[Observation](), 0
    for here in by_instant(observations).values():
        if not faces_of(here):
            told.extend(here)
            continue
        found = told_at(here, settings)
        told.extend(found.told)
        withheld += found.withheld
    return Readings(told, withheld)


def known_labels(observations: Sequence[Observation]) -> list[str]:
    """What was read of each face of which something is known."""
    said = (o.expression for o in observations)
    return [e.label for e in said if e is not None and not e.is_unknown]


def engagement_told(readings: Readings) -> str:
    """The share of engaged readings among the known, as a half sentence. A video network's
    levels speak in place of expressions."""
    known = known_labels(readings.told)
    which = "known {} that are not withheld" if readings.withheld else "known {}"
    levels = [label for label in known if label in ENGAGEMENT_LEVELS]
    if levels:
        share = sum(label in ("high", "very high") for label in levels) / len(levels)
        told = which.format("readings")
        return f"engagement was high or very high in {percent(share)} of the {told}"
    if not known:
        return "no share of expressions can be told"
    share = sum(label in ENGAGED for label in known) / len(known)
    return f"{percent(share)} of the {which.format('expressions')} were happy or surprised"
