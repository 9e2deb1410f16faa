"""A title without a place to break: it breaks anyway, and widens nobody's page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from tests.web.classroom import Classroom, Client

#: As long as a title may be.
LONG = ("Donaudampfschifffahrtsgesellschaftskapitän" * 5)[:200]
LEARNER = (
    "/", "/courses", "/learning", "/courses/{course}", "/courses/{course}/consent",
    "/courses/{course}/learning", "/courses/{course}/study",
)  # fmt: skip
TEACHER = (
    "/", "/teaching", "/teaching/courses/{course}", "/teaching/courses/{course}?part={point}",
    "/teaching/courses/{course}/live", "/teaching/courses/{course}/report",
    "/teaching/courses/{course}/thresholds",
)  # fmt: skip
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Long:
    """A course whose title, lesson and points all have such a title."""

    course: str
    point: str


@pytest.fixture(scope="module")
def long(classroom: Classroom) -> Long:
    teacher, learner = (classroom.client(role) for role in ("teacher", "learner"))
    course = teacher.call("POST", "/courses", {"title": LONG})["id"]
    lesson = teacher.call("POST", f"/courses/{course}/lessons", {"title": LONG})["id"]
    body = {"title": LONG, "body": "Words."}
    points = [teacher.call("POST", f"/lessons/{lesson}/points", body)["id"] for _ in range(2)]
    teacher.call("PUT", f"/courses/{course}/publication", {"published": True})
    learner.call("PUT", f"/courses/{course}/enrolment")
    learner.call("PUT", f"/courses/{course}/place", {"point_id": points[0], "video_s": None})
    learner.call("POST", f"/points/{points[0]}/help", {"question": LONG})
    return Long(course, points[0])


@pytest.fixture
def context(browser: Browser, classroom: Classroom) -> Iterator[BrowserContext]:
    found = browser.new_context(base_url=classroom.url, viewport=PHONE)  # type: ignore[arg-type]
    found.set_default_timeout(20_000)
    yield found
    found.close()


def reported(report: dict[str, Any], long: Long) -> dict[str, Any]:
    """A report of a lesson at points with such titles."""
    shares = {"difficult": 0.5, "away": 0.0, "passive": 0.0, "steady": 0.5, "unknown": 0.0}
    people = {"difficult": 6.0, "away": 0.0, "passive": 0.0, "steady": 6.0, "unknown": 0.0}
    there = {"focus": 1.0, "engagement": 0.5, "difficulty": 0.5, "passive": 0.0, "unknown": 0.0}
    at_point = {"point_id": long.point, "point_title": LONG}
    times = [{"at_s": float(at_s)} for at_s in (0, 60, 120)]
    point = {
        **at_point, "seconds": 120.0, "withheld_s": 0.0, "people": 12.0, "most_people": 12,
        "shares": shares, "withheld_share": 0.0, "note": "",
        "trend": [{**time, "people": 12.0, **people} for time in times],
    }  # fmt: skip
    moment = {"at_s": 0.0, "ended_at_s": 120.0, "kind": "difficult", "reason": "6 of 12."}
    return {
        **report, **there, "shown": True, "note": "", "present": 12.0, "most_present": 12,
        "sentences": [f"Most found it hard at {LONG}."], "points": [point],
        "lessons": [{"began_at_s": 0.0, "ended_at_s": 120.0}],
        "trend": [{**time, "present": 12.0, **there} for time in times],
        "moments": [{**moment, **at_point}],
    }  # fmt: skip


def test_no_part_of_a_report_is_wider_than_a_phone(
    context: BrowserContext, classroom: Classroom, long: Long
) -> None:
    teacher = classroom.client("teacher")
    body = reported(teacher.call("GET", f"/courses/{long.course}/report"), long)
    context.add_cookies(teacher.browser_cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.route("**/api/v1/courses/*/report", lambda route: route.fulfill(json=body))
    page.goto(f"/teaching/courses/{long.course}/report")
    page.get_by_role("combobox", name="Look into a point").select_option(index=1)
    expect(page.get_by_role("heading", name=LONG)).to_have_count(2)
    for details in page.locator("summary").all():
        details.click()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def widths(
    context: BrowserContext, client: Client, long: Long, paths: tuple[str, ...]
) -> list[int]:
    context.add_cookies(client.browser_cookies())  # type: ignore[arg-type]
    page = context.new_page()
    found = []
    for path in paths:
        page.goto(path.format(course=long.course, point=long.point))
        expect(page.locator("h1").first).to_be_attached()
        expect(page.locator(".loading")).to_have_count(0)
        found.append(page.evaluate("document.documentElement.scrollWidth"))
    return found


@pytest.mark.parametrize(("role", "paths"), [("learner", LEARNER), ("teacher", TEACHER)])
def test_no_page_is_wider_than_a_phone(
    context: BrowserContext, classroom: Classroom, long: Long, role: str, paths: tuple[str, ...]
) -> None:
    found = widths(context, classroom.client(role), long, paths)
    assert dict(zip(paths, found, strict=True)) == dict.fromkeys(paths, PHONE["width"])
