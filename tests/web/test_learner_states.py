"""What a learner is told of how things stand: after an answer, a failure, in a second tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.web.classroom import Classroom, Client
from tests.web.test_learner_pages import CAMERA, agree, study

PASSWORD = "blue kettle, warm bread"


@pytest.fixture
def context(launch: Callable[..., Browser], classroom: Classroom) -> Iterator[BrowserContext]:
    """The learner is logged in."""
    found = launch(*CAMERA).new_context(base_url=classroom.url)
    found.set_default_timeout(20_000)
    found.add_cookies(classroom.client("learner").browser_cookies())  # type: ignore[arg-type]
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def newcomer(context: BrowserContext, classroom: Classroom, name: str) -> Client:
    """Somebody who has just registered is logged in."""
    client = Client.new(classroom.url, name, f"{name.lower()}@new.example", PASSWORD)
    context.clear_cookies()
    context.add_cookies(client.browser_cookies())  # type: ignore[arg-type]
    return client


def test_expressions_are_chosen_while_the_camera_starts(page: Page) -> None:
    page.route("**/*.onnx", lambda _: None)  # they never come
    page.goto("/look")
    page.get_by_role("button", name="Switch the camera on").click()
    expect(page.get_by_text("Getting ready")).to_be_visible()
    page.unroute("**/*.onnx")
    page.get_by_label("Read expressions too").uncheck()
    expect(page.get_by_text("Camera on, reading")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("not read: switched off")).to_be_visible()


def test_an_answer_is_seen_where_it_was_given(page: Page, classroom: Classroom) -> None:
    agree(classroom, presence=False, affect=False)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/courses/{classroom.course}/consent")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Agree to what is ticked").press("Enter")
    expect(page.get_by_text("The camera is still off")).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the lesson")).to_be_focused()


def test_an_answer_that_did_not_arrive_is_not_thanked_for(page: Page, classroom: Classroom) -> None:
    agree(classroom, presence=True, affect=False)
    page.goto(f"/courses/{classroom.course}/consent")
    expressions = page.get_by_role("checkbox").nth(1)
    page.get_by_role("button", name="Agree to what is ticked").click()
    expect(page.get_by_text("Your answer is kept.")).to_be_visible()
    page.context.set_offline(True)
    expressions.check()
    page.get_by_role("button", name="Agree to what is ticked").click()
    expect(page.get_by_text("The platform does not answer")).to_have_count(1)
    expect(page.get_by_text("Your answer is kept.")).to_be_hidden()
    expect(expressions).to_be_checked()


def test_where_one_left_is_asked_again(page: Page, classroom: Classroom) -> None:
    page.route("**/api/v1/studies", lambda route: route.abort())
    page.goto(f"/courses/{classroom.course}/study")
    expect(page.get_by_text("The platform does not answer")).to_be_visible()
    page.unroute("**/api/v1/studies")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Puzzled")).to_be_visible()


def test_whoever_has_not_joined_is_told(
    context: BrowserContext, page: Page, classroom: Classroom
) -> None:
    newcomer(context, classroom, "Otto")
    page.goto(f"/courses/{classroom.course}/study?point={classroom.points[0]}")
    expect(page.get_by_text("You have not joined this course")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Signals and systems")
    page.get_by_role("link", name="To the course").click()
    expect(page.get_by_role("button", name="Join this course")).to_be_visible()


def test_whoever_teaches_a_course_is_not_asked_to_join_it(
    context: BrowserContext, page: Page, classroom: Classroom
) -> None:
    context.clear_cookies()
    context.add_cookies(classroom.client("teacher").browser_cookies())  # type: ignore[arg-type]
    page.goto(f"/courses/{classroom.course}/study")
    expect(page.get_by_text("You teach this course")).to_be_visible()
    page.get_by_role("link", name="To the course").click()
    expect(page.get_by_role("link", name="Teach this course")).to_be_visible()


def test_what_was_said_and_failed_at_a_point_stays_there(page: Page, classroom: Classroom) -> None:
    study(page, classroom)
    puzzled = page.get_by_role("button", name="Puzzled")
    puzzled.click()
    expect(puzzled).to_have_attribute("aria-pressed", "true")
    page.route("**/completion", lambda route: route.abort())
    page.get_by_role("button", name="I have finished this point").click()
    expect(page.get_by_text("The platform does not answer")).to_be_visible()
    page.get_by_role("link", name="Impulse and step").last.click()
    expect(page.get_by_role("heading", name="Impulse and step", level=1)).to_be_visible()
    expect(puzzled).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_text("The platform does not answer")).to_be_hidden()


def test_the_search_field_says_what_is_searched_for(page: Page) -> None:
    page.goto("/courses")
    field = page.get_by_role("searchbox")
    field.fill("nothing like it")
    field.press("Enter")
    expect(page.get_by_text("No course fits these words")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("No course fits these words")).to_be_hidden()
    expect(field).to_have_value("")


def test_log_ins_that_a_new_password_ended_are_gone(
    context: BrowserContext, page: Page, classroom: Classroom
) -> None:
    newcomer(context, classroom, "Pia")
    elsewhere = Client(classroom.url)
    elsewhere.call("POST", "/session", {"email": "pia@new.example", "password": PASSWORD})
    page.goto("/account")
    expect(page.get_by_role("button", name="Log out everywhere else")).to_be_visible()
    page.get_by_label("Present password").fill("something else")
    page.get_by_label("New password").fill("red kettle, cold bread")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("alert")).to_contain_text("That was not accepted")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_label("New password").fill("red kettle, cold bread")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("Your password is changed")).to_be_visible()
    expect(page.get_by_role("button", name="Log out everywhere else")).to_be_hidden()


def test_a_second_tab_tells_what_waits(
    context: BrowserContext, page: Page, classroom: Classroom
) -> None:
    agree(classroom, presence=True, affect=False)
    study(page, classroom)
    context.route("**/api/v1/observations", lambda route: route.abort())
    tabs = [page, context.new_page()]
    study(tabs[1], classroom)
    for tab in tabs:
        tab.bring_to_front()
        tab.get_by_role("button", name="Switch the camera on").click()
        expect(tab.get_by_text("Camera on, reading")).to_be_visible(timeout=60_000)
    # One tab tries and waits; the other would send nothing beside it.
    expect(tabs[0].get_by_text("The platform does not answer.")).to_be_visible(timeout=30_000)
    expect(tabs[1].get_by_text("on this computer to be sent.")).to_be_visible(timeout=30_000)
    expect(tabs[1].get_by_text("All numbers are sent.")).to_be_hidden()


def test_figures_of_one_span_do_not_stand_under_another(page: Page, classroom: Classroom) -> None:
    page.goto(f"/courses/{classroom.course}/learning")
    erase = page.get_by_role("heading", name="Erase")
    expect(erase).to_be_visible()
    page.route("**/learning?*", lambda route: route.abort())
    page.get_by_label("The last").select_option(label="7 days")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    expect(erase).to_be_hidden()
    page.unroute("**/learning?*")
    page.get_by_role("button", name="Try again").click()
    expect(erase).to_be_visible()
