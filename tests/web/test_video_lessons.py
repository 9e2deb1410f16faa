"""A lesson's video: uploaded or at an address, set to points by a teacher, watched by a learner."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.web.classroom import Classroom, open_classroom

from clips import make_video

SHARED = Path(os.environ.get("MIEN_SHARED", Path(__file__).parents[3] / "shared"))
RECORDING = SHARED / "data/faces/WolfgangLanger_Pexels.mp4"
HOST = "videos.example.org"
ADDRESS = f"https://{HOST}/lesson.mp4"
pytestmark = pytest.mark.skipif(
    not RECORDING.is_file(), reason=f"NO SHARED DATA at {SHARED} (MIEN_SHARED)"
)


@pytest.fixture(scope="module")
def classroom(ui: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classroom]:
    assert ui.is_dir()
    folder = tmp_path_factory.mktemp("videos")
    with open_classroom(folder, MIEN_VIDEO_HOSTS=f'["{HOST}"]') as found:
        yield found


def page_of(browser: Browser, classroom: Classroom, role: str) -> Page:
    """Under the platform's own content security policy, which is part of the question."""
    context = browser.new_context(base_url=classroom.url)
    context.set_default_timeout(20_000)
    context.add_cookies(classroom.client(role).browser_cookies())  # type: ignore[arg-type]
    context.route(f"{ADDRESS}*", _from_elsewhere)
    return context.new_page()


def _from_elsewhere(route: Route) -> None:
    """The host of the address, which is not of this machine."""
    route.fulfill(body=RECORDING.read_bytes(), content_type="video/mp4")


def open_lesson(page: Page, classroom: Classroom) -> str:
    """The editor at the first lesson; answers the lesson."""
    course = classroom.client("teacher").call("GET", f"/courses/{classroom.course}")
    lesson: str = course["lessons"][0]["id"]
    page.goto(f"/teaching/courses/{classroom.course}?part={lesson}")
    expect(page.get_by_role("heading", name="Video", exact=True)).to_be_visible()
    return lesson


def seconds_of(page: Page) -> float:
    """How long the video on the page is, once its beginning has been read."""
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 2")
    found: float = page.evaluate("document.querySelector('video').duration")
    return found


def set_mark(page: Page, classroom: Classroom, point: str, begins: str, ends: str) -> None:
    page.goto(f"/teaching/courses/{classroom.course}?part={point}")
    page.get_by_label("Begins at").fill(begins)
    page.get_by_label("Ends at").fill(ends)
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Not saved:", exact=True)).to_be_hidden()


def test_an_uploaded_video_leads_a_learner_from_point_to_point(
    launch: Callable[..., Browser], classroom: Classroom
) -> None:
    browser = launch()
    page = page_of(browser, classroom, "teacher")
    open_lesson(page, classroom)
    page.get_by_label("A video file").set_input_files(RECORDING)
    expect(page.get_by_text("Uploaded to this platform.")).to_be_visible()
    assert seconds_of(page) == pytest.approx(19.7, abs=0.1)
    set_mark(page, classroom, classroom.points[0], "0:00", "0:06")
    set_mark(page, classroom, classroom.points[1], "0:06", "0:18")

    learner = page_of(browser, classroom, "learner")
    learner.goto(f"/courses/{classroom.course}/study?point={classroom.points[0]}")
    marks = learner.get_by_role("figure").get_by_role("button")
    expect(marks).to_have_count(2)
    seconds_of(learner)
    marks.nth(1).click()
    learner.wait_for_function("() => document.querySelector('video').currentTime > 6.5")
    expect(marks.nth(1)).to_have_attribute("aria-current", "step")
    learner.wait_for_url(f"**/study?point={classroom.points[1]}")
    video = learner.locator("video")
    video.evaluate("one => { one.pause(); one.currentTime = 18.5; }")  # beyond the last mark
    learner.get_by_role("button", name="I have finished this point").click()
    expect(learner.get_by_text("You have finished this point.")).to_be_visible()
    assert video.evaluate("one => one.currentTime") == 18.5


def test_an_address_is_played_from_an_allowed_host_only(
    launch: Callable[..., Browser], classroom: Classroom
) -> None:
    page = page_of(launch(), classroom, "teacher")
    open_lesson(page, classroom)
    page.get_by_label("Or its address").fill("https://elsewhere.example.net/lesson.mp4")
    page.get_by_role("button", name="Use this address").click()
    expect(page.get_by_role("alert")).to_contain_text(HOST)
    page.get_by_label("Or its address").fill(ADDRESS)
    page.get_by_role("button", name="Use this address").click()
    expect(page.get_by_text(ADDRESS, exact=True)).to_be_visible()
    assert seconds_of(page) == pytest.approx(19.7, abs=0.1)


def test_a_file_that_no_browser_plays_is_said_to_be_one(
    launch: Callable[..., Browser], classroom: Classroom, tmp_path: Path
) -> None:
    browser = launch()
    page = page_of(browser, classroom, "teacher")
    open_lesson(page, classroom)
    text = tmp_path / "lesson.mp4"
    text.write_text("no video\n" * 99)
    page.get_by_label("A video file").set_input_files(text)
    expect(page.get_by_role("alert")).to_contain_text("none of MP4, WEBM")
    page.get_by_label("A video file").set_input_files(
        make_video(tmp_path / "old.mp4", list(range(0, 2000, 40)))  # MPEG-4 part 2
    )
    expect(page.get_by_text("Uploaded to this platform.")).to_be_visible()
    learner = page_of(browser, classroom, "learner")
    learner.goto(f"/courses/{classroom.course}/study?point={classroom.points[0]}")
    expect(learner.get_by_text("The video cannot be played")).to_be_visible()
