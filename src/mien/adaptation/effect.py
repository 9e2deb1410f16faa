"""Were the minutes after an offer better than those before? A comparison, not a proof:
things may have become better by themselves, and the words say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from mien.adaptation.interventions import Kind
from mien.assessment.reading import feeling_of, posture_of, presence_of
from mien.assessment.subject import Subject
from mien.assessment.windows import Window, tally

#: Minutes compared on each side: two, as the rules' longest window is one.
SPAN_S: Final = 120.0
#: Below one reading in ten a difference is noise (as for preference).
LEAST_CHANGE: Final = 0.1
#: More unknown than this on either side, and nothing is said.
MOST_UNKNOWN: Final = 0.5
Verdict = Literal["better", "no_clear_change", "worse", "unknown"]
#: What should become rarer, for each kind.
UNWANTED: Final[Mapping[Kind, str]] = {
    Kind.ABSENT: "absent",
    Kind.DIFFICULT: "distress",
    Kind.NEGATIVE_MOOD: "distress",
    Kind.BOWED: "bowed",
}
#: What nothing is known from, for each kind; absence is what ABSENT asks about.
_UNREAD: Final = {
    Kind.ABSENT: ("no_data",),
    Kind.DIFFICULT: ("unknown", "absent", "no_data"),
    Kind.NEGATIVE_MOOD: ("unknown", "absent", "no_data"),
    Kind.BOWED: ("unknown", "absent", "no_data"),
}


@dataclass(frozen=True)
class Side:
    """One side of the comparison: share of what is unwanted in the known time, None where
    nothing is known; and the share of the span that is unknown."""

    share: float | None
    unknown: float


@dataclass(frozen=True)
class Effect:
    """The comparison, with its verdict in plain words."""

    kind: Kind
    before: Side
    after: Side
    verdict: Verdict
    sentence: str


def effect_of(subject: Subject, kind: Kind, time_s: float, span_s: float = SPAN_S) -> Effect:
    """Compares ``span_s`` before an offer at ``time_s`` with as much after it.

    Time before the first reading and after the last one is unknown.
    """
    before = _side(subject, kind, Window(time_s - span_s, time_s))
    after = _side(subject, kind, Window(time_s, time_s + span_s))
    verdict = verdict_of(before, after)
    return Effect(kind, before, after, verdict, _sentence(kind, before, after, verdict))


def verdict_of(before: Side, after: Side) -> Verdict:
    """``better`` or ``worse`` from a difference of a tenth on."""
    if before.share is None or after.share is None:
        return "unknown"
    if max(before.unknown, after.unknown) > MOST_UNKNOWN:
        return "unknown"
    change = after.share - before.share
    if abs(change) < LEAST_CHANGE - 1e-9:
        return "no_clear_change"
    return "better" if change < 0 else "worse"


def _side(subject: Subject, kind: Kind, span: Window) -> Side:
    if kind is Kind.ABSENT:
        found = tally(subject.person, span, presence_of)
    elif kind is Kind.BOWED:
        angle = subject.settings.involvement.bow_angle_deg
        found = tally(subject.person, span, lambda slot: posture_of(slot, subject.reference, angle))
    else:
        found = tally(subject.person, span, feeling_of)
    known_s = found.total_s - found.of(*_UNREAD[kind])
    unknown = 1.0 - known_s / span.length_s
    share = found.of(UNWANTED[kind]) / known_s if known_s > 0 else None
    return Side(share, min(max(unknown, 0.0), 1.0))


_NAMES: Final = {
    Kind.ABSENT: "nobody in view",
    Kind.DIFFICULT: "anger or distress",
    Kind.NEGATIVE_MOOD: "anger or distress",
    Kind.BOWED: "head bowed",
}
_WORDS: Final = {
    "better": "less than before",
    "worse": "more than before",
    "no_clear_change": "no clear change",
}


def _sentence(kind: Kind, before: Side, after: Side, verdict: Verdict) -> str:
    if verdict == "unknown" or before.share is None or after.share is None:
        most = max(before.unknown, after.unknown)
        return f"No statement: {most:.0%} of the minutes on one side could not be read."
    return (
        f"{_NAMES[kind].capitalize()}: {before.share:.0%} of the two minutes before, "
        f"{after.share:.0%} of the two after ({_WORDS[verdict]}). It may have changed by itself."
    )
