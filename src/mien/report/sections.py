"""From a result to what the report's page says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mien.assessment import moments as assessed
from mien.assessment.assess import Assessment
from mien.assessment.lesson import Lesson
from mien.instruments import Instruments
from mien.observations import Observation
from mien.report.charts.bands import Points, state_bands
from mien.report.charts.donut import expression_rings
from mien.report.charts.figure import Figure, clock, percent
from mien.report.charts.group import group_figure
from mien.report.charts.heat import heat_map, shares_of_people, shares_of_time
from mien.report.charts.lines import share_lines
from mien.report.charts.series import (
    NO_FLOOR,
    Floor,
    Series,
    focus_series,
    mean_of,
    share_series,
    value_series,
)
from mien.report.charts.unknowns import unknown_figure, unknown_shares
from mien.report.page import Moment
from mien.report.readings import Readings, engagement_told, of_class

#: More people than this are told as a class: a page of thirty bands is no overview.
MOST_INDIVIDUALS = 12
#: A page of moments; the longest are shown.
MOST_MOMENTS = 20


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
        people = [("Class", readings_of(result))]
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
                Readings([o for o in result.observations if o.person_id == p.person_id]),
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


def floor_of(result: ResultLike) -> Floor:
    """How many a figure must speak of: the settings of a class, else one."""
    group = result.assessment.settings.group
    return Floor(group.min_people, group.min_cell) if as_class(result) else NO_FLOOR


def readings_of(result: ResultLike) -> Readings:
    """What was read, of a class only what its tables tell."""
    if not as_class(result):
        return Readings(result.observations)
    return of_class(result.observations, result.assessment.settings.group)


def focus_of(result: ResultLike) -> Series:
    """Focus over time, with the floor of a class in every window."""
    return focus_series(result.assessment.states, floor_of(result))


def presence_of(result: ResultLike) -> Series:
    """How much of each window faces were seen, with the floor of a class."""
    return value_series(result.assessment.states, "focus", floor_of(result))


def engagement_of(result: ResultLike) -> Series:
    """Engagement over time, with the group floor in every window: the share of happy or
    surprised faces, or of high levels where a video network read levels."""
    states = result.assessment.states
    levels = any(state.rule == "engagement_level" for state in states)
    rule = "engagement_level" if levels else "engagement"
    return value_series(states, rule, floor_of(result))


def bowed_told(result: ResultLike) -> str:
    """The share of the time with the head bowed, withheld where any figure of it is: else
    the figures at the points could be worked out from it."""
    rows = [row for row in result.assessment.group.rows if row.rule == "involvement"]
    if as_class(result) and any(r.people is None or None in r.counts.values() for r in rows):
        return "withheld"
    states = result.assessment.states
    return percent(mean_of(share_series(states, "involvement", "passive", floor_of(result))))


def over_time(result: ResultLike, points: Points) -> Figure:
    """Focus and engagement as lines."""
    series = {"focus": focus_of(result), "engagement": engagement_of(result)}
    title = "Focus and engagement over time" if result.affect else "Focus over time"
    return share_lines(series, title, result.source.duration_s, points, as_class(result))


def summary_of(result: ResultLike) -> list[str]:
    """Three sentences."""
    persons, source = len(result.assessment.persons), result.source
    times = "once" if source.instants == 1 else f"{source.instants} times"
    first = f"{source.name} lasts {clock(source.duration_s)}; it was looked at {times}"
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
    second = presence_told(result)
    if result.affect:
        second += f", and {engagement_told(readings_of(result))}"
    third = moments_told(result)
    if told := unknown_told(result):
        third += f"; {told}"
    return [first, second + ".", third + "."]


def presence_told(result: ResultLike) -> str:
    """How much of the time faces were present, as a half sentence."""
    series = presence_of(result)
    present = mean_of(series)
    if present is None:
        known = "may be told" if as_class(result) else "is known"
        return f"Too little {known} to say for how long faces were present"
    rest = " that may be told" if some_withheld(result, series) else ""
    return f"Faces were present for {percent(present)} of the time{rest}"


def some_withheld(result: ResultLike, series: Series) -> bool:
    """Whether windows of a class are left out of a figure."""
    return as_class(result) and any(part.share is None for part in series)


def mean_told(result: ResultLike, series: Series, what: str) -> tuple[str, str]:
    """A key figure over all windows that may be told."""
    mean, left_out = mean_of(series), some_withheld(result, series)
    if mean is None:
        return ("withheld" if left_out else percent(mean)), what
    return percent(mean), f"{what}, where told" if left_out else what


def unknown_told(result: ResultLike) -> str:
    """How many expressions are unknown, as a half sentence; '' where none was read."""
    readings = readings_of(result)
    unknown = unknown_shares(readings.told)["expression"]
    if unknown is None:
        return ""
    if not readings.withheld:
        return f"{percent(unknown)} of the expressions are unknown"
    faces = sum(o.has_face for o in readings.told)
    withheld = percent(readings.withheld / (readings.withheld + faces))
    return f"{withheld} of the readings are withheld, of the others {percent(unknown)} unknown"


def moments_told(result: ResultLike) -> str:
    """How many there are, as a half sentence, and how many of them are shown."""
    number, shown = len(moments_in(result)), len(moments_of(result))
    looks = "One moment is" if number == 1 else f"{number or 'No'} moments are"
    rest = f" (the {shown} longest are shown)" if number > shown else ""
    return f"{looks} worth a look{rest}"


def key_figures(result: ResultLike) -> list[tuple[str, str]]:
    """The row of figures under the summary."""
    if not result.assessment.persons or not may_show(result):
        return []
    readings = readings_of(result)
    shares = unknown_shares(readings.told)
    figures = [
        (str(persons := len(result.assessment.persons)), f"person{'s' * (persons > 1)} followed"),
        mean_told(result, focus_of(result), "of the time in focus"),
        (bowed_told(result), "of the time with head bowed"),
    ]
    if result.affect:
        figures.insert(2, mean_told(result, engagement_of(result), "engagement"))
        what = "expressions unknown, of those told" if readings.withheld else "expressions unknown"
        nothing = shares["expression"] is None and readings.withheld
        figures.append(("withheld" if nothing else percent(shares["expression"]), what))
    return figures


def moments_in(result: ResultLike) -> list[assessed.Moment]:
    """Without individuals where a class is shown; none where it is too small."""
    if not may_show(result):
        return []
    every = result.assessment.moments
    return [m for m in every if m.person_id is None or not as_class(result)]


def moments_of(result: ResultLike) -> list[Moment]:
    """Those that are shown, in order of time: of the class before those of persons, and
    the longest of both."""
    longest = sorted(
        moments_in(result), key=lambda m: (m.person_id is not None, m.time_s - m.end_s)
    )[:MOST_MOMENTS]
    told = []
    for moment in sorted(longest, key=lambda m: (m.time_s, m.person_id or 0, m.title)):
        at = f" at {moment.knowledge_point}" if moment.knowledge_point else ""
        who = f"Person {moment.person_id}: " if moment.person_id is not None else ""
        when = f"{clock(moment.time_s)}–{clock(moment.end_s)}"
        told.append(Moment(when, f"{who}{moment.title}{at}", moment.reason))
    return told
