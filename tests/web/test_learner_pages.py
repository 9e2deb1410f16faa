"""What learners and visitors see and do, in a real browser against a real classroom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.web.classroom import PASSWORDS, Classroom, email_of
from web.build_ui import WEB

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")


@pytest.fixture(scope="module")
def browser(launch: Callable[..., Browser]) -> Browser:
    return launch(*CAMERA)


@pytest.fixture
def context(browser: Browser, classroom: Classroom) -> Iterator[BrowserContext]:
    """Nobody is logged in."""
    found = browser.new_context(bypass_csp=True, base_url=classroom.url)
    found.set_default_timeout(20_000)
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext, classroom: Classroom) -> Page:
    """The learner is logged in."""
    context.add_cookies(classroom.client("learner").browser_cookies())  # type: ignore[arg-type]
    return context.new_page()


def agree(classroom: Classroom, *, presence: bool, affect: bool) -> None:
    learner = classroom.client("learner")
    wording = learner.call("GET", f"/courses/{classroom.course}/consent")["wording"]["version"]
    body = {"presence": presence, "affect": affect, "wording": wording}
    learner.call("PUT", f"/courses/{classroom.course}/consent", body)


def study(page: Page, classroom: Classroom, point: int = 0) -> None:
    page.goto(f"/courses/{classroom.course}/study?point={classroom.points[point]}")
    expect(page.get_by_role("button", name="Puzzled")).to_be_visible()


def offer(classroom: Classroom, kind: str, step: str) -> dict[str, Any]:
    return {
        "id": "00000000-0000-4000-8000-000000000001",
        "point_id": classroom.points[0],
        "point_title": "What a signal is",
        "kind": kind,
        "step": step,
        "title": "A title",
        "body": "A body.",
        "action": "Do it",
        "reason": "Because of this.",
        "made_at_s": 1.0,
        "answer": "shown",
        "effect": "",
        "verdict": "",
    }


def give(page: Page, given: dict[str, Any]) -> list[Any]:
    """Makes the platform offer something; answers what it will be told."""
    answers: list[Any] = []

    def standing(route: Any) -> None:
        answer = route.fetch().json()
        route.fulfill(json={**answer, "offer": None if answers else given})

    def answered(route: Any) -> None:
        answers.append(route.request.post_data_json)
        route.fulfill(json={**given, **route.request.post_data_json})

    page.route("**/standing", standing)
    page.route("**/offers/*/answer", answered)
    return answers


def test_a_visitor_logs_in_by_keyboard_and_comes_back(
    context: BrowserContext, classroom: Classroom
) -> None:
    page = context.new_page()
    page.goto("/account")
    expect(page).to_have_url(re.compile(r"/login\?next=%2Faccount"))
    page.get_by_label("E-mail").focus()
    page.keyboard.type(email_of("learner"))
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORDS["learner"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Where you are logged in")).to_be_visible()
    assert page.url == f"{classroom.url}/account"


def test_a_wrong_password_is_told(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("E-mail").fill(email_of("learner"))
    page.get_by_label("Password").fill("something else")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("do not fit together")


def test_registering_and_deleting(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/register")
    page.get_by_label("Name").fill("Nora Newcomer")
    page.get_by_label("E-mail").fill("nora@new.example")
    page.get_by_label("Password").fill("blue kettle, warm bread")
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_text("You study no course yet")).to_be_visible()
    page.goto("/account")
    page.get_by_role("button", name="Delete the account …").click()
    page.get_by_label("Your password").fill("blue kettle, warm bread")
    page.get_by_role("button", name="Delete for ever").click()
    expect(page.get_by_role("link", name="Register")).to_be_visible()


@pytest.mark.parametrize(
    ("kind", "step", "seen"),
    [
        ("difficult", "fuller_explanation", "#way-fuller[open]"),
        ("negative_mood", "easier_variant", "#way-easier[open]"),
        ("negative_mood", "story", "#way-story[open]"),
        ("negative_mood", "slower_pace", "text=Show the next piece"),
        ("negative_mood", "break", "dialog[open] >> text=A break"),
        ("difficult", "call_teacher", "dialog[open] >> text=Call the teacher?"),
        ("absent", "technical_check", "dialog[open] >> text=Is the camera all right?"),
        ("bowed", "reminder", "h1:focus"),
    ],
)
def test_an_offer_that_is_taken_is_done(
    page: Page, classroom: Classroom, kind: str, step: str, seen: str
) -> None:
    answers = give(page, offer(classroom, kind, step))
    study(page, classroom)
    page.get_by_role("button", name="Do it").click()
    expect(page.locator(seen)).to_be_visible()
    expect(page.get_by_role("button", name="Do it")).to_be_hidden()
    assert answers == [{"answer": "taken", "note": ""}]


def test_an_offer_says_why_and_can_be_disputed(page: Page, classroom: Classroom) -> None:
    answers = give(page, offer(classroom, "bowed", "reminder"))
    study(page, classroom)
    page.get_by_role("button", name="Why this?").click()
    expect(page.get_by_text("Because of this.")).to_be_visible()
    page.get_by_role("button", name="That's wrong").click()
    page.get_by_role("button", name="I was taking notes").click()
    page.get_by_role("button", name="Say that it is wrong").click()
    expect(page.get_by_role("button", name="Say that it is wrong")).to_be_hidden()
    assert answers == [{"answer": "disputed", "note": "I was taking notes"}]


def test_a_call_is_accepted_and_answered_live(page: Page, classroom: Classroom) -> None:
    teacher = classroom.client("teacher")
    study(page, classroom)
    page.get_by_role("button", name="Call the teacher").click()
    page.get_by_label("Your question").fill("Why two brackets?")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.get_by_text("Your teacher is called")).to_be_visible()
    (call,) = teacher.call("GET", f"/courses/{classroom.course}/help")
    assert call["question"] == "Why two brackets?"
    teacher.call("PUT", f"/help/{call['id']}/acceptance")
    expect(page.get_by_text("Theo Teacher is on it")).to_be_visible()
    teacher.call("PUT", f"/help/{call['id']}/resolution", {"answer": "Round is continuous."})
    expect(page.get_by_text("Round is continuous.")).to_be_visible()
    page.get_by_role("button", name="Put it away").click()
    expect(page.get_by_role("button", name="Call the teacher")).to_be_visible()


def test_without_a_camera_the_buttons_bring_an_offer(page: Page, classroom: Classroom) -> None:
    agree(classroom, presence=False, affect=False)
    study(page, classroom, point=1)
    expect(page.get_by_text("You study without a camera")).to_be_visible()
    page.get_by_role("button", name="Puzzled").click()
    page.get_by_role("button", name="Why this?").click()
    expect(page.get_by_text("You said that")).to_be_visible()


def test_consent_taken_back_elsewhere_puts_the_camera_out(page: Page, classroom: Classroom) -> None:
    agree(classroom, presence=True, affect=False)
    study(page, classroom)
    page.get_by_role("button", name="Switch the camera on").click()
    expect(page.get_by_text("Camera on, reading")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("you agreed to presence and head only.")).to_be_visible()
    agree(classroom, presence=False, affect=False)
    expect(page.get_by_text("You study without a camera")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Camera off")).to_be_visible()


def test_a_refused_camera_is_no_loss(launch: Callable[..., Browser], classroom: Classroom) -> None:
    agree(classroom, presence=True, affect=True)
    context = launch("--use-fake-device-for-media-stream", "--deny-permission-prompts").new_context(
        base_url=classroom.url
    )
    context.add_cookies(classroom.client("learner").browser_cookies())  # type: ignore[arg-type]
    page = context.new_page()
    study(page, classroom)
    page.get_by_role("button", name="Switch the camera on").click()
    expect(page.get_by_text("The camera is not allowed")).to_be_visible()
    expect(page.get_by_role("button", name="Puzzled")).to_be_visible()
    context.close()


PAGES = (
    "/", "/login", "/register", "/account", "/courses", "/courses?query=nothing", "/learning",
    "/look", "/courses/{course}", "/courses/{course}/consent", "/courses/{course}/study",
    "/courses/{course}/learning", "/nowhere",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_violation(
    page: Page, classroom: Classroom, path: str, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(path.format(course=classroom.course))
        expect(page.locator("h1").first).to_be_attached()
        expect(page.locator(".loading")).to_have_count(0)
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map("
                              "n => n.html)]))")  # fmt: skip
        assert found == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_studying_by_keyboard_alone(page: Page, classroom: Classroom) -> None:
    agree(classroom, presence=False, affect=False)
    study(page, classroom, point=2)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    wanted = page.get_by_role("button", name="Going well")
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(wanted).to_have_attribute("aria-pressed", "true")


def test_models_come_after_the_lesson_and_only_with_consent(
    page: Page, classroom: Classroom
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    agree(classroom, presence=False, affect=False)
    study(page, classroom)
    page.wait_for_timeout(3000)  # longer than the page waits where there is consent
    assert not [url for url in asked if "/models/" in url or url.endswith(".wasm")]
    agree(classroom, presence=True, affect=False)
    with page.expect_request("**/models/*/face_mesh.onnx"):
        study(page, classroom)
    shown = next(i for i, url in enumerate(asked) if "/api/v1/lessons/" in url)
    first = next(i for i, url in enumerate(asked) if "/models/" in url)
    assert shown < first
    assert not [url for url in asked if url.endswith("/expression.onnx")]
