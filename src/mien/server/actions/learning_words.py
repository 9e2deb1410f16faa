"""What a learner's sessions say, in sentences; the unknown part is always told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from mien.assessment.wording import percent, seconds
from mien.server.actions.sittings import Sitting, focus_of
from mien.server.schemas.learning import Comparison

#: The newest session is compared with so many before it.
EARLIER: Final = 3
#: More unknown than this, and nothing is compared (the rules' own limit).
MOST_UNKNOWN: Final = 0.5
FEELINGS: Final = {"going_well": "going well", "puzzled": "puzzled", "tired": "tired"}


def summary(sittings: Sequence[Sitting]) -> str:
    """One sentence, or two, over all sessions of the span."""
    if not sittings:
        return "Nothing was kept of your learning in this time."
    # As the page tells a single session: a glance is a second.
    total = seconds(max(1.0, sum(s.length_s for s in sittings)))
    first = f"{_count(len(sittings), 'session')}, {total}"
    focus = focus_of(sittings)
    watched = any(s.study is not None for s in sittings)
    parts = list[str]()
    if focus.share is not None:
        parts.append(
            f"focused for {percent(focus.share)} of the known time, "
            f"{percent(focus.unknown_share)} unknown"
        )
    elif watched:
        parts.append("with the camera on, but nothing could be known of it (100 % unknown)")
    else:
        parts.append("without a camera, so nothing was observed (100 % unknown)")
    said, tried = said_words(sittings), answered_words(sittings)
    spoken = f" You said how it went: {said}." if said else ""
    answered = f" {tried}." if tried else ""
    return f"{first}: {', '.join(parts)}.{spoken}{answered}"


def comparison(newest: Sitting | None, earlier: Sequence[Sitting]) -> Comparison:
    """The newest session beside up to :data:`EARLIER` before it."""
    if newest is None:
        return _compared("There is no session to compare.")
    now, before = focus_of([newest]), focus_of(earlier)
    if newest.study is None:
        return _compared(_said_and_answered(newest, earlier))
    unknown = f"{percent(now.unknown_share)} unknown"
    if now.share is None or now.unknown_share > MOST_UNKNOWN:
        return _compared(f"Last session: no statement, {unknown}.")
    told = f"Last session: focused for {percent(now.share)} of the known time"
    if before.share is None or before.unknown_share > MOST_UNKNOWN:
        why = "no earlier session" if not earlier else "too little is known of earlier ones"
        return _compared(f"{told}, {unknown}; {why} to compare with.", now.share)
    points = round(100 * now.share) - round(100 * before.share)
    if points == 0:
        than = "as much as in"
    else:
        than = f"{_count(abs(points), 'point')} {'more' if points > 0 else 'less'} than"
    sentence = f"{told}, {than} {_sessions(len(earlier))}; {unknown}."
    return _compared(sentence, now.share, before.share, len(earlier))


def said_words(sittings: Sequence[Sitting]) -> str:
    """``going well 3 times, puzzled once``; '' for nothing."""
    found = Counter(r.feeling for s in sittings for r in s.reports)
    return ", ".join(f"{words} {_times(found[f])}" for f, words in FEELINGS.items() if found[f])


def answered_words(sittings: Sequence[Sitting]) -> str:
    """``4 of 5 answers were right``; '' for none."""
    tried = [a.correct for s in sittings for a in s.answers]
    return f"{sum(tried)} of {_count(len(tried), 'answer')} right" if tried else ""


def _said_and_answered(newest: Sitting, earlier: Sequence[Sitting]) -> str:
    now = _both([newest]) or "you neither said how it went nor answered a question"
    before = _both(earlier)
    than = f"; in {_sessions(len(earlier))}: {before}" if before else ""
    return f"Last session, without a camera: {now}{than}. Nothing was observed (100 % unknown)."


def _both(sittings: Sequence[Sitting]) -> str:
    return ", ".join(w for w in (said_words(sittings), answered_words(sittings)) if w)


def _compared(
    sentence: str, share: float | None = None, before: float | None = None, sessions: int = 0
) -> Comparison:
    return Comparison(
        sentence=sentence,
        focused_share=share,
        earlier_focused_share=before,
        earlier_sessions=sessions,
    )


def _sessions(count: int) -> str:
    return "your session before" if count == 1 else f"your {count} sessions before"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
