"""A class as it is now: five figures, difficulty by knowledge point, alerts. Groups only.

The floor holds for every figure: fewer than ``min_people`` present, and nothing is
shown but that they are too few. Cells of fewer than ``min_cell`` people are withheld,
and a second with each lone one, so that none can be worked out from the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mien.assessment.group import TOO_FEW, withheld_cells
from mien.assessment.rules.difficulty import DIFFICULT
from mien.assessment.rules.focus import FOCUSED
from mien.assessment.rules.involvement import PASSIVE
from mien.assessment.settings import GroupSettings
from mien.labels import UNKNOWN
from mien.observations import LearningState

#: What one learner counts as at a point, the most telling first.
STATES: Final = ("difficult", "away", "passive", "steady", UNKNOWN)


@dataclass(frozen=True)
class LearnerNow:
    """One learner's latest states, by rule, at the point where they are. No name."""

    knowledge_point: str
    states: Mapping[str, LearningState] = field(default_factory=dict)

    @property
    def standing(self) -> str:
        """One of :data:`STATES`."""
        said = {rule: state.state for rule, state in self.states.items()}
        if said.get("difficulty") == DIFFICULT:
            return "difficult"
        focus = said.get("focus", UNKNOWN)
        if focus not in (FOCUSED, UNKNOWN):
            return "away"
        if said.get("involvement") == PASSIVE:
            return "passive"
        return "steady" if focus == FOCUSED else UNKNOWN


@dataclass(frozen=True)
class Share:
    """Part of a whole in people. ``part`` None: withheld, or nothing is known."""

    part: int | None
    whole: int
    unknown: int | None


@dataclass(frozen=True)
class PointNow:
    """People at one point by standing; None where withheld."""

    knowledge_point: str
    people: int | None
    counts: Mapping[str, int | None]
    note: str = ""


@dataclass(frozen=True)
class Alert:
    """Something that concerns the group, with its reason in words."""

    kind: str
    knowledge_point: str
    reason: str


@dataclass(frozen=True)
class ClassNow:
    """The live view.

    Attributes:
        shown: False below the floor; then every figure is None or empty.
        present: learners in the lesson whose data comes in.
        focus, difficulty, passive: people of those known.
        engagement: mean share of happy or surprised readings, 0 to 1; None withheld.
        unknown: people of whom nothing is known now.
        points: in the lesson's order.
    """

    shown: bool
    min_people: int
    present: int | None
    focus: Share | None
    difficulty: Share | None
    passive: Share | None
    engagement: float | None
    unknown: int | None
    points: tuple[PointNow, ...]
    alerts: tuple[Alert, ...]
    note: str = ""


def class_now(
    learners: Sequence[LearnerNow], points: Sequence[str], settings: GroupSettings
) -> ClassNow:
    """The class at one moment.

    Args:
        learners: everyone whose data came in lately.
        points: the lesson's points in order.
        settings: floor, smallest cell, and the share that makes an alert.
    """
    floor = settings.min_people
    if len(learners) < floor:
        return ClassNow(False, floor, None, None, None, None, None, None, (), (), TOO_FEW)
    engaged = [
        s.value
        for learner in learners
        if (s := learner.states.get("engagement")) is not None and s.value is not None
    ]
    rows = _points(learners, points, settings)
    return ClassNow(
        shown=True,
        min_people=floor,
        present=len(learners),
        focus=_share(learners, "focus", FOCUSED, settings),
        difficulty=_share(learners, "difficulty", DIFFICULT, settings),
        passive=_share(learners, "involvement", PASSIVE, settings),
        engagement=sum(engaged) / len(engaged) if len(engaged) >= floor else None,
        unknown=_cell(sum(n.standing == UNKNOWN for n in learners), len(learners), settings),
        points=rows,
        alerts=_alerts(rows, settings),
    )


def _share(learners: Sequence[LearnerNow], rule: str, state: str, settings: GroupSettings) -> Share:
    said = [n.states[rule].state if rule in n.states else UNKNOWN for n in learners]
    known = sum(s != UNKNOWN for s in said)
    part = sum(s == state for s in said)
    enough = known >= settings.min_people
    unknown = _cell(len(learners) - known, len(learners), settings)
    return Share(_cell(part, known, settings) if enough else None, known, unknown)


def _cell(part: int, whole: int, settings: GroupSettings) -> int | None:
    """A count, or None where it or its complement speaks of too few; all or none of a
    group is told only as far as it names nobody: none is, all but a few is not."""
    if part == 0:
        return 0
    rest = whole - part
    too_few = part < settings.min_cell or 0 < rest < settings.min_cell
    return None if too_few else part


def _points(
    learners: Sequence[LearnerNow], points: Sequence[str], settings: GroupSettings
) -> tuple[PointNow, ...]:
    names = [*points, *sorted({n.knowledge_point for n in learners} - set(points))]
    rows = list[PointNow]()
    for name in names:
        here = [n.standing for n in learners if n.knowledge_point == name]
        counts: dict[str, int | None] = {s: here.count(s) for s in STATES if s in here}
        rows.append(PointNow(name, len(here), counts))
    small = {r.knowledge_point for r in rows if 0 < (r.people or 0) < settings.min_people}
    if len(small) == 1:
        others = [r for r in rows if r.people and r.knowledge_point not in small]
        if others:
            small.add(min(others, key=lambda r: (r.people or 0, r.knowledge_point)).knowledge_point)
    return tuple(
        PointNow(r.knowledge_point, None, {}, TOO_FEW)
        if r.knowledge_point in small
        else _withheld(r, settings)
        for r in rows
    )


def _withheld(row: PointNow, settings: GroupSettings) -> PointNow:
    cells, note = withheld_cells(row.counts, STATES, settings.min_cell)
    return PointNow(row.knowledge_point, row.people, cells, note)


_ALERTS: Final = {
    "difficult": "seem to find this hard",
    "away": "are out of view",
    "passive": "have their heads down for most of the last minute",
}


def _alerts(rows: Sequence[PointNow], settings: GroupSettings) -> tuple[Alert, ...]:
    """From ``moment_share`` of those at a point on; withheld figures alert nobody."""
    found = list[Alert]()
    for row in rows:
        for state, words in _ALERTS.items():
            count = row.counts.get(state)
            if count is None or not row.people or count < settings.moment_share * row.people:
                continue
            unknown = row.counts.get(UNKNOWN, 0)
            told = "some" if unknown is None else str(unknown)
            reason = f"{count} of {row.people} {words} ({told} unknown)."
            found.append(Alert(state, row.knowledge_point, reason))
    return tuple(found)
