"""What one slot of a timeline says: the words that the rules count."""

from __future__ import annotations

from typing import Final

from mien.assessment.reference import Reference
from mien.assessment.timeline import Slot
from mien.labels import DISTRESS, ENGAGED, ENGAGEMENT_LEVELS, UNKNOWN

#: Nothing can be said of an expression or a pose in this time.
UNREAD: Final = (UNKNOWN, "absent", "no_data")


def expression_of(slot: Slot) -> str:
    """An expression's label, or why there is none: ``unknown``, ``absent``, ``no_data``.

    A face whose expression was not computed is unknown; so is one of which a level of
    engagement was read instead."""
    label = _said(slot)
    return UNKNOWN if label in ENGAGEMENT_LEVELS else label


def level_of(slot: Slot) -> str:
    """A level of engagement, or why there is none: ``unknown``, ``absent``, ``no_data``."""
    label = _said(slot)
    return label if label in (*ENGAGEMENT_LEVELS, *UNREAD) else UNKNOWN


def _said(slot: Slot) -> str:
    if slot.observation is None:
        return slot.presence
    expression = slot.observation.expression
    return expression.label if expression is not None else UNKNOWN


def feeling_of(slot: Slot) -> str:
    """``engaged``, ``distress``, ``other``, or why it is not known."""
    label = expression_of(slot)
    if label in UNREAD:
        return label
    if label in ENGAGED:
        return "engaged"
    return "distress" if label in DISTRESS else "other"


def posture_of(slot: Slot, reference: Reference, bow_angle_deg: float) -> str:
    """``bowed``, ``upright``, or why it is not known; bowed is *below* the angle."""
    if slot.observation is None:
        return slot.presence
    pose = slot.observation.pose
    if pose is None or reference.pitch_deg is None:
        return UNKNOWN
    return "bowed" if pose.pitch_deg < reference.pitch_deg - bow_angle_deg else "upright"


def presence_of(slot: Slot) -> str:
    """``seen``, ``absent`` or ``no_data``."""
    return slot.presence
