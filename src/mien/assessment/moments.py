"""Moments worth a look, each with its reason: neighbouring windows in the same state
told as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from mien.assessment.group import withheld_cells
from mien.assessment.settings import AssessmentSettings
from mien.assessment.timeline import TIME_TOLERANCE_S
from mien.assessment.wording import seconds
from mien.labels import UNKNOWN
from mien.observations import LearningState

#: (rule, state) -> how a moment is called.
NOTABLE: Final = {
    ("focus", "inattentive_or_fault"): "Face out of view",
    ("focus", UNKNOWN): "No data",
    ("difficulty", "difficult"): "Seems hard here",
    ("involvement", "passive"): "Head lowered most of the time",
    ("classroom_state", "confused"): "Seems puzzled",
    ("classroom_state", "tired"): "Signs of tiredness",
    ("classroom_state", "bored"): "Looking away with little expression",
    ("classroom_state", "happy"): "A good moment",
}


@dataclass(frozen=True)
class Moment:
    """An interval worth looking at; ``person_id`` None speaks of the class."""

    time_s: float
    end_s: float
    person_id: int | None
    knowledge_point: str
    title: str
    reason: str


def moments_of(
    states: Sequence[LearningState], people: int, settings: AssessmentSettings
) -> tuple[Moment, ...]:
    """In order of time: those of the class where the group is large enough to be shown,
    and those of persons."""
    merged = merge_neighbours([s for s in states if (s.rule, s.state) in NOTABLE])
    single = [_moment(run) for run in merged]
    shared = class_moments(states, people, settings)
    return tuple(sorted([*shared, *single], key=lambda m: (m.time_s, m.person_id or 0, m.title)))


def merge_neighbours(states: Sequence[LearningState]) -> list[list[LearningState]]:
    """Groups states of one person, rule and point that follow each other without a break."""
    runs = list[list[LearningState]]()
    last = dict[tuple[int | None, str, str, str], list[LearningState]]()
    for state in sorted(states, key=lambda s: s.start_s):
        key = (state.person_id, state.rule, state.state, state.knowledge_point)
        run = last.get(key)
        if run is not None and abs(run[-1].end_s - state.start_s) <= TIME_TOLERANCE_S:
            run.append(state)
        else:
            last[key] = [state]
            runs.append(last[key])
    return runs


def _moment(run: Sequence[LearningState]) -> Moment:
    first, last = run[0], run[-1]
    reason = first.reason
    if len(run) > 1:
        lasted = seconds(last.end_s - first.start_s)
        reason = f"{len(run)} windows in a row, {lasted}; the first: {first.reason}"
    title = NOTABLE[first.rule, first.state]
    return Moment(first.start_s, last.end_s, first.person_id, first.knowledge_point, title, reason)


def class_moments(
    states: Sequence[LearningState], people: int, settings: AssessmentSettings
) -> list[Moment]:
    """Times at which a good part of the class was in one notable state; empty below
    the group floor."""
    if people < settings.group.min_people:
        return []
    at_window = dict[tuple[str, float], list[LearningState]]()
    for state in states:
        if state.rule in ("focus", "classroom_state", "involvement"):
            # Windows start on one grid for everyone; only a late comer's first is cut.
            at_window.setdefault((state.rule, round(state.start_s, 3)), []).append(state)
    found = list[Moment]()
    for (rule, _), present in sorted(at_window.items(), key=lambda item: item[0]):
        if len(present) >= settings.group.min_people:
            found.extend(_shared(rule, present, settings))
    return _merge_shared(found)


def _shared(
    rule: str, present: Sequence[LearningState], settings: AssessmentSettings
) -> list[Moment]:
    found, group = list[Moment](), settings.group
    counts = Counter(s.state for s in present)
    # A figure whose rest is of too few would tell of these.
    cells, _ = withheld_cells(counts, sorted({*counts, UNKNOWN}), group.min_cell)
    unknown = cells.get(UNKNOWN, 0)
    told = "how many are unknown is withheld" if unknown is None else f"{unknown} unknown"
    for name, number in sorted(counts.items()):
        if (rule, name) not in NOTABLE:
            continue
        least = max(group.moment_share * len(present), group.min_cell)
        if name == UNKNOWN or number < least:
            continue
        first = present[0]
        ours = "" if first.validated else " Rule-based, not validated."
        many = "a good part" if cells[name] is None else str(number)
        reason = f"{many} of {len(present)} at the same time ({told}).{ours}"
        title = NOTABLE[rule, name]
        found.append(Moment(first.start_s, first.end_s, None, first.knowledge_point, title, reason))
    return found


def _merge_shared(found: Sequence[Moment]) -> list[Moment]:
    """Neighbouring moments of the class with one title, told with the first one's numbers."""
    merged = dict[tuple[str, str], list[Moment]]()
    for moment in sorted(found, key=lambda m: m.time_s):
        runs = merged.setdefault((moment.title, moment.knowledge_point), [])
        if runs and abs(runs[-1].end_s - moment.time_s) <= TIME_TOLERANCE_S:
            runs[-1] = replace(runs[-1], end_s=moment.end_s)
        else:
            runs.append(moment)
    return [
        replace(m, reason=f"For {seconds(m.end_s - m.time_s)}; at first {m.reason}")
        for runs in merged.values()
        for m in runs
    ]
