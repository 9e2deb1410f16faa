"""A study judged as it goes on: the same rules as for a recording, over its last minutes.

A recording is judged once, whole. A live study grows by ten seconds at a time, so only
what a new batch can change is judged: windows that are over, on the same grid as those of
a recording, and the present point's run of distress.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mien.adaptation.study import LEARNER, Visit, lesson_of, told
from mien.assessment.lesson import Lesson
from mien.assessment.reference import Reference, reference_of
from mien.assessment.rules.difficulty import DIFFICULT, difficulty
from mien.assessment.rules.engagement import engagement_of
from mien.assessment.rules.focus import focus_of
from mien.assessment.rules.involvement import involvement_of
from mien.assessment.settings import AssessmentSettings
from mien.assessment.subject import Subject
from mien.assessment.timeline import TIME_TOLERANCE_S, PersonTimeline, build_timeline, person_since
from mien.assessment.windows import Window
from mien.labels import DISTRESS, UNKNOWN
from mien.observations import LearningState, Observation

#: Windows of focus that are judged: as many as the policy looks at, and one.
FOCUS_WINDOWS: Final = 4
#: A window whose last reading came early is over: half of the default preset interval.
EARLY_S: Final = 0.5
#: Readings before a window by which it is known how often is read.
BEFORE_S: Final = 20.0


@dataclass(frozen=True)
class Recent:
    """The end of one learner's study, on the study's clock.

    Attributes:
        observations: of the last minutes, in order of time, one person.
        visits: to knowledge points, of the same time.
        reference: the learner's neutral, from the first minute.
        seen_before: whether a face was seen since the study began; before that nobody can
            be called absent.
    """

    observations: Sequence[Observation]
    visits: Sequence[Visit]
    reference: Reference
    seen_before: bool


def kept_from_s(end_s: float, settings: AssessmentSettings) -> float:
    """From where on a study that has come to ``end_s`` must be kept to judge it: the start
    of every window that has just ended, and twice the run that difficulty needs."""
    run_s = settings.difficulty.observations * settings.difficulty.observation_interval_s
    starts = [
        window_s * (math.floor((end_s + EARLY_S) / window_s) - count)
        for window_s, count in (
            (settings.focus.window_s, FOCUS_WINDOWS),
            (settings.engagement.window_s, 1),
            (settings.involvement.window_s, 1),
        )
    ]
    return min(*starts, end_s - 2 * run_s)


@dataclass(frozen=True)
class Judged:
    """What was said before, so that it need not be said again.

    Attributes:
        focus: the last windows of focus, oldest first.
        minute_s: end of the last minute that was judged.
        difficult: whether ``point`` seemed hard; None: not judged yet.
        point: the knowledge point that was present then.
    """

    focus: tuple[LearningState, ...] = ()
    minute_s: float = float("-inf")
    difficult: bool | None = None
    point: str = ""


def judge_lately(
    recent: Recent, judged: Judged, *, settings: AssessmentSettings, affect: bool
) -> tuple[list[LearningState], Judged]:
    """States of the windows that are over, oldest first, and what is to be remembered.

    Minutes that were judged are not among the states again, the last windows of focus are:
    an offer rests on several. Difficulty is judged again where it can have changed: enough
    distress was read, it was found before, the point is another, or a minute has passed.

    Args:
        affect: False: expressions are not looked at even if they came.
    """
    if not recent.observations:
        return [], judged
    end_s = recent.visits[-1].end_s if recent.visits else recent.observations[-1].time_s
    if not recent.seen_before:
        return _nobody(recent, end_s, settings), judged
    minutes = _minutes(end_s, judged.minute_s, settings, affect)
    whole = bool(minutes) or (affect and _may_be_difficult(recent, judged, settings))
    focus_to_s = judged.focus[-1].end_s if judged.focus else float("-inf")
    windows = [
        window
        for window in _over(settings.focus.window_s, end_s, FOCUS_WINDOWS)
        if window.end_s > focus_to_s + TIME_TOLERANCE_S
    ]
    if not whole and not windows:
        return list(judged.focus), judged
    from_s = kept_from_s(end_s, settings)
    if not whole:  # what comes before these windows only tells how often is read
        from_s = max(from_s, min([end_s, *(w.start_s for w in windows)]) - BEFORE_S)
    subject = _subject(recent, from_s, settings)
    focus = [told(focus_of(subject, _within(window, subject.person))) for window in windows]
    focus = [*judged.focus, *focus][-FOCUS_WINDOWS:]
    others = [rule(subject, _within(window, subject.person)) for window, rule in minutes]
    difficult = _difficulty(subject) if whole and affect else []
    found = [*focus, *(told(state) for state in (*others, *difficult))]
    return sorted(found, key=lambda s: s.end_s), Judged(
        focus=tuple(focus),
        minute_s=max([judged.minute_s, *(window.end_s for window, _ in minutes)]),
        difficult=any(s.state == DIFFICULT for s in difficult) if whole else judged.difficult,
        point=_present_point(recent) if whole else judged.point,
    )


def _minutes(
    end_s: float, since_s: float, settings: AssessmentSettings, affect: bool
) -> list[tuple[Window, Callable[[Subject, Window], LearningState]]]:
    rules: list[tuple[float, Callable[[Subject, Window], LearningState]]] = [
        (settings.involvement.window_s, involvement_of)
    ]
    if affect:
        rules.append((settings.engagement.window_s, engagement_of))
    return [
        (window, rule)
        for window_s, rule in rules
        for window in _over(window_s, end_s, 1)
        if window.end_s > since_s + TIME_TOLERANCE_S
    ]


def _may_be_difficult(recent: Recent, judged: Judged, settings: AssessmentSettings) -> bool:
    distress = sum(
        o.expression is not None and o.expression.label in DISTRESS for o in recent.observations
    )
    if judged.difficult is not False or judged.point != _present_point(recent):
        return True
    return distress >= settings.difficulty.observations


def _present_point(recent: Recent) -> str:
    return recent.visits[-1].knowledge_point if recent.visits else ""


def _over(window_s: float, end_s: float, most: int) -> list[Window]:
    """The last windows of the study's grid that had ended by ``end_s``."""
    count = math.floor((end_s + EARLY_S) / window_s)
    return [Window(k * window_s, (k + 1) * window_s) for k in range(max(0, count - most), count)]


