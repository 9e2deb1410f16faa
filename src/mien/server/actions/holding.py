"""Which of a learner's kept states still hold.

A kept state is the last word of its rule. Of a stream that is no longer read, or of another
knowledge point, no later word comes, so what was said of it must not be carried on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mien.assessment.rules import RULES
from mien.observations import LearningState

#: What a learner says holds for so long, or until they say something else.
SAID_HOLDS_S: Final = 120.0


@dataclass(frozen=True)
class Holding:
    """What decides it, at one moment.

    Attributes:
        time_s: on the clock of the states.
        point: where the learner is, ``-`` for nowhere; a difficulty speaks of one point.
        affect: whether the learner's expressions may be read now.
        camera: whether readings come in; without them only what was said holds.
    """

    time_s: float
    point: str
    affect: bool
    camera: bool = True

    def holds(self, state: LearningState) -> bool:
        """Whether a state may still be told, and counted."""
        if state.rule == "difficulty" and state.knowledge_point != self.point:
            return False
        if was_said(state):
            return self.time_s - state.start_s < SAID_HOLDS_S
        return self.camera and (self.affect or not read_from_expressions(state))

    def of(self, states: Mapping[str, LearningState]) -> dict[str, LearningState]:
        """Those that hold, by rule."""
        return {rule: state for rule, state in states.items() if self.holds(state)}


def was_said(state: LearningState) -> bool:
    """Whether the learner said it by a button; it begins when they did."""
    return bool(state.counts.get("self_report"))


def read_from_expressions(state: LearningState) -> bool:
    """Whether a state rests on expressions; what a learner says does not."""
    return RULES[state.rule].affect and not was_said(state)


def states_of_rows(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, LearningState]:
    """States as they are kept (:func:`mien.server.actions.standing.state_row`), by rule."""
    return {
        rule: LearningState(
            rule=rule,
            state=row["state"],
            start_s=row["start_s"],
            end_s=row["end_s"],
            person_id=None,
            value=row["value"],
            counts=row["counts"],
            unknown_share=row["unknown_share"],
            reason=row["reason"],
            knowledge_point=row["point"],
        )
        for rule, row in rows.items()
    }
