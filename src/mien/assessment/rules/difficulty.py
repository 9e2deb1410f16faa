"""Difficulty: 30 consecutive observations of anger or distress on one knowledge point
(systems.md §2, assessment 2).

The paper takes a picture each preset interval. Readings made more often are thinned to
that interval, so that 30 observations mean the same at every sampling rate; readings
made more seldom count once each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mien.assessment.reading import feeling_of
from mien.assessment.settings import DifficultySettings
from mien.assessment.subject import Subject
from mien.assessment.timeline import TIME_TOLERANCE_S, Slot
from mien.assessment.windows import Window, more_than, share_of
from mien.assessment.wording import seconds
from mien.labels import UNKNOWN
from mien.observations import LearningState

DIFFICULT = "difficult"
NO_SIGN = "no_sign_of_difficulty"


@dataclass
class Run:
    """Distress not interrupted by another expression or by absence.

    ``unknown_before``: how many unknown observations the run held before each of its
    distressed ones.
    """

    start_s: float
    end_s: float = 0.0
    unknown: int = 0
    unknown_before: list[int] = field(default_factory=list[int])

    def add(self, slot: Slot) -> None:
        self.unknown_before.append(self.unknown)
        self.end_s = slot.end_s

    @property
    def distress(self) -> int:
        return len(self.unknown_before)

    @property
    def unknown_inside(self) -> int:
        """Unknown observations between the first and the last distressed one."""
        return self.unknown_before[-1] if self.unknown_before else 0

    def clear_enough(self, needed: int, max_unknown_share: float) -> bool:
        """Whether some ``needed`` distressed observations in a row hold few enough unknown."""
        before = self.unknown_before
        return any(
            between <= max_unknown_share * (between + needed)
            for between in (
                before[last] - before[last - needed + 1] for last in range(needed - 1, len(before))
            )
        )


def difficulty(subject: Subject) -> list[LearningState]:
    """For each knowledge point: one ``difficult`` (or, where too much of it is unknown,
    ``unknown``) state per run of enough observations, else one state for the point:
    ``no_sign_of_difficulty``, or ``unknown`` where more than half of it was unread.

    ``value`` is the number of distressed observations in a row. Unknown observations
    and time without data neither extend nor break a run; absence breaks it. Time that
    belongs to no point is not judged.
    """
    return [state for title, window in subject.points() for state in _point(subject, title, window)]


def _point(subject: Subject, title: str, window: Window) -> list[LearningState]:
    settings = subject.settings.difficulty
    slots = subject.person.between(window.start_s, window.end_s)
    taken = thinned([s for s in slots if s.start_s >= window.start_s], settings)
    runs = distress_runs(taken, settings.observation_interval_s)
    long_runs = [run for run in runs if run.distress >= settings.observations]
    if long_runs:
        return [_run_state(subject, title, run) for run in long_runs]
    return [_calm_state(subject, title, window, taken, runs)]


def thinned(slots: Sequence[Slot], settings: DifficultySettings) -> list[Slot]:
    """The readings nearest to each preset interval, in order, and all time without data."""
    interval_s = settings.observation_interval_s
    taken, due_s = list[Slot](), float("-inf")
    for slot in slots:
        # Early by half a step at most, so that a jittering 1-s camera loses nothing.
        early_s = min(slot.end_s - slot.start_s, interval_s) / 2
        if not slot.recorded:
            taken.append(slot)
        elif slot.start_s >= due_s - early_s:
            taken.append(slot)
            in_step = slot.start_s < due_s + interval_s / 2
            due_s = (due_s if in_step else slot.start_s) + interval_s
    return taken


def distress_runs(taken: Sequence[Slot], interval_s: float) -> list[Run]:
    """Runs of distress in observations one interval apart."""
    runs, run = list[Run](), None
    for slot in taken:
        kind = feeling_of(slot)
        if kind == "distress":
            if run is None:
                run = Run(slot.start_s)
                runs.append(run)
            run.add(slot)
        elif kind not in (UNKNOWN, "no_data"):
            run = None
        elif run is not None:
            lasted_s = slot.end_s - slot.start_s
            run.unknown += max(1, round(lasted_s / interval_s)) if kind == "no_data" else 1
    return runs


def _run_state(subject: Subject, title: str, run: Run) -> LearningState:
    settings = subject.settings.difficulty
    unknown = run.unknown_inside
    clear = run.clear_enough(settings.observations, settings.max_unknown_share)
    if clear:
        reason = (
            f"Anger or distress in {run.distress} observations in a row "
            f"({settings.observations} needed; {unknown} more unknown): "
            f"{f'{title!r}' if title else 'this part'} seems hard at this pace."
        )
    else:
        reason = (
            f"No statement: {run.distress} observations of anger or distress, "
            f"but {unknown} unknown among them."
        )
    return subject.state(
        "difficulty",
        DIFFICULT if clear else UNKNOWN,
        Window(run.start_s, run.end_s),
        value=float(run.distress) if clear else None,
        counts={"distress": run.distress, "unknown": unknown},
        unknown_share=unknown / (unknown + run.distress),
        reason=reason,
        point=title,
    )


def _calm_state(
    subject: Subject, title: str, window: Window, taken: Sequence[Slot], runs: Sequence[Run]
) -> LearningState:
    settings = subject.settings.difficulty
    counts, unread_s = dict[str, int](), 0.0
    for slot in taken:
        kind = feeling_of(slot)
        if slot.recorded:
            counts[kind] = counts.get(kind, 0) + 1
    for slot in subject.person.between(window.start_s, window.end_s):
        if feeling_of(slot) in (UNKNOWN, "no_data", "absent"):
            unread_s += min(slot.end_s, window.end_s) - max(slot.start_s, window.start_s)
    read_s = window.length_s - unread_s
    too_little = more_than(unread_s, settings.max_unknown_share, window.length_s)
    unknown = too_little or read_s <= TIME_TOLERANCE_S or not taken
    longest = max((run.distress for run in runs), default=0)
    if unknown:
        reason = f"No statement: {seconds(unread_s)} of {seconds(window.length_s)} not read."
    else:
        reason = (
            f"At most {longest} observations of anger or distress in a row; "
            f"{settings.observations} would be a sign. {seconds(unread_s)} of "
            f"{seconds(window.length_s)} not read."
        )
    return subject.state(
        "difficulty",
        UNKNOWN if unknown else NO_SIGN,
        window,
        value=None if unknown else float(longest),
        counts=dict(sorted(counts.items())),
        unknown_share=share_of(unread_s, window.length_s),
        reason=reason,
        point=title,
    )
