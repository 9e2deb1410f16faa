"""What teachers and administrators see and do, in a real browser against a real classroom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.web.classroom import Classroom, open_classroom
from web.build_ui import WEB

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
COURSE_PAGES = ("", "?part=pictures", "/live", "/report", "/thresholds")
ADMINISTRATION = ("", "/people", "/invitations", "/retention", "/audit", "/usage")
LOOKS = ((1280, "light"), (390, "dark"))
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


@pytest.fixture(scope="module")
def classroom(ui: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classroom]:
    assert ui.is_dir()
    with open_classroom(tmp_path_factory.mktemp("classroom")) as found:
        yield found


@pytest.fixture(scope="module")
def browser(launch: Callable[..., Browser]) -> Browser:
    return launch()


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, classroom: Classroom) -> Iterator[Open]:
    """Opens a page as somebody: (role, width, colour scheme)."""
    contexts: list[BrowserContext] = []

    def open_page(role: str = "teacher", width: int = 1280, scheme: str = "light") -> Page:
        context = browser.new_context(
            bypass_csp=True,
            base_url=classroom.url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        context.set_default_timeout(20_000)
        context.add_cookies(classroom.client(role).browser_cookies())  # type: ignore[arg-type]
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def complaints(page: Page) -> list[str]:
    page.add_script_tag(content=AXE.read_text())
    found = page.evaluate(
        "async () => (await axe.run()).violations.map(v => v.id + ' ' + v.nodes[0].html)"
    )
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *(["wider than the page"] if wide else [])]


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


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing_on_an_administrators_pages(
    opened: Open, width: int, scheme: str
) -> None:
    page = opened("administrator", width, scheme)
    for end in ADMINISTRATION:
        page.goto(f"/administration{end}", wait_until="networkidle")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert complaints(page) == [], end


def test_a_learner_has_no_business_there(opened: Open) -> None:
    page = opened("learner")
    for path in ("/teaching", "/administration"):
        page.goto(path)
        expect(page.get_by_role("heading", name="not for your role")).to_be_visible()


def test_a_course_is_written_by_keyboard_and_nothing_is_lost(opened: Open) -> None:
    page = opened()
    page.goto("/teaching")
    page.get_by_role("button", name="New course").press("Enter")
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Heat and work")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Lesson", exact=True).press("Enter")
    page.get_by_role("button", name="Knowledge point in New lesson").press("Enter")
    expect(page.get_by_role("heading", name="Knowledge point", exact=True)).to_be_visible()
    page.get_by_role("textbox", name="Title").fill("Energy is kept")
    page.get_by_role("textbox", name="Text", exact=True).fill("Work $W$ and heat $Q$.")
    expect(page.get_by_role("region", name="Preview of Text").locator("math")).to_have_count(2)
    page.get_by_role("link", name="My courses").press("Enter")
    expect(page.get_by_role("heading", name="Leave without saving?")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Not saved:", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Knowledge point in New lesson").press("Enter")
    expect(page.get_by_role("textbox", name="Title")).to_have_value("New knowledge point")
    page.get_by_role("link", name="New knowledge point").press("Alt+ArrowUp")
    points = page.locator("ol ol").get_by_role("link")
    expect(points.first).to_have_text("New knowledge point")
    expect(points.first).to_be_focused()
    page.reload()
    page.get_by_role("link", name="Energy is kept").click()
    text = page.get_by_role("textbox", name="Text", exact=True)
    expect(text).to_have_value("Work $W$ and heat $Q$.")


def test_of_two_tabs_none_saves_over_the_other_unasked(opened: Open, classroom: Classroom) -> None:
    teacher = classroom.client("teacher")
    course = teacher.call("POST", "/courses", {"title": "In two tabs"})["id"]
    lesson = teacher.call("POST", f"/courses/{course}/lessons", {"title": "One"})["id"]
    draft = {"title": "A point", "body": "Words."}
    point = teacher.call("POST", f"/lessons/{lesson}/points", draft)["id"]
    first = opened()
    second = first.context.new_page()
    for page in (first, second):
        page.goto(f"/teaching/courses/{course}?part={point}")
        expect(page.get_by_role("textbox", name="Title")).to_have_value("A point")
    first.get_by_role("button", name="Add a question").click()
    first.get_by_label("Question").first.fill("1 + 1?")
    for place, words in enumerate(("2", "3")):
        first.get_by_role("textbox", name=f"Answer {place + 1}").fill(words)
    first.get_by_role("checkbox").first.check()
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.get_by_text("Not saved:", exact=True)).to_be_hidden()

    title = second.get_by_role("textbox", name="Title")
    title.fill("Mine")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("“Mine” was changed meanwhile")).to_be_visible()
    expect(title).to_have_value("Mine")
    second.get_by_role("button", name="Take the other, drop mine").click()
    expect(title).to_have_value("A point")
    expect(second.get_by_role("textbox", name="Answer 1")).to_have_value("2")
    title.fill("Mine, with the question")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("Not saved:", exact=True)).to_be_hidden()

    first.get_by_role("textbox", name="Title").fill("The first, over it")
    first.get_by_role("button", name="Save", exact=True).click()
    first.get_by_role("button", name="Save mine over it").click()
    expect(first.get_by_text("Not saved:", exact=True)).to_be_hidden()
    kept = teacher.call("GET", f"/courses/{course}/source")["lessons"][0]["points"][0]
    assert (kept["title"], len(kept["questions"])) == ("The first, over it", 1)


def test_a_replaced_picture_is_seen_at_once_under_the_name_it_was_kept_by(
    opened: Open, classroom: Classroom
) -> None:
    page = opened()
    page.goto(f"/teaching/courses/{classroom.course}?part=pictures")
    for width_px in (100, 37):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_px}" height="9"/>'
        file = {"name": "Two Waves.SVG", "mimeType": "image/svg+xml", "buffer": svg.encode()}
        page.get_by_label("Picture files").set_input_files([file])  # type: ignore[list-item]
        picture = page.get_by_role("listitem").filter(has_text="two-waves.svg").locator("img")
        expect(picture).to_have_js_property("naturalWidth", width_px)
        expect(page.get_by_text("names that texts use: two-waves.svg")).to_be_visible()
    page.get_by_role("button", name="Remove two-waves.svg").click()
    expect(picture).to_be_hidden()


def test_what_is_wrong_stands_at_the_field(opened: Open, classroom: Classroom) -> None:
    page = opened()
    page.goto(f"/teaching/courses/{classroom.course}?part={classroom.points[0]}")
    page.get_by_role("textbox", name="Title").fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("A title is needed.")).to_be_visible()
    page.get_by_role("button", name="Undo the changes").click()
    expect(page.get_by_role("textbox", name="Title")).to_have_value("What a signal is")


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


def test_a_full_last_page_of_people_is_the_last(opened: Open) -> None:
    page = opened("administrator")

    def people(route: Any) -> None:
        (first, *_) = route.fetch().json() or [None]
        rows = [{**first, "id": f"{n}"} for n in range(100)] if first else []
        route.fulfill(json=rows)

    page.route("**/api/v1/accounts?*", people)
    page.goto("/administration/people")
    page.get_by_role("button", name="Next").press("Enter")
    expect(page.get_by_text("That was everybody")).to_be_visible()
    expect(page.get_by_text("Nobody has an account")).to_be_hidden()
    page.get_by_role("button", name="Before").press("Enter")
    expect(page.get_by_text("1 to 100")).to_be_visible()


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


def test_periods_that_are_not_saved_are_asked_about(opened: Open) -> None:
    page = opened("administrator")
    page.goto("/administration/retention")
    page.get_by_label("Observations").fill("20")
    page.get_by_role("link", name="People").click()
    expect(page.get_by_role("heading", name="Leave without saving?")).to_be_visible()
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_role("heading", name="People", level=1)).to_be_visible()
    page.get_by_role("link", name="Retention").click()
    expect(page.get_by_label("Observations")).to_have_value("20")


def test_the_law_gate_is_opened_and_closed(opened: Open) -> None:
    page = opened("administrator")
    page.goto("/administration")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Without this it cannot be recorded.")).to_be_visible()
    page.get_by_label("Jurisdiction").fill("Canton of Bern")
    page.get_by_label("Legal basis").fill("Examined by the data protection office on 3 May.")
    page.get_by_label("I have read").check()
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("heading", name="In force: Canton of Bern")).to_be_visible()
    page.get_by_role("button", name="End it", exact=True).click()
    page.get_by_role("button", name="End it now").click()
    expect(page.get_by_role("heading", name="Ended")).to_be_visible()
