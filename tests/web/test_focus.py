"""By keyboard alone the focus never falls to nowhere, whatever is pressed away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.web.classroom import Classroom, Client
from tests.web.test_learner_pages import give, offer, study

#: What Tab comes to next.
NEXT = "document.activeElement.textContent.trim()"

BEHIND_DOCK = """() => document.activeElement.getBoundingClientRect().bottom
  > document.querySelector(".dock .bar").getBoundingClientRect().top"""


@pytest.fixture
def page(launch: Callable[..., Browser], classroom: Classroom) -> Iterator[Page]:
    """The learner is logged in."""
    context = launch().new_context(base_url=classroom.url)
    context.set_default_timeout(20_000)
    context.add_cookies(classroom.client("learner").browser_cookies())  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def has_focus(page: Page, place: str) -> None:
    """Waits until the focus is on or in ``place``, not merely nowhere."""
    page.wait_for_function(
        "place => document.activeElement !== document.body"
        " && document.activeElement.closest(place) !== null",
        arg=place,
    )


def test_a_question_is_answered_and_tried_again(page: Page, classroom: Classroom) -> None:
    study(page, classroom)
    wrong = page.get_by_role("radio", name="0.25 s")
    wrong.press("Space")
    question = page.locator("form", has=wrong)
    question.get_by_role("button", name="Answer").press("Enter")
    expect(question.get_by_text("Not yet.")).to_be_visible()
    has_focus(page, "form.card")
    page.keyboard.press("Tab")
    assert page.evaluate(NEXT) == "Try again"
    page.keyboard.press("Enter")
    expect(wrong).to_be_focused()


def test_a_point_is_finished_and_the_panel_folded(page: Page, classroom: Classroom) -> None:
    study(page, classroom, point=1)
    page.get_by_role("button", name="I have finished this point").press("Enter")
    expect(page.get_by_text("You have finished this point.")).to_be_visible()
    has_focus(page, ".turning")
    page.keyboard.press("Tab")
    assert page.evaluate(NEXT) == "Not yet, after all"
    page.get_by_role("button", name="Fold away").press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show what is seen")).to_be_focused()


@pytest.mark.parametrize("said", ["Not now", "That's wrong"])
def test_a_card_that_goes_leaves_the_focus_in_its_place(
    page: Page, classroom: Classroom, said: str
) -> None:
    give(page, offer(classroom, "bowed", "reminder"))
    study(page, classroom)
    page.get_by_role("button", name=said).press("Enter")
    if said == "That's wrong":
        has_focus(page, ".offer")
        page.keyboard.press("Tab")
        expect(page.get_by_label("What was it instead?")).to_be_focused()
        page.get_by_role("button", name="Say that it is wrong").press("Enter")
    expect(page.locator(".offer")).to_have_count(0)
    has_focus(page, ".dock")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Going well")).to_be_focused()


def test_dialogs_give_it_back_though_what_opened_them_is_gone(
    page: Page, classroom: Classroom
) -> None:
    give(page, offer(classroom, "negative_mood", "break"))
    study(page, classroom)
    page.get_by_role("button", name="Do it").press("Enter")
    expect(page.get_by_role("button", name="Back to the lesson")).to_be_focused()
    page.keyboard.press("Escape")
    has_focus(page, ".dock")
    page.get_by_role("button", name="Call the teacher").press("Enter")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.get_by_role("button", name="Call", exact=True).press("Enter")
    expect(page.get_by_text("Your teacher is called")).to_be_visible()
    has_focus(page, ".dock")


def test_what_has_it_is_never_behind_the_dock(page: Page, classroom: Classroom) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    study(page, classroom)
    page.get_by_role("button", name="Show what is seen").focus()
    covered = []
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.dock') !== null"):
            break
        if page.evaluate(BEHIND_DOCK):
            covered.append(page.evaluate("document.activeElement.outerHTML"))
    else:
        raise AssertionError("the dock was not reached")
    assert covered == []


def test_what_cannot_be_undone_is_not_a_second_press_away(page: Page, classroom: Classroom) -> None:
    page.goto(f"/courses/{classroom.course}")
    page.get_by_role("button", name="Leave this course").press("Enter")
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Leave this course")).to_be_focused()
    page.goto(f"/courses/{classroom.course}/learning")
    page.get_by_role("button", name="Erase what was observed").press("Enter")
    expect(page.get_by_role("button", name="Close")).to_be_focused()


def test_what_works_for_a_while_has_it_back(page: Page) -> None:
    held: list[Any] = []
    page.route("**/offer-switches", lambda route: held.append(route)
               if route.request.method == "PUT" else route.continue_())  # fmt: skip
    page.goto("/account")
    box = page.get_by_role("checkbox").first
    box.press("Space")
    expect(box).to_be_disabled()
    page.wait_for_function("document.activeElement === document.body")
    held[0].continue_()
    expect(box).to_be_focused()


def test_whoever_presses_beside_everything_is_left_alone(page: Page, classroom: Classroom) -> None:
    study(page, classroom)
    gone = page.get_by_role("button", name="I have finished this point")
    gone.focus()
    page.locator("footer").click()
    gone.evaluate("one => one.remove()")
    page.evaluate("new Promise(requestAnimationFrame)")
    assert page.evaluate("document.activeElement === document.body")


def test_a_log_in_that_is_ended_leaves_it_in_the_list(page: Page, classroom: Classroom) -> None:
    Client.known(classroom.url, "learner")
    page.goto("/account")
    other = page.get_by_role("region", name="Where you are logged in")
    other.get_by_role("button", name="Log out everywhere else").press("Enter")
    expect(other.get_by_role("button")).to_have_count(0)
    has_focus(page, "section[aria-labelledby=logins]")
