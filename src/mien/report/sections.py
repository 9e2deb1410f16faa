"""From a result to what the report's page says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mien.assessment.assess import Assessment
from mien.assessment.lesson import Lesson
from mien.instruments import Instruments
from mien.labels import UNKNOWN
from mien.observations import Observation
from mien.report.charts.bands import Points, state_bands
from mien.report.charts.donut import expression_rings
from mien.report.charts.figure import Figure, clock, percent
from mien.report.charts.group import group_figure
from mien.report.charts.heat import heat_map, shares_of_people, shares_of_time
from mien.report.charts.lines import share_lines
from mien.report.charts.series import Series, focus_series, mean_of, value_series
from mien.report.charts.unknowns import unknown_figure, unknown_shares
from mien.report.page import Moment
from mien.report.readings import engagement_told, of_enough

#: More people than this are told as a class: a page of thirty bands is no overview.
MOST_INDIVIDUALS = 12


class SourceFacts(Protocol):
    """What is told of the source."""

    @property
    def name(self) -> str: ...
    @property
    def duration_s(self) -> float: ...
    @property
    def instants(self) -> int: ...
    @property
    def undecodable(self) -> int: ...
    @property
    def every_s(self) -> float | None: ...


class ResultLike(Protocol):
    """What a report is made of: :class:`mien.pipeline.Result`."""

    @property
    def observations(self) -> Sequence[Observation]: ...
    @property
    def assessment(self) -> Assessment: ...
    @property
    def source(self) -> SourceFacts: ...
    @property
    def affect(self) -> bool: ...
    @property
    def classroom(self) -> bool: ...
    @property
    def lesson(self) -> Lesson | None: ...
    @property
    def instruments(self) -> Instruments: ...


def as_class(result: ResultLike) -> bool:
    """True where individuals are not shown."""
    return result.classroom or len(result.assessment.persons) > MOST_INDIVIDUALS


def points_of(result: ResultLike) -> list[tuple[str, float, float]]:
    """The lesson's knowledge points as ``(title, start_s, end_s)``."""
    if result.lesson is None:
        return []
    return [(p.title, p.start_s, p.end_s) for p in result.lesson.points]


def may_show(result: ResultLike) -> bool:
    """False for a class below the group floor: nothing but its absence is told."""
    return not as_class(result) or result.assessment.group.shown


def figures_of(result: ResultLike) -> list[Figure]:
    """The charts, in the page's order."""
    if not may_show(result):
        return [group_figure(result.assessment.group)]
    states, length_s, points = result.assessment.states, result.source.duration_s, points_of(result)
    figures = [over_time(result, points)]
    if as_class(result):
        figures.insert(0, group_figure(result.assessment.group))
        people: list[tuple[str, Sequence[Observation]]] = [("Class", readings_of(result))]
    else:
        rule, title = (
            ("classroom_state", "Learning states over time (rule-based, not validated)")
            if result.affect
            else ("focus", "Presence over time")
        )
        figures.insert(0, state_bands(states, rule, title, length_s, points))
        people = [
            (
                f"Person {p.person_id}",
                [o for o in result.observations if o.person_id == p.person_id],
            )
            for p in result.assessment.persons
        ]
    if points:
        figures.insert(1, by_point(result))
    if result.affect:
        figures.append(expression_rings(people))
    figures.append(unknown_figure(readings_of(result), result.affect))
    return figures


def by_point(result: ResultLike) -> Figure:
    """The heat map of knowledge points and states, of the class or of those followed."""
    rule = "classroom_state" if result.affect else "focus"
    title = "Learning states by knowledge point" if result.affect else "Presence by knowledge point"
    names = [name for name, _, _ in points_of(result)]
    if as_class(result):
        return heat_map(shares_of_people(result.assessment.group, rule), names, title, "people")
    return heat_map(
        shares_of_time(result.assessment.states, rule, points_of(result)), names, title, "time"
    )


def least_people(result: ResultLike) -> int:
    """How many a figure must speak of: the group floor for a class, else one."""
    return result.assessment.group.min_people if as_class(result) else 1


