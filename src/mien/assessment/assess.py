"""Observations in, learning states out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from mien.assessment.group import ClassSummary, summarize_group
from mien.assessment.lesson import Lesson
from mien.assessment.moments import Moment, moments_of
from mien.assessment.reading import UNREAD, level_of
from mien.assessment.reference import reference_of
from mien.assessment.rules import LEVEL_RULES, RULES
from mien.assessment.rules.engagement import engagement_of
from mien.assessment.rules.involvement import involvement_of
from mien.assessment.settings import AssessmentSettings
from mien.assessment.subject import Subject
from mien.assessment.summary import PersonSummary, summarize_person
from mien.assessment.timeline import Timeline, build_timeline
from mien.labels import UNKNOWN
from mien.observations import LearningState, Observation


@dataclass(frozen=True)
class Assessment:
    """What the rules say of a recording.

    Attributes:
        states: of every person and rule, by person, rule and time.
        point_states: engagement and involvement over each whole knowledge point (the
            whole recording without a lesson), for charts by point.
        moments: worth a look, in order of time.
        persons: everyone followed.
        group: the class view, or ``too few to show``.
        instants: number of different times that were read.
        settings: the thresholds used.
        affect: False where only presence and head pose were judged.
    """

    states: tuple[LearningState, ...]
    point_states: tuple[LearningState, ...]
    moments: tuple[Moment, ...]
    persons: tuple[PersonSummary, ...]
    group: ClassSummary
    instants: int
    affect: bool = True
    settings: AssessmentSettings = field(default_factory=AssessmentSettings)

    def to_dict(self, *, individuals: bool = True) -> dict[str, object]:
        """JSON-safe; ``individuals=False`` leaves the class view and its moments only."""
        told = [m for m in self.moments if individuals or m.person_id is None]
        shown: dict[str, object] = {
            "affect": self.affect,
            "instants": self.instants,
            "settings": self.settings.to_dict(),
            "group": {**asdict(self.group), "rows": [asdict(row) for row in self.group.rows]},
            "moments": [asdict(m) for m in told],
        }
        if individuals:
            shown["persons"] = [asdict(p) for p in self.persons]
            shown["states"] = [state_to_dict(s) for s in self.states]
            shown["point_states"] = [state_to_dict(s) for s in self.point_states]
        return shown


def state_to_dict(state: LearningState) -> dict[str, object]:
    """A state as a JSON-safe mapping of its attributes."""
    return {**asdict(state), "counts": dict(state.counts)}


def assess(
    observations: Iterable[Observation],
    *,
    settings: AssessmentSettings | None = None,
    lesson: Lesson | None = None,
    affect: bool = True,
) -> Assessment:
    """Applies every rule to every person; without any face, one unknown state per rule.

    Args:
        observations: in any order; repeated ones do not count twice.
        settings: thresholds; None takes the defaults.
        lesson: knowledge points in seconds of the recording.
        affect: False runs focus and involvement only; no expression is looked at.
    """
    settings = settings or AssessmentSettings()
    timeline = build_timeline(observations, settings.timeline)
    rules = {name: rule for name, rule in RULES.items() if affect or not rule.affect}
    if affect and any(level_of(s) not in UNREAD for p in timeline.people for s in p.slots):
        rules |= LEVEL_RULES
    states, point_states = list[LearningState](), list[LearningState]()
    persons = list[PersonSummary]()
    for person in timeline.people:
        reference = reference_of(person, settings.reference)
        subject = Subject(person, reference, settings, timeline.start_s, lesson)
        of_person = [state for rule in rules.values() for state in rule.judge(subject)]
        states.extend(of_person)
        point_states.extend(_over_points(subject, affect))
        persons.append(summarize_person(subject, of_person, affect))
    return Assessment(
        states=tuple(states) if persons else tuple(_nobody(name, timeline) for name in rules),
        point_states=tuple(point_states),
        moments=moments_of(states, len(persons), settings),
        persons=tuple(persons),
        group=summarize_group(persons, settings.group),
        instants=timeline.instants,
        affect=affect,
        settings=settings,
    )


def _over_points(subject: Subject, affect: bool) -> list[LearningState]:
    found = list[LearningState]()
    for title, window in subject.points():
        if affect:
            found.append(engagement_of(subject, window, title))
        found.append(involvement_of(subject, window, title))
    return found


def _nobody(rule: str, timeline: Timeline) -> LearningState:
    """Nobody to judge: absence of a learner and a failing camera look the same."""
    return LearningState(
        rule=rule,
        state=UNKNOWN,
        start_s=timeline.start_s,
        end_s=timeline.end_s,
        person_id=None,
        value=None,
        counts={"no_face": timeline.instants} if timeline.instants else {},
        unknown_share=1.0,
        reason=f"No statement: no face was found in {timeline.instants} readings.",
        validated=rule != "classroom_state",
    )
