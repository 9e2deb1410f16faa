"""Preference: the learner's emotions compared across courses (systems.md §2, assessment
5), and within one lesson across its knowledge points.

The balance is the engaged minus the distressed share of what was read, -1 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mien.assessment.reading import UNREAD, feeling_of
from mien.assessment.settings import PreferenceSettings
from mien.assessment.subject import Subject
from mien.assessment.timeline import TIME_TOLERANCE_S
from mien.assessment.windows import Tally, Window, more_than, share_of, tally
from mien.assessment.wording import percent, seconds
from mien.labels import UNKNOWN
from mien.observations import LearningState

PREFERRED = "preferred"
NOT_PREFERRED = "not_preferred"
NO_PREFERENCE = "no_preference"


@dataclass(frozen=True)
class Matter:
    """A course or a knowledge point with the seconds of one learner on it.

    ``unread_s`` is unknown, absent or without data; ``instructor`` serves the
    recommendation of the same instructor's courses.
    """

    title: str
    engaged_s: float
    distress_s: float
    known_s: float
    unread_s: float
    instructor: str = ""

    @property
    def balance(self) -> float | None:
        """Engaged minus distressed share of the known time, None where nothing is known."""
        return (self.engaged_s - self.distress_s) / self.known_s if self.known_s > 0 else None


@dataclass(frozen=True)
class Ranked:
    """A matter's place among those compared: ``rank`` from 1, None where unknown."""

    matter: Matter
    rank: int | None
    state: str
    reason: str


def compare(matters: Sequence[Matter], settings: PreferenceSettings) -> tuple[Ranked, ...]:
    """Ranks courses (or points) by balance, best first, unknown ones last.

    The first is ``preferred`` where it leads by at least ``min_difference``; otherwise
    nothing is (``no_preference``). With fewer than two that could be read more than
    half of the time there is nothing to compare: all are unknown.
    """
    known = [m for m in matters if _readable(m, settings)]
    rest = [m for m in matters if not _readable(m, settings)]
    known.sort(key=lambda m: (-(m.balance or 0.0), m.title))
    if len(known) < 2:
        reason = "No statement: fewer than two could be read well enough to be compared."
        return tuple(Ranked(m, None, UNKNOWN, reason) for m in [*known, *rest])
    lead = (known[0].balance or 0.0) - (known[1].balance or 0.0)
    clear = lead >= settings.min_difference - TIME_TOLERANCE_S
    ranked = list[Ranked]()
    for place, matter in enumerate(known, start=1):
        state = (PREFERRED if place == 1 else NOT_PREFERRED) if clear else NO_PREFERENCE
        ranked.append(Ranked(matter, place, state, _reason(matter, place, len(known), clear)))
    reasons = [f"No statement: {seconds(m.unread_s)} could not be read." for m in rest]
    unknown = [Ranked(m, None, UNKNOWN, r) for m, r in zip(rest, reasons, strict=True)]
    return (*ranked, *unknown)


def preference(subject: Subject) -> list[LearningState]:
    """A state per knowledge point; ``value`` is its balance."""
    points = subject.points()
    tallies = {title: tally(subject.person, window, feeling_of) for title, window in points}
    matters = [matter_of(title, tallies[title]) for title, _ in points]
    ranked = {r.matter.title: r for r in compare(matters, subject.settings.preference)}
    return [_state(subject, window, ranked[title], tallies[title]) for title, window in points]


def matter_of(title: str, feelings: Tally, instructor: str = "") -> Matter:
    """What a tally of feelings says of one course or point."""
    unread_s = feelings.of(*UNREAD)
    known_s = feelings.of("engaged", "distress", "other")
    engaged_s, distress_s = feelings.of("engaged"), feelings.of("distress")
    return Matter(title, engaged_s, distress_s, known_s, unread_s, instructor)


def _state(subject: Subject, window: Window, ranked: Ranked, feelings: Tally) -> LearningState:
    unread_s = ranked.matter.unread_s
    return subject.state(
        "preference",
        ranked.state,
        window,
        value=None if ranked.state == UNKNOWN else ranked.matter.balance,
        counts=feelings.counts,
        unknown_share=share_of(unread_s, feelings.total_s),
        reason=ranked.reason,
        point=ranked.matter.title,
    )


def _readable(matter: Matter, settings: PreferenceSettings) -> bool:
    total_s = matter.known_s + matter.unread_s
    too_much = more_than(matter.unread_s, settings.max_unknown_share, total_s)
    return matter.known_s > 0 and not too_much


def _reason(matter: Matter, place: int, among: int, clear: bool) -> str:
    engaged = percent(matter.engaged_s / matter.known_s)
    distress = percent(matter.distress_s / matter.known_s)
    close = "" if clear else " The first two are too close to prefer one."
    return (
        f"Place {place} of {among}: happy or surprised {engaged}, anger or distress "
        f"{distress} of {seconds(matter.known_s)} read; "
        f"{seconds(matter.unread_s)} not read.{close}"
    )
