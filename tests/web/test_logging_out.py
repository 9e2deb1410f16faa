"""Logging out: nothing unsaved goes with it, and a log-out that failed is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.web.classroom import Classroom

Open = Callable[[str], Page]


@pytest.fixture
def opened(launch: Callable[..., Browser], classroom: Classroom) -> Iterator[Open]:
    browser = launch()

    def open_page(role: str) -> Page:
        context = browser.new_context(base_url=classroom.url)
        context.set_default_timeout(20_000)
        context.add_cookies(classroom.client(role).browser_cookies())  # type: ignore[arg-type]
        return context.new_page()

    yield open_page
    browser.close()


def test_unsaved_work_is_asked_about_before_the_log_out(opened: Open, classroom: Classroom) -> None:
    page = opened("teacher")
    page.goto(f"/teaching/courses/{classroom.course}?part={classroom.points[0]}")
    page.get_by_role("textbox", name="Title").fill("What a signal may be")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Leave without saving?")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("textbox", name="Title")).to_have_value("What a signal may be")
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_role("link", name="Register")).to_be_visible()
    lessons = classroom.client("learner").call("GET", f"/courses/{classroom.course}")["lessons"]
    assert lessons[0]["points"][0]["title"] == "What a signal may be"


def test_a_log_out_that_fails_is_told_and_keeps_what_is_unsaved(
    opened: Open, classroom: Classroom
) -> None:
    page = opened("teacher")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"/teaching/courses/{classroom.course}?part={classroom.points[1]}")
    page.get_by_role("textbox", name="Title").fill("Unsaved")
    page.context.set_offline(True)
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="Leave without saving").click()
    expect(page.get_by_text("You are still logged in")).to_be_visible()
    page.get_by_role("link", name="My courses").click()  # it is still asked about
    expect(page.get_by_role("heading", name="Leave without saving?")).to_be_visible()
    page.keyboard.press("Escape")
    page.context.set_offline(False)
    page.get_by_role("button", name="Log out now").click()
    page.get_by_role("button", name="Leave without saving").click()
    expect(page.get_by_role("link", name="Register")).to_be_visible()
    expect(page.get_by_text("You are still logged in")).to_be_hidden()
    assert errors == []
