"""Which of a learner's kept states still hold.

A kept state is the last word of its rule. Of a stream that is no longer read, or of another
knowledge point, no later word comes, so what was said of it must not be carried on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mien.assessment.rules import RULES
from mien.observations import LearningState


@dataclass(frozen=True)
class Holding:
    """What decides it, at one moment.

    Attributes:
        point: where the learner is, ``-`` for nowhere; a difficulty speaks of one point.
        affect: whether the learner's expressions may be read now.
    """

    point: str
    affect: bool

    def holds(self, state: LearningState) -> bool:
        """Whether a state may still be told, and counted."""
        if state.rule == "difficulty" and state.knowledge_point != self.point:
            return False
        return self.affect or not read_from_expressions(state)

    def of(self, states: Mapping[str, LearningState]) -> dict[str, LearningState]:
        """Those that hold, by rule."""
        return {rule: state for rule, state in states.items() if self.holds(state)}


def read_from_expressions(state: LearningState) -> bool:
    """Whether a state rests on expressions; what a learner says by a button does not."""
    return RULES[state.rule].affect and not state.counts.get("self_report")


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
