"""Engagement: share of happy or surprised observations (systems.md §2, assessment 3).

The paper gives no threshold, so the state only says that it was measured.
"""

from __future__ import annotations

from mien.assessment.reading import UNREAD, feeling_of
from mien.assessment.subject import Subject
from mien.assessment.windows import Window, more_than, share_of, tally
from mien.assessment.wording import percent, seconds
from mien.labels import UNKNOWN
from mien.observations import LearningState

MEASURED = "measured"


def engagement(subject: Subject) -> list[LearningState]:
    """A state per 60-s window: ``measured`` with the share as ``value``, or ``unknown``
    where more than half of the window could not be read."""
    windows = subject.windows(subject.settings.engagement.window_s)
    return [engagement_of(subject, window) for window in windows]


def engagement_of(subject: Subject, window: Window, point: str | None = None) -> LearningState:
    """The same rule over any interval, such as a knowledge point."""
    feelings = tally(subject.person, window, feeling_of)
    unread_s, total_s = feelings.of(*UNREAD), feelings.total_s
    known_s = feelings.of("engaged", "distress", "other")
    limit = subject.settings.engagement.max_unknown_share
    unknown = more_than(unread_s, limit, total_s) or known_s <= 0
    share = share_of(feelings.of("engaged"), known_s)
    if unknown:
        reason = f"No statement: {seconds(unread_s)} of {seconds(total_s)} could not be read."
    else:
        reason = (
            f"Happy or surprised for {percent(share)} of {seconds(known_s)} read; "
            f"{seconds(unread_s)} not read."
        )
    return subject.state(
        "engagement",
        UNKNOWN if unknown else MEASURED,
        window,
        value=None if unknown else share,
        counts=feelings.counts,
        unknown_share=share_of(unread_s, total_s),
        reason=reason,
        point=point,
    )
