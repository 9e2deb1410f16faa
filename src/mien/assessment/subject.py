"""What a rule is given: one person's time with everything needed to judge it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mien.assessment.lesson import Lesson
from mien.assessment.reference import Reference
from mien.assessment.settings import AssessmentSettings
from mien.assessment.timeline import PersonTimeline
from mien.assessment.windows import Window, windows_of
from mien.observations import LearningState


@dataclass(frozen=True)
class Subject:
    """One person in one recording; ``origin_s`` is the recording's start."""

    person: PersonTimeline
    reference: Reference
    settings: AssessmentSettings
    origin_s: float
    lesson: Lesson | None = None

    def windows(self, length_s: float) -> list[Window]:
        return windows_of(self.person, length_s, self.origin_s)

    def points(self) -> list[tuple[str, Window]]:
        """The knowledge points by title, cut to the person's time; without a lesson the
        whole time is one point without a title."""
        person = self.person
        if self.lesson is None:
            return [("", Window(person.start_s, person.end_s))]
        cut = [
            (p.title, Window(max(p.start_s, person.start_s), min(p.end_s, person.end_s)))
            for p in self.lesson.points
        ]
        return [(title, window) for title, window in cut if window.length_s > 0]

    def point_of(self, window: Window) -> str:
        """Title of the point at a window's middle, '' without one."""
        return self.lesson.title_at(window.middle_s) if self.lesson else ""

    def state(
        self,
        rule: str,
        state: str,
        window: Window,
        *,
        value: float | None,
        counts: Mapping[str, int],
        unknown_share: float,
        reason: str,
        point: str | None = None,
        validated: bool = True,
    ) -> LearningState:
        """A state of this person; ``point`` None takes that of the window's middle."""
        return LearningState(
            rule=rule,
            state=state,
            start_s=window.start_s,
            end_s=window.end_s,
            person_id=self.person.person_id,
            value=value,
            counts=counts,
            unknown_share=unknown_share,
            reason=reason,
            knowledge_point=self.point_of(window) if point is None else point,
            validated=validated,
        )
