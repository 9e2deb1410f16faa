"""The class report in words: three sentences, how it was made, and what it cannot say."""

from __future__ import annotations

from typing import Final

from mien.assessment.settings import GroupSettings
from mien.assessment.wording import percent, seconds
from mien.server.schemas.report import ClassReport, HeatRow

LIMITS: Final = (
    "Only moments at which enough people were in the lesson together are in it. A course that "
    "is studied at different hours shows little or nothing.",
    "Withheld figures count neither as zero nor as unknown; averages are of what was shown.",
    "People without a camera are counted with what they said by buttons; where they said "
    "nothing they are unknown.",
    "A face out of view may be a technical fault, a lowered head may be taking notes, and "
    "expressions are not feelings. None of it says what somebody understood.",
    "Before and after an offer are compared, nothing more: it may have changed by itself. "
    "Who takes an offer differs from who does not.",
    "Past moments were judged by the thresholds of their time; those shown are today's.",
    "Nothing of it may be used for marks.",
)


def method(group: GroupSettings) -> list[str]:
    """How the figures came about."""
    return [
        "Each learner's browser reads, once a second, whether a face is seen and how the head "
        "is turned, and, where the law gate is open and the learner agreed, the expression. "
        "Only numbers reach the server, where published rules judge them.",
        f"While the class was watched, it was drawn every few seconds as a group: from "
        f"{group.min_people} people on, a point only from {group.min_people} people on, a state "
        f"only from {group.min_cell} on, and with every figure withheld alone a second one, so "
        "that none can be worked out. This report is made of those drawings and of nothing else.",
        "Shares of a knowledge point are of the time of everybody who was there. Offers are "
        "counted in learners, each once a day, under the same rules; days begin at midnight UTC.",
    ]


def sentences(report: ClassReport) -> list[str]:
    """Three: who was there, how it went, where it was hard."""
    if not report.shown:
        return _nothing(report)
    return [_there(report), _went(report), _hard(report)]


def _nothing(report: ClassReport) -> list[str]:
    if report.withheld_s:
        first = (
            f"Too few to show: in {seconds(report.withheld_s)} there were never "
            f"{report.min_people} people in the lesson together."
        )
    else:
        first = "The class was not watched in this time."
    return [
        first,
        "So nothing is told of focus, engagement and difficulty.",
        "Learners see their own figures under My learning.",
    ]


def _there(report: ClassReport) -> str:
    hidden = (
        f"; for {seconds(report.withheld_s)} there were too few to show"
        if report.withheld_s
        else ""
    )
    return (
        f"{report.present:.0f} people were there on average, {report.most_present} at most, over "
        f"{seconds(report.shown_s)}{hidden}."
    )


def _went(report: ClassReport) -> str:
    shares = {
        "focused": report.focus,
        "with the head lowered most of the time": report.passive,
        "happy or surprised": report.engagement,
    }
    told = [f"{percent(share)} {words}" for words, share in shares.items() if share is not None]
    hidden = [words for words, share in shares.items() if share is None]
    unknown = "unknown withheld" if report.unknown is None else f"{percent(report.unknown)} unknown"
    first = f"Of those known: {', '.join(told)} ({unknown})" if told else f"{unknown.capitalize()}"
    rest = f"; withheld or not known: {', '.join(hidden)}" if hidden else ""
    return f"{first}{rest}."


def _hard(report: ClassReport) -> str:
    told = [row for row in report.points if row.shares.get("difficult")]
    if not told:
        return "No knowledge point stood out as hard in what could be shown."
    worst = max(told, key=_difficult)
    unknown = worst.shares.get("unknown")
    rest = "unknown withheld" if unknown is None else f"{percent(unknown)} unknown"
    return (
        f"{worst.point_title!r} seemed hard most often: {percent(_difficult(worst))} of the time "
        f"of those there ({rest})."
    )


def _difficult(row: HeatRow) -> float:
    return row.shares.get("difficult") or 0.0
