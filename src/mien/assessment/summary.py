"""What a recording says of one person, in figures and one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mien.assessment.reading import expression_of, presence_of
from mien.assessment.reference import Reference
from mien.assessment.subject import Subject
from mien.assessment.timeline import PersonTimeline
from mien.assessment.windows import Window, tally
from mien.assessment.wording import seconds
from mien.labels import UNKNOWN
from mien.observations import LearningState


@dataclass(frozen=True)
class PersonSummary:
    """One person over the recording.

    Attributes:
        start_s, end_s: first sighting and end of the recording.
        seen_s, absent_s, no_data_s: they add up to ``end_s - start_s``.
        expression_s: seconds by label, ``unknown`` included, adding up to ``seen_s``;
            empty with affect off.
        state_s: seconds by rule and state of the windowed rules.
        by_point: by rule and knowledge point (title, '' without a lesson): the state of
            most of the time there.
        reference: the person's own neutral.
        sentence: plain summary with its numbers.
    """

    person_id: int
    start_s: float
    end_s: float
    seen_s: float
    absent_s: float
    no_data_s: float
    expression_s: Mapping[str, float]
    state_s: Mapping[str, Mapping[str, float]]
    by_point: Mapping[str, Mapping[str, str]]
    reference: Reference
    sentence: str


def summarize_person(
    subject: Subject, states: Sequence[LearningState], affect: bool
) -> PersonSummary:
    """The summary of a person from the time line and from the states of the rules."""
    person = subject.person
    whole = Window(person.start_s, person.end_s)
    presence = tally(person, whole, presence_of)
    looks = {
        label: seconds_
        for label, seconds_ in tally(person, whole, expression_of).seconds.items()
        if affect and label not in ("absent", "no_data")
    }
    return PersonSummary(
        person_id=person.person_id,
        start_s=person.start_s,
        end_s=person.end_s,
        seen_s=presence.of("seen"),
        absent_s=presence.of("absent"),
        no_data_s=presence.of("no_data"),
        expression_s=looks,
        state_s={rule: _seconds_by_state(of_rule) for rule, of_rule in _by_rule(states).items()},
        by_point=_prevailing(states),
        reference=subject.reference,
        sentence=_sentence(person, presence.seconds, looks),
    )


def _by_rule(states: Sequence[LearningState]) -> dict[str, list[LearningState]]:
    grouped = dict[str, list[LearningState]]()
    for state in states:
        grouped.setdefault(state.rule, []).append(state)
    return grouped


def _seconds_by_state(states: Sequence[LearningState]) -> dict[str, float]:
    seconds_by = dict[str, float]()
    for state in states:
        lasted_s = state.end_s - state.start_s
        seconds_by[state.state] = seconds_by.get(state.state, 0.0) + lasted_s
    return dict(sorted(seconds_by.items()))


def _prevailing(states: Sequence[LearningState]) -> dict[str, dict[str, str]]:
    """The state of most of the time; one difficult run makes a point difficult."""
    prevailing = dict[str, dict[str, str]]()
    for rule, of_rule in _by_rule(states).items():
        points = dict[str, list[LearningState]]()
        for state in of_rule:
            points.setdefault(state.knowledge_point, []).append(state)
        prevailing[rule] = {title: _main_state(found) for title, found in points.items()}
    return prevailing


def _main_state(states: Sequence[LearningState]) -> str:
    names = {state.state for state in states}
    if "difficult" in names:
        return "difficult"
    by_seconds = _seconds_by_state(states)
    return min(by_seconds, key=lambda name: (-by_seconds[name], name))


def _sentence(
    person: PersonTimeline, presence: Mapping[str, float], looks: Mapping[str, float]
) -> str:
    total = seconds(person.end_s - person.start_s)
    parts = [f"Seen for {seconds(presence.get('seen', 0.0))} of {total}"]
    if presence.get("no_data"):
        parts.append(f"{seconds(presence['no_data'])} without data")
    known = {label: s for label, s in looks.items() if label != UNKNOWN}
    if known:
        most = min(known, key=lambda label: (-known[label], label))
        parts.append(f"read most often: {most} ({seconds(known[most])})")
    if looks.get(UNKNOWN):
        parts.append(f"expression unknown for {seconds(looks[UNKNOWN])}")
    return "; ".join(parts) + "."
