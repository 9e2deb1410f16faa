"""The six classroom states (happy, dedicated, neutral, confused, tired, bored) by a
transparent, ordered set of conditions over expression, pose, eyes and mouth.

Ours, and checked by no study: every state says so. The names are SCFED's (SFER-MDFAE);
its trained network is another thing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mien.assessment.reading import UNREAD
from mien.assessment.rules.classroom_signs import Signs, signs_in
from mien.assessment.settings import ClassroomSettings
from mien.assessment.subject import Subject
from mien.assessment.windows import Window, at_least, more_than, share_of
from mien.assessment.wording import percent, seconds
from mien.labels import DISTRESS, ENGAGED, UNKNOWN
from mien.observations import LearningState

#: Ends every reason of this rule.
NOT_VALIDATED: Final = "(rule-based, not validated)"


def classroom_state(subject: Subject) -> list[LearningState]:
    """A state per 10-s window: the first condition of :data:`CONDITIONS` that holds.

    ``value`` is the share behind it; ``counts`` are the window's expressions.
    """
    windows = subject.windows(subject.settings.classroom.window_s)
    return [_state(subject, window) for window in windows]


def _state(subject: Subject, window: Window) -> LearningState:
    settings = subject.settings.classroom
    signs = signs_in(subject, window)
    tried = ((name, condition(signs, settings)) for name, condition in CONDITIONS.items())
    name, found = next((name, found) for name, found in tried if found is not None)
    return subject.state(
        "classroom_state",
        name,
        window,
        value=found.value,
        counts=signs.expressions.counts,
        unknown_share=signs.expressions.share(*UNREAD),
        reason=f"{found.why} {NOT_VALIDATED}.",
        validated=False,
    )


@dataclass(frozen=True)
class Found:
    """Why a condition holds: its share (None for unknown) and a clause with numbers."""

    value: float | None
    why: str


def tired(signs: Signs, settings: ClassroomSettings) -> Found | None:
    """PERCLOS of the last minute reached, or a yawn in the window."""
    if signs.perclos is not None and signs.perclos >= settings.perclos - 1e-9:
        return Found(
            signs.perclos,
            f"Eyes closed for {percent(signs.perclos)} of the {seconds(signs.eyes_known_s)} read "
            f"in the last {seconds(settings.perclos_window_s)} "
            f"({percent(settings.perclos)} counts as drowsy)",
        )
    if signs.yawn_s > 0:
        ratio = f"{settings.yawn_mouth_ratio:g}"
        return Found(
            share_of(signs.yawn_s, signs.expressions.total_s),
            f"Mouth wide open (ratio above {ratio}) for {seconds(signs.yawn_s)}",
        )
    return None


def unread(signs: Signs, settings: ClassroomSettings) -> Found | None:
    """Expressions of more than ``max_unknown_share`` of the window are not known."""
    unread_s, total_s = signs.expressions.of(*UNREAD), signs.expressions.total_s
    if signs.expressions_known_s > 0 and not more_than(
        unread_s, settings.max_unknown_share, total_s
    ):
        return None
    return Found(None, f"No statement: {seconds(unread_s)} of {seconds(total_s)} not read")


def bored(signs: Signs, settings: ClassroomSettings) -> Found | None:
    """Turned away or bowed most of the time, and neither engaged nor in distress."""
    lively = signs.share(*ENGAGED) + signs.share(*DISTRESS)
    away = more_than(signs.away_s, settings.majority, signs.pose_known_s)
    if signs.pose_known_s <= 0 or not away or lively > settings.majority:
        return None
    return Found(
        signs.away_share,
        f"Head turned away or lowered for {percent(signs.away_share)} of "
        f"{seconds(signs.pose_known_s)} read, with little expression",
    )


def confused(signs: Signs, settings: ClassroomSettings) -> Found | None:
    """Anger, sadness, fear or disgust most of the time: on a learner's face, mostly the
    drawn brow of confusion (AU 4; Craig et al. 2008)."""
    return _mostly(signs, settings, DISTRESS, "A drawn or distressed look")


def happy(signs: Signs, settings: ClassroomSettings) -> Found | None:
    return _mostly(signs, settings, frozenset({"happiness"}), "Happy")


def dedicated(signs: Signs, settings: ClassroomSettings) -> Found | None:
    """There and facing as in the own neutral pose nearly all of the time, eyes open."""
    total_s, facing_s = signs.expressions.total_s, signs.pose_known_s - signs.away_s
    if signs.perclos is None or not at_least(facing_s, settings.attending_share, total_s):
        return None
    return Found(
        facing_s / total_s,
        f"Facing the lesson with open eyes for {seconds(facing_s)} of {seconds(total_s)}",
    )


def neutral(signs: Signs, _settings: ClassroomSettings) -> Found | None:
    """What is left: no other sign prevailed."""
    return Found(
        signs.share("neutral"),
        f"No other sign prevailed in the {seconds(signs.expressions_known_s)} read",
    )


def _mostly(
    signs: Signs, settings: ClassroomSettings, labels: frozenset[str], what: str
) -> Found | None:
    label_s = signs.expressions.of(*sorted(labels))
    if not more_than(label_s, settings.majority, signs.expressions_known_s):
        return None
    return Found(
        signs.share(*labels),
        f"{what} for {seconds(label_s)} of {seconds(signs.expressions_known_s)} read",
    )


#: In this order; the first that holds names the window.
CONDITIONS: Final[dict[str, Callable[[Signs, ClassroomSettings], Found | None]]] = {
    "tired": tired,
    UNKNOWN: unread,
    "bored": bored,
    "confused": confused,
    "happy": happy,
    "dedicated": dedicated,
    "neutral": neutral,
}
