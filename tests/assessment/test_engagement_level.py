"""Levels of engagement by a video network: windows of 60 s worked by hand."""

from mien.assessment.assess import assess
from mien.assessment.rules.engagement_level import NAME
from readings import of_rule, readings


def levels(said: list[str]) -> list[tuple[str, float | None]]:
    found = of_rule(assess(readings(said)).states, NAME)
    assert not any(state.validated for state in found)
    return [(state.state, state.value) for state in found]


def test_the_level_that_stood_longest_and_the_share_of_high() -> None:
    assert levels(["high"] * 30 + ["low"] * 20 + ["very high"] * 10) == [("high", 40 / 60)]
    assert levels(["very low"] * 60) == [("very low", 0.0)]


def test_more_than_half_unread_says_nothing() -> None:
    assert levels(["high"] * 30 + ["unknown"] * 30) == [("high", 1.0)]
    assert levels(["high"] * 29 + ["unknown"] * 31) == [("unknown", None)]


def test_without_levels_the_rule_is_silent() -> None:
    assert levels(["happiness"] * 60) == []


def test_a_level_says_nothing_of_happiness() -> None:
    found = of_rule(assess(readings(["very high"] * 60)).states, "engagement")
    assert [state.state for state in found] == ["unknown"]
