"""The signs that the classroom states are read from, within one window."""

from __future__ import annotations

from dataclasses import dataclass

from mien.assessment.reading import UNREAD, expression_of, posture_of
from mien.assessment.subject import Subject
from mien.assessment.timeline import TIME_TOLERANCE_S, Slot
from mien.assessment.windows import Tally, Window, share_of, tally
from mien.labels import UNKNOWN

#: Eyes must have been read for this long before PERCLOS says anything: a window's worth.
_LEAST_EYES_S = 5.0


@dataclass(frozen=True)
class Signs:
    """Shares and seconds of one window.

    Attributes:
        expressions: by label; the person's resting expression counts as neutral.
        away_s, pose_known_s: turned away or bowed, and known at all.
        perclos, eyes_known_s: of the minute that ends with the window; perclos None
            where the eyes were not read for long enough.
        yawn_s: longest yawn that reaches into the window, 0 without one.
    """

    expressions: Tally
    away_s: float
    pose_known_s: float
    perclos: float | None
    eyes_known_s: float
    yawn_s: float

    @property
    def expressions_known_s(self) -> float:
        return self.expressions.of(*(set(self.expressions.seconds) - set(UNREAD)))

    @property
    def away_share(self) -> float:
        return share_of(self.away_s, self.pose_known_s)

    def share(self, *labels: str) -> float:
        """Share of the known expressions."""
        return share_of(self.expressions.of(*sorted(labels)), self.expressions_known_s)


def signs_in(subject: Subject, window: Window) -> Signs:
    """All signs of one window."""
    settings, person = subject.settings.classroom, subject.person
    heads = tally(person, window, lambda slot: heading_of(slot, subject))
    minute = Window(max(person.start_s, window.end_s - settings.perclos_window_s), window.end_s)
    eyes = tally(person, minute, lambda slot: eyes_of(slot, subject))
    eyes_known_s = eyes.of("closed", "open")
    enough = eyes_known_s >= _LEAST_EYES_S - TIME_TOLERANCE_S
    return Signs(
        expressions=tally(person, window, lambda slot: look_of(slot, subject)),
        away_s=heads.of("away"),
        pose_known_s=heads.of("away", "facing"),
        perclos=share_of(eyes.of("closed"), eyes_known_s) if enough else None,
        eyes_known_s=eyes_known_s,
        yawn_s=longest_yawn_s(subject, window),
    )


def look_of(slot: Slot, subject: Subject) -> str:
    """The expression, the person's resting one read as neutral."""
    label = expression_of(slot)
    return "neutral" if label == subject.reference.resting_expression else label


def heading_of(slot: Slot, subject: Subject) -> str:
    """``away`` (turned or bowed), ``facing``, or why it is not known."""
    bow_angle_deg = subject.settings.involvement.bow_angle_deg
    posture = posture_of(slot, subject.reference, bow_angle_deg)
    if posture in UNREAD:
        return posture
    pose = slot.observation.pose if slot.observation else None
    neutral_yaw = subject.reference.yaw_deg
    if pose is None or neutral_yaw is None:
        return UNKNOWN
    turned = abs(pose.yaw_deg - neutral_yaw) > subject.settings.classroom.away_yaw_deg
    return "away" if turned or posture == "bowed" else "facing"


def eyes_of(slot: Slot, subject: Subject) -> str:
    """``closed`` or ``open`` against the person's own open eyes, or why not known.

    The lids of a bowed or turned head look closed: its eyes are unknown.
    """
    own = subject.reference.eye_openness
    if slot.observation is None:
        return slot.presence
    openness = slot.observation.eye_openness
    if openness is None or own is None or heading_of(slot, subject) == "away":
        return UNKNOWN
    return "closed" if openness < subject.settings.classroom.closed_eye_share * own else "open"


def longest_yawn_s(subject: Subject, window: Window) -> float:
    """Longest unbroken wide-open mouth that reaches into the window and lasts long
    enough; a laugh is none."""
    settings = subject.settings.classroom
    around = subject.person.between(
        window.start_s - settings.window_s, window.end_s + settings.window_s
    )
    longest_s, start_s = 0.0, None
    for slot in around:
        if not _gapes(slot, settings.yawn_mouth_ratio):
            start_s = None
            continue
        start_s = slot.start_s if start_s is None else start_s
        if slot.end_s > window.start_s and start_s < window.end_s:
            longest_s = max(longest_s, slot.end_s - start_s)
    return longest_s if longest_s >= settings.yawn_s - TIME_TOLERANCE_S else 0.0


def _gapes(slot: Slot, ratio: float) -> bool:
    if slot.observation is None or slot.observation.mouth_openness is None:
        return False
    return slot.observation.mouth_openness > ratio and expression_of(slot) != "happiness"
