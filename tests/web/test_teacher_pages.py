"""What teachers see and do, in a real browser against a real classroom."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.web.accessibility import LOOKS, complaints
from tests.web.classroom import Classroom, Open

COURSE_PAGES = ("", "?part=pictures", "/live", "/report", "/thresholds")
#: Of twelve at one point: four find it hard, two figures are withheld.
VIEW: dict[str, Any] = {
    "shown": True,
    "min_people": 10,
    "present": 12,
    "focus": {"part": None, "whole": 12, "unknown": 0},
    "difficulty": {"part": 4, "whole": 12, "unknown": 0},
    "passive": {"part": None, "whole": 12, "unknown": 0},
    "engagement": 0.25,
    "unknown": 0,
    "alerts": [{"kind": "difficult", "knowledge_point": "p", "reason": "4 of 12 seem stuck."}],
    "note": "",
    "at_s": 1.0,
    "titles": {"p": "Convolution"},
    "points": [
        {
            "knowledge_point": "p",
            "people": 12,
            "counts": {"difficult": 4, "away": None, "passive": None, "steady": 6},
            "note": "",
        }
    ],
}


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing_on_a_teachers_pages(
    opened: Open, classroom: Classroom, width: int, scheme: str
) -> None:
    page = opened("teacher", width, scheme)
    point = f"?part={classroom.points[1]}"
    course = f"/teaching/courses/{classroom.course}"
    for path in ("/teaching", *(course + end for end in (*COURSE_PAGES, point))):
        page.goto(path, wait_until="networkidle" if "live" not in path else "load")
        expect(page.get_by_role("heading", level=2).first).to_be_visible()
        assert complaints(page) == [], path


def test_a_learner_has_no_business_there(opened: Open) -> None:
    page = opened("learner")
    for path in ("/teaching", "/administration"):
        page.goto(path)
        expect(page.get_by_role("heading", name="not for your role")).to_be_visible()


def test_a_call_for_help_comes_in_live_and_is_answered(opened: Open, classroom: Classroom) -> None:
    page = opened()
    page.goto(f"/teaching/courses/{classroom.course}/live")
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    expect(page.get_by_text("Too few to show")).to_be_visible()
    learner = classroom.client("learner")
    learner.call("POST", f"/points/{classroom.points[0]}/help", {"question": "Why flipped?"})
    expect(page.get_by_text("Why flipped?")).to_be_visible()
    page.get_by_role("button", name="Accept the call of Lena Learner").click()
    expect(page.get_by_label("Your answer")).to_be_focused()
    page.keyboard.type("Because it sums what came before.")
    page.get_by_role("button", name="Answer and resolve").click()
    expect(page.get_by_text("1 call closed while")).to_be_visible()
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()


def test_the_live_view_is_switched_off_and_on(opened: Open, classroom: Classroom) -> None:
    page = opened()
    page.goto(f"/teaching/courses/{classroom.course}/live")
    page.get_by_role("switch").press("Space")
    expect(page.get_by_role("heading", name="The live view of this class is off")).to_be_visible()
    page.get_by_role("switch").press("Space")
    expect(page.get_by_role("heading", name="Too few to show")).to_be_visible()


def test_a_live_class_that_is_refused_does_not_look_live(
    opened: Open, classroom: Classroom
) -> None:
    page = opened()
    body = {"on": True, "affect": True, "view": VIEW, "trend": [], "help": []}
    answers = [{"json": body}]
    gone = {"status": 404, "json": {"status": 404, "code": "missing", "detail": "It is gone."}}
    page.route("**/live/events", lambda route: route.fulfill(**gone))
    page.route(
        "**/api/v1/courses/*/live",
        lambda route: route.fulfill(**(answers.pop() if answers else gone)),
    )
    page.goto(f"/teaching/courses/{classroom.course}/live")
    expect(page.get_by_role("alert")).to_contain_text("It is gone.", timeout=20_000)
    expect(page.get_by_text("No longer live. What stands here is of")).to_be_visible()


def test_withheld_figures_are_called_so(opened: Open, classroom: Classroom) -> None:
    page = opened()
    body = {"on": True, "affect": True, "view": VIEW, "trend": [], "help": []}
    page.route("**/live/events", lambda route: route.abort())
    page.route("**/api/v1/courses/*/live", lambda route: route.fulfill(json=body))
    page.goto(f"/teaching/courses/{classroom.course}/live")
    expect(page.get_by_role("heading", name="Seems hard at Convolution")).to_be_visible()
    cells = page.get_by_role("table", name="People by knowledge point").get_by_role("cell")
    told = [text.split(":")[1].strip() for text in cells.all_inner_texts()]
    assert told == ["4", "withheld", "withheld", "6", "0"]
    assert complaints(page) == []


def test_the_report_is_of_the_span_in_the_address(opened: Open, classroom: Classroom) -> None:
    page = opened()
    asked: list[str] = []

    def report(route: Any) -> None:
        asked.append(route.request.url.partition("?")[2])
        lessons = [{"began_at_s": 1.0, "ended_at_s": 61.0}]
        route.fulfill(json={**route.fetch().json(), "lessons": lessons})

    page.route(re.compile("/api/v1/courses/[^/]+/report"), report)
    page.goto(f"/teaching/courses/{classroom.course}/report")
    lesson = page.get_by_role("combobox", name="Lesson")
    with page.expect_response(re.compile("/report.*from_s=0")):
        lesson.select_option("All that is kept")
    with page.expect_response(re.compile("/report$")):
        page.go_back()
    expect(lesson).to_have_value("")
    assert asked == ["", "from_s=0", ""]


def test_thresholds_keep_their_bounds(opened: Open, classroom: Classroom) -> None:
    page = opened()
    page.goto(f"/teaching/courses/{classroom.course}/thresholds")
    floor = page.get_by_label("Smallest class")
    floor.fill("3")
    expect(page.get_by_text("From 10 to 1000 people.")).to_be_visible()
    save = page.get_by_role("button", name="Save the thresholds")
    expect(save).to_be_disabled()
    floor.fill("12")
    save.click()
    expect(page.get_by_text("1 threshold of this course differs")).to_be_visible()
