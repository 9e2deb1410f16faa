"""Level of engagement (very low, low, high, very high) as a video network read it.

Only where a network for such levels was used (R(2+1)D trained on DAiSEE): ours is the
window and the majority in it, which no study has checked.
"""

from __future__ import annotations

from mien.assessment.reading import UNREAD, level_of
from mien.assessment.subject import Subject
from mien.assessment.windows import Window, more_than, share_of, tally
from mien.assessment.wording import percent, seconds
from mien.labels import ENGAGEMENT_LEVELS, UNKNOWN
from mien.observations import LearningState

NAME = "engagement_level"


def engagement_level(subject: Subject) -> list[LearningState]:
    """A state a window of :class:`EngagementSettings`: the level that stood longest, or
    ``unknown`` where more than half of the window could not be read. ``value`` is the share
    of what was read that was high or very high."""
    windows = subject.windows(subject.settings.engagement.window_s)
    return [_state(subject, window) for window in windows]


def _state(subject: Subject, window: Window) -> LearningState:
    levels = tally(subject.person, window, level_of)
    unread_s, total_s = levels.of(*UNREAD), levels.total_s
    known_s = levels.of(*ENGAGEMENT_LEVELS)
    limit = subject.settings.engagement.max_unknown_share
    unknown = more_than(unread_s, limit, total_s) or known_s <= 0
    longest = max(ENGAGEMENT_LEVELS, key=lambda level: levels.of(level))
    high = share_of(levels.of("high", "very high"), known_s)
    reason = (
        f"No statement: {seconds(unread_s)} of {seconds(total_s)} could not be read."
        if unknown
        else f"Engagement was {longest} for {percent(share_of(levels.of(longest), known_s))} of "
        f"{seconds(known_s)} read (video network; {seconds(unread_s)} not read)."
    )
    return subject.state(
        NAME,
        UNKNOWN if unknown else longest,
        window,
        value=None if unknown else high,
        counts=levels.counts,
        unknown_share=share_of(unread_s, total_s),
        reason=reason,
        validated=False,
    )
