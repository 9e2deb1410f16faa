"""Focus: the face is watched over 10-second windows (systems.md §2, assessment 1).

Presence only: an unreadable expression is still somebody who is there.
"""

from __future__ import annotations

from mien.assessment.reading import presence_of
from mien.assessment.subject import Subject
from mien.assessment.windows import Tally, Window, more_than, share_of, tally
from mien.assessment.wording import seconds
from mien.labels import UNKNOWN
from mien.observations import LearningState

FOCUSED = "focused"
INATTENTIVE = "inattentive_or_fault"


def focus(subject: Subject) -> list[LearningState]:
    """A state per window: ``focused``, ``inattentive_or_fault`` or ``unknown``.

    Unseen for *more* than half of a window: inattentive or a technical fault, which the
    data cannot tell apart. More than half without data, or never seen in what there is:
    unknown. ``value`` is the share of the recorded time in which the face was seen.
    """
    return [focus_of(subject, w) for w in subject.windows(subject.settings.focus.window_s)]


def focus_of(subject: Subject, window: Window) -> LearningState:
    """The same rule over any interval."""
    presence = tally(subject.person, window, presence_of)
    state = _judge(presence, subject.settings.focus.unseen_share)
    seen_s, recorded_s = presence.of("seen"), presence.of("seen", "absent")
    return subject.state(
        "focus",
        state,
        window,
        value=None if state == UNKNOWN else share_of(seen_s, recorded_s),
        counts=presence.counts,
        unknown_share=presence.share("no_data"),
        reason=_reason(state, presence),
    )


def _judge(presence: Tally, unseen_share: float) -> str:
    total_s = presence.total_s
    if more_than(presence.of("no_data"), 0.5, total_s):
        return UNKNOWN
    if more_than(presence.of("absent"), unseen_share, total_s):
        return INATTENTIVE
    # Half absent and half without data: nobody was seen, so nothing speaks for focus.
    return FOCUSED if presence.of("seen") > 0 else UNKNOWN


def _reason(state: str, presence: Tally) -> str:
    total = seconds(presence.total_s)
    missing_s = presence.of("no_data")
    missing = f"; {seconds(missing_s)} without data" if missing_s else ""
    if state == FOCUSED:
        return f"The face was seen for {seconds(presence.of('seen'))} of {total}{missing}."
    if state == INATTENTIVE:
        unseen = seconds(presence.of("absent"))
        return (
            f"The face was not seen for {unseen} of {total}{missing}: "
            "out of view, turned away or a technical fault."
        )
    return f"No statement: {seconds(missing_s)} of {total} are without data."