def readings_of(result: ResultLike) -> Sequence[Observation]:
    """What was read, of a class only at instants with enough people."""
    return of_enough(result.observations, least_people(result))


def focus_of(result: ResultLike) -> Series:
    """Focus over time, with the group floor in every window."""
    return focus_series(result.assessment.states, least_people(result))


def engagement_of(result: ResultLike) -> Series:
    """Engagement over time, with the group floor in every window: the share of happy or
    surprised faces, or of high levels where a video network read levels."""
    states = result.assessment.states
    levels = any(state.rule == "engagement_level" for state in states)
    rule = "engagement_level" if levels else "engagement"
    return value_series(states, rule, least_people(result))


def over_time(result: ResultLike, points: Points) -> Figure:
    """Focus and engagement as lines."""
    series = {"focus": focus_of(result), "engagement": engagement_of(result)}
    title = "Focus and engagement over time"
    return share_lines(series, title, result.source.duration_s, points)


def summary_of(result: ResultLike) -> list[str]:
    """Three sentences."""
    persons, source = len(result.assessment.persons), result.source
    first = (
        f"{source.name} lasts {clock(source.duration_s)}; it was looked at {source.instants} times"
    )
    if may_show(result):
        first += f" and {persons} {'person was' if persons == 1 else 'persons were'} followed"
    first += "."
    if persons == 0:
        return [
            first,
            "No face was found, so nothing is said about learning.",
            "Check that faces are lit, turned to the camera and at least 20 px large.",
        ]
    if not may_show(result):
        floor = result.assessment.group.min_people
        return [
            first,
            f"A class is shown from {floor} people on: too few to show.",
            "The tables beside this page withhold the readings too."
            if result.classroom
            else "The tables beside this page hold the readings.",
        ]
    unknown = unknown_shares(readings_of(result))["expression"]
    second = presence_told(result)
    if result.affect:
        second += f", and {engagement_told(readings_of(result))[1]}"
    moments = len(moments_of(result))
    looks = "One moment is" if moments == 1 else f"{moments or 'No'} moments are"
    third = f"{looks} worth a look"
    if unknown is not None:
        third += f"; {percent(unknown)} of the readings are unknown"
    return [first, second + ".", third + "."]


def presence_told(result: ResultLike) -> str:
    """How much of the time faces were present, as a half sentence."""
    focus, window_s = mean_of(focus_of(result)), result.assessment.settings.focus.window_s
    if focus is None:
        return "Too little is known to say for how long faces were present"
    return f"Faces were present for {percent(focus)} of the time, told in windows of {window_s:g} s"


def key_figures(result: ResultLike) -> list[tuple[str, str]]:
    """The row of figures under the summary."""
    if not result.assessment.persons or not may_show(result):
        return []
    states = result.assessment.states
    passive = [s for s in states if s.rule == "involvement" and s.state != UNKNOWN]
    bowed = sum(s.state == "passive" for s in passive) / len(passive) if passive else None
    shares = unknown_shares(readings_of(result))
    figures = [
        (str(len(result.assessment.persons)), "persons followed"),
        (percent(mean_of(focus_of(result))), "focus (present)"),
        (percent(bowed), "windows with head bowed"),
    ]
    if result.affect:
        figures.insert(2, (percent(engagement_told(readings_of(result))[0]), "engagement"))
        figures.append((percent(shares["expression"]), "expressions unknown"))
    return figures


def moments_of(result: ResultLike) -> list[Moment]:
    """The moments, without individuals where a class is shown."""
    told = []
    for moment in result.assessment.moments:
        if as_class(result) and moment.person_id is not None:
            continue
        at = f" at {moment.knowledge_point}" if moment.knowledge_point else ""
        who = f"Person {moment.person_id}: " if moment.person_id is not None else ""
        when = f"{clock(moment.time_s)}–{clock(moment.end_s)}"
        told.append(Moment(when, f"{who}{moment.title}{at}", moment.reason))
    return told if may_show(result) else []
