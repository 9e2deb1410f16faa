"""What can be offered to a learner, and the words of it.

After the workflow of the online-learning platform (systems.md §2): a positive state
goes on; otherwise lower difficulty, slower pace, or extra-curricular matter. A ladder
is climbed one step at a time; the words speak of the lesson, never judge the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """Why something is offered; every one can be switched off by the learner."""

    ABSENT = "absent"
    DIFFICULT = "difficult"
    NEGATIVE_MOOD = "negative_mood"
    BOWED = "bowed"


#: A kind's name and what it is, for the page on which learners switch it off.
KIND_WORDS: Final[dict[Kind, tuple[str, str]]] = {
    Kind.ABSENT: (
        "Check of camera and sound",
        "When nobody is seen for half a minute, a notice helps to look whether all works.",
    ),
    Kind.DIFFICULT: (
        "Help at hard points",
        "When a point seems hard, a fuller explanation, then a call to the teacher.",
    ),
    Kind.NEGATIVE_MOOD: (
        "Another way in",
        "When most of a minute looked sad or angry, an easier variant, a slower pace, the "
        "story behind the point, or a break.",
    ),
    Kind.BOWED: (
        "Reminder when the head is down",
        "When the head was down for most of a minute, a short reminder.",
    ),
}


@dataclass(frozen=True)
class Step:
    """One offer.

    Attributes:
        name: stable, in the database and the interface.
        title, body: what the card says.
        action: the button's verb.
        needs: part of the knowledge point that must exist: ``fuller``, ``easier``,
            ``story``, or '' for none.
    """

    name: str
    title: str
    body: str
    action: str
    needs: str = ""


LADDERS: Final[dict[Kind, tuple[Step, ...]]] = {
    Kind.ABSENT: (
        Step(
            "technical_check",
            "The camera sees nobody",
            "If you are here, the light or the camera may be at fault. If you went for a "
            "moment, the lesson waits for you.",
            "Check the camera",
        ),
    ),
    Kind.DIFFICULT: (
        Step(
            "fuller_explanation",
            "A fuller explanation is ready",
            "This point takes many learners longer. The longer explanation goes through it "
            "step by step.",
            "Open it",
            "fuller",
        ),
        Step(
            "call_teacher",
            "Would a word with the teacher help?",
            "Your teacher sees that you ask, and at which point; nothing else.",
            "Call the teacher",
        ),
    ),
    Kind.NEGATIVE_MOOD: (
        Step(
            "easier_variant",
            "There is an easier way into this",
            "The same point with a simpler example. You can come back to this one at any time.",
            "Show the easier way",
            "easier",
        ),
        Step(
            "slower_pace",
            "Shall we go slower?",
            "The point is shown in smaller pieces, and the video a little slower.",
            "Go slower",
        ),
        Step(
            "story",
            "The story behind it",
            "A short tale of the people who needed this, before the lesson goes on.",
            "Read the story",
            "story",
        ),
        Step(
            "break",
            "A break might do good",
            "Five minutes away from the screen; your place is kept.",
            "Take a break",
        ),
    ),
    Kind.BOWED: (
        Step(
            "reminder",
            "The lesson goes on here",
            "Your head was down for most of the last minute. If you are taking notes, say so "
            "and this stays quiet.",
            "I am back",
        ),
    ),
}


def step_named(name: str) -> Step:
    """Raises KeyError for a name that no ladder holds."""
    steps = {step.name: step for ladder in LADDERS.values() for step in ladder}
    return steps[name]
