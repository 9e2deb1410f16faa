"""When to offer what: from a learner's latest states and what was offered before.

Systems.md §2 names the triggers; how often is ours, because the paper is silent and
a notice that comes too often is switched off.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from mien.adaptation.interventions import LADDERS, Kind, Step
from mien.assessment.rules.difficulty import DIFFICULT
from mien.assessment.rules.engagement import MEASURED
from mien.assessment.rules.focus import INATTENTIVE
from mien.assessment.rules.involvement import PASSIVE
from mien.assessment.wording import seconds
from mien.observations import LearningState

#: Length of a window of the focus rule (systems.md §2).
WINDOW_S: Final = 10.0
Answer = Literal["shown", "taken", "dismissed", "disputed"]


@dataclass(frozen=True)
class PolicySettings:
    """Limits on how often, all ours and all visible.

    Attributes:
        fresh_s: a state that ended longer ago is history, not a reason to act: half of
            the longest window of the rules.
        absent_windows: windows of 10 s in a row before a notice: one alone is a sneeze.
        distress_share: of the known readings of a minute, more than this is a negative
            mood (the paper's majority).
        pause_s: between any two offers.
        same_kind_pause_s: between two of a kind; twice that after a dismissal.
        dispute_pause_s: a kind is quiet for so long after the learner disputed it.
        most_per_hour: offers of all kinds.
    """

    fresh_s: float = 30.0
    absent_windows: int = 3
    distress_share: float = 0.5
    pause_s: float = 120.0
    same_kind_pause_s: float = 300.0
    dispute_pause_s: float = 1800.0
    most_per_hour: int = 6


@dataclass(frozen=True)
class Past:
    """An offer that was made: at ``time_s``, on which point, and how it was taken."""

    kind: Kind
    step: str
    time_s: float
    knowledge_point: str
    answer: Answer = "shown"


@dataclass(frozen=True)
class Offer:
    """What to offer now, and the states that are its reason."""

    kind: Kind
    step: Step
    knowledge_point: str
    because: tuple[LearningState, ...]

    @property
    def reason(self) -> str:
        """What was found, with its figures, for *Why this?*."""
        return self.because[-1].reason


def offer_of(
    states: Sequence[LearningState],
    past: Sequence[Past],
    *,
    now_s: float,
    knowledge_point: str,
    parts: Collection[str] = (),
    off: Collection[Kind] = (),
    settings: PolicySettings | None = None,
) -> Offer | None:
    """The one offer to make now, or None.

    Args:
        states: of this learner, on the clock of ``now_s``.
        past: offers of this learner in this course, in any order.
        knowledge_point: where the learner is now; states of other points do not count.
        parts: of the point that exist: any of ``fuller``, ``easier``, ``story``.
        off: kinds that the learner switched off.
    """
    settings = settings or PolicySettings()
    if not _allowed_at_all(past, now_s, settings):
        return None
    fresh = _fresh(states, now_s, knowledge_point, settings)
    for kind, found in TRIGGERS.items():
        because = found(fresh, settings)
        if kind in off or not because or not _allowed(kind, past, now_s, settings):
            continue
        step = next_step(kind, past, knowledge_point, parts)
        if step is not None:
            return Offer(kind, step, knowledge_point, because)
    return None


def triggered(
    states: Sequence[LearningState],
    now_s: float,
    knowledge_point: str,
    settings: PolicySettings | None = None,
) -> bool:
    """Whether there is any reason for an offer, were there no limits."""
    settings = settings or PolicySettings()
    fresh = _fresh(states, now_s, knowledge_point, settings)
    return any(found(fresh, settings) for found in TRIGGERS.values())


def _fresh(
    states: Sequence[LearningState], now_s: float, knowledge_point: str, settings: PolicySettings
) -> list[LearningState]:
    """States of the present point that ended lately, in order."""
    found = (
        s
        for s in states
        if s.knowledge_point == knowledge_point and -1e-3 <= now_s - s.end_s <= settings.fresh_s
    )
    return sorted(found, key=lambda s: s.end_s)


def next_step(
    kind: Kind, past: Sequence[Past], knowledge_point: str, parts: Collection[str]
) -> Step | None:
    """The first rung that exists here and was not yet offered at this point; a notice of a
    single rung may come again."""
    ladder = [s for s in LADDERS[kind] if not s.needs or s.needs in parts]
    if len(LADDERS[kind]) == 1:
        return ladder[0] if ladder else None
    given = {p.step for p in past if p.kind == kind and p.knowledge_point == knowledge_point}
    return next((s for s in ladder if s.name not in given), None)


def _allowed_at_all(past: Sequence[Past], now_s: float, settings: PolicySettings) -> bool:
    ages = [now_s - p.time_s for p in past]
    if any(age < settings.pause_s for age in ages):
        return False
    return sum(age < 3600 for age in ages) < settings.most_per_hour


def _allowed(kind: Kind, past: Sequence[Past], now_s: float, settings: PolicySettings) -> bool:
    pauses = {
        "shown": settings.same_kind_pause_s,
        "taken": settings.same_kind_pause_s,
        "dismissed": 2 * settings.same_kind_pause_s,
        "disputed": settings.dispute_pause_s,
    }
    return all(now_s - p.time_s >= pauses[p.answer] for p in past if p.kind == kind)


def _last(states: Sequence[LearningState], rule: str, count: int = 1) -> list[LearningState]:
    return [s for s in states if s.rule == rule][-count:]


def _absent(states: Sequence[LearningState], settings: PolicySettings) -> tuple[LearningState, ...]:
    last = _last(states, "focus", settings.absent_windows)
    never = [s for s in last if s.person_id is None and s.counts.get("no_face")]
    if never and never[-1].end_s - never[-1].start_s >= settings.absent_windows * WINDOW_S:
        return tuple(never[-1:])  # nobody since the lesson began: no window could be judged
    enough = len(last) == settings.absent_windows
    return tuple(last) if enough and all(s.state == INATTENTIVE for s in last) else ()


def _difficult(states: Sequence[LearningState], _: PolicySettings) -> tuple[LearningState, ...]:
    return tuple(s for s in _last(states, "difficulty") if s.state == DIFFICULT)


def _negative_mood(
    states: Sequence[LearningState], settings: PolicySettings
) -> tuple[LearningState, ...]:
    for state in _last(states, "engagement"):
        known = sum(state.counts.get(name, 0) for name in ("engaged", "distress", "other"))
        distress = state.counts.get("distress", 0)
        if state.state == MEASURED and distress > settings.distress_share * known:
            return (_told_of_distress(state, distress, known),)
    return ()


def _told_of_distress(state: LearningState, distress: int, known: int) -> LearningState:
    """The rule's words are of happy and surprised readings; this is why it is offered. What
    the learner said stays in their words."""
    if state.counts.get("self_report"):
        return state
    lasted = seconds(state.end_s - state.start_s)
    unread = sum(state.counts.values()) - known
    return replace(
        state,
        reason=(
            f"Anger or distress in {distress} of {known} readings that were known, within "
            f"{lasted}; {unread} not known."
        ),
    )


def _bowed(states: Sequence[LearningState], _: PolicySettings) -> tuple[LearningState, ...]:
    return tuple(s for s in _last(states, "involvement") if s.state == PASSIVE)


#: In the order in which they are considered: who is not there needs nothing else.
TRIGGERS: Final[
    dict[Kind, Callable[[Sequence[LearningState], PolicySettings], tuple[LearningState, ...]]]
] = {
    Kind.ABSENT: _absent,
    Kind.DIFFICULT: _difficult,
    Kind.NEGATIVE_MOOD: _negative_mood,
    Kind.BOWED: _bowed,
}
