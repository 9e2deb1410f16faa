"""One rule a file; this table is all that :mod:`mien.assessment.assess` knows of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mien.assessment.rules.classroom_state import classroom_state
from mien.assessment.rules.difficulty import difficulty
from mien.assessment.rules.engagement import engagement
from mien.assessment.rules.engagement_level import engagement_level
from mien.assessment.rules.focus import focus
from mien.assessment.rules.involvement import involvement
from mien.assessment.rules.preference import preference
from mien.assessment.subject import Subject
from mien.observations import LearningState


@dataclass(frozen=True)
class Rule:
    """``judge`` turns one person's time into states; ``affect``: it reads expressions."""

    judge: Callable[[Subject], list[LearningState]]
    affect: bool


RULES: Final = {
    "focus": Rule(focus, affect=False),
    "difficulty": Rule(difficulty, affect=True),
    "engagement": Rule(engagement, affect=True),
    "involvement": Rule(involvement, affect=False),
    "preference": Rule(preference, affect=True),
    "classroom_state": Rule(classroom_state, affect=True),
}

#: Rules that speak only where a video network read levels of engagement.
LEVEL_RULES: Final = {"engagement_level": Rule(engagement_level, affect=True)}
