"""The live class on the wire: groups only."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from mien.server.schemas.adaptation import HelpView
from mien.server.schemas.text import Body


class TrendPoint(BaseModel):
    """Five figures at a moment; null: withheld, too few, or nothing known. ``focus`` and
    ``difficulty`` are shares of the people known, ``engagement`` a mean share of readings,
    ``unknown`` people. ``point``: where most people were, '' where that is withheld."""

    at_s: float
    present: int | None
    focus: float | None
    engagement: float | None
    difficulty: float | None
    unknown: int | None
    point: str = ""


class ClassView(BaseModel):
    """The class now (see ``mien.assessment.live.ClassNow``); ``affect`` False: expressions
    are not read, so engagement and difficulty rest on what learners say."""

    on: bool
    affect: bool
    view: dict[str, Any] | None
    trend: list[TrendPoint]
    help: list[HelpView]


class LiveSwitch(Body):
    """The live view on or off."""

    on: bool