def _subject(recent: Recent, start_s: float, settings: AssessmentSettings) -> Subject:
    start_s = max(0.0, start_s)
    late = [o for o in recent.observations if o.time_s >= start_s - TIME_TOLERANCE_S]
    person = person_since(late or recent.observations, settings.timeline, LEARNER, start_s)
    assert person is not None  # there are observations
    return Subject(person, recent.reference, settings, 0.0, lesson_of(recent.visits))


def _within(window: Window, person: PersonTimeline) -> Window:
    return Window(max(window.start_s, person.start_s), window.end_s)


def _difficulty(subject: Subject) -> list[LearningState]:
    """Of the present point only: earlier ones were judged while they were present."""
    points = subject.lesson.points if subject.lesson else ()
    return difficulty(replace(subject, lesson=Lesson("", points[-1:])))


def _nobody(recent: Recent, end_s: float, settings: AssessmentSettings) -> list[LearningState]:
    start_s = recent.observations[0].time_s
    state = LearningState(
        rule="focus",
        state=UNKNOWN,
        start_s=start_s,
        end_s=end_s,
        person_id=None,
        value=None,
        counts={"no_face": len(recent.observations)},
        unknown_share=1.0,
        reason=f"No statement: no face was found in {len(recent.observations)} readings.",
        knowledge_point=_present_point(recent),
    )
    return [state] if end_s - start_s >= settings.focus.window_s - TIME_TOLERANCE_S else []


def reference_lately(
    first: Sequence[Observation], settings: AssessmentSettings, *, affect: bool
) -> Reference:
    """The learner's neutral from the readings of the first minute."""
    own = [replace(o, expression=None) for o in first] if not affect else list(first)
    people = build_timeline(own, settings.timeline).people
    return reference_of(people[0], settings.reference) if people else Reference()
