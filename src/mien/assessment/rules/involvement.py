"""Involvement: head bowed more than half of the time is passive (systems.md §2,
assessment 4). Head pose only; relative to the person's own neutral pose."""

from __future__ import annotations

from mien.assessment.reading import UNREAD, posture_of
from mien.assessment.subject import Subject
from mien.assessment.windows import Window, more_than, share_of, tally
from mien.assessment.wording import percent, seconds
from mien.labels import UNKNOWN
from mien.observations import LearningState

ACTIVE = "active"
PASSIVE = "passive"


def involvement(subject: Subject) -> list[LearningState]:
    """A state per 60-s window: ``passive`` (bowed for *more* than half of the time that
    could be read), ``active`` or ``unknown``; ``value`` is the bowed share."""
    windows = subject.windows(subject.settings.involvement.window_s)
    return [involvement_of(subject, window) for window in windows]


def involvement_of(subject: Subject, window: Window, point: str | None = None) -> LearningState:
    """The same rule over any interval, such as a knowledge point."""
    settings = subject.settings.involvement
    posture = tally(
        subject.person,
        window,
        lambda slot: posture_of(slot, subject.reference, settings.bow_angle_deg),
    )
    unread_s, total_s = posture.of(*UNREAD), posture.total_s
    known_s, bowed_s = posture.of("bowed", "upright"), posture.of("bowed")
    share = share_of(bowed_s, known_s)
    if more_than(unread_s, settings.max_unknown_share, total_s) or known_s <= 0:
        state = UNKNOWN
        reason = (
            f"No statement: the pose is not known for {seconds(unread_s)} of {seconds(total_s)}."
        )
    else:
        state = PASSIVE if more_than(bowed_s, settings.bowed_share, known_s) else ACTIVE
        reason = (
            f"The head was lowered by more than {settings.bow_angle_deg:g}° for "
            f"{percent(share)} of {seconds(known_s)} read; {seconds(unread_s)} not read."
        )
    return subject.state(
        "involvement",
        state,
        window,
        value=None if state == UNKNOWN else share,
        counts=posture.counts,
        unknown_share=share_of(unread_s, total_s),
        reason=reason,
        point=point,
    )
