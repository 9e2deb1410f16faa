"""Log-ins that end: what one leaves open waits for them, and never goes on in another's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect
from tests.web.classroom import Classroom, Client

CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
PASSWORD = "blue kettle, warm bread"
INGEST = "/api/v1/observations"
#: A batch ends after ten seconds of readings.
BATCH_MS = 30_000


@pytest.fixture
def context(launch: Callable[..., Browser], classroom: Classroom) -> Iterator[BrowserContext]:
    found = launch(*CAMERA).new_context(base_url=classroom.url)
    found.set_default_timeout(20_000)
    yield found
    found.close()


def agreed(classroom: Classroom, name: str) -> Client:
    """Somebody who studies the course and agreed to the camera."""
    client = Client.new(classroom.url, name, f"{name.lower()}@shared.example", PASSWORD)
    client.call("PUT", f"/courses/{classroom.course}/enrolment")
    wording = client.call("GET", f"/courses/{classroom.course}/consent")["wording"]["version"]
    body = {"presence": True, "affect": False, "wording": wording}
    client.call("PUT", f"/courses/{classroom.course}/consent", body)
    return client


def log_in(context: BrowserContext, client: Client) -> None:
    """As in another tab: the cookie is that of all tabs."""
    context.clear_cookies()
    context.add_cookies(client.browser_cookies())  # type: ignore[arg-type]


def studying(context: BrowserContext, classroom: Classroom) -> Page:
    page = context.new_page()
    page.goto(f"/courses/{classroom.course}/study")
    page.get_by_role("button", name="Switch the camera on").click()
    expect(page.get_by_text("Camera on, reading")).to_be_visible(timeout=60_000)
    return page


def test_a_page_of_another_closes_once_it_is_seen(
    context: BrowserContext, classroom: Classroom
) -> None:
    log_in(context, agreed(classroom, "Xaver"))
    page = studying(context, classroom)
    log_in(context, agreed(classroom, "Yvonne"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("heading", name="Somebody else has logged in")).to_be_visible()
    expect(page.get_by_text("Camera on")).to_have_count(0)
    expect(page.get_by_text("Xaver")).to_have_count(0)
    page.get_by_role("button", name="Go on with the other account").click()
    expect(page.get_by_role("banner").get_by_text("Yvonne")).to_be_visible()


def test_readings_of_an_open_page_wait_for_the_account_that_made_them(
    context: BrowserContext, classroom: Classroom
) -> None:
    xenia, yann = agreed(classroom, "Xenia"), agreed(classroom, "Yann")
    log_in(context, xenia)
    page = studying(context, classroom)
    answers: list[Response] = []
    page.on("response", lambda r: answers.append(r) if r.url.endswith(INGEST) else None)
    log_in(context, yann)
    # Nobody looks at the page: its next batch is refused, and that closes it.
    title = page.get_by_role("heading", name="Somebody else has logged in")
    expect(title).to_be_visible(timeout=BATCH_MS)
    assert answers
    assert {answer.status for answer in answers} == {401}
    with page.expect_response(lambda r: r.url.endswith(INGEST), timeout=BATCH_MS) as response:
        log_in(context, xenia)
        page.goto(f"/courses/{classroom.course}/study")
    assert response.value.status == 202
    for client, kept in ((xenia, True), (yann, False)):
        tables = client.call("GET", "/account/export?format=json")["tables"]
        assert bool(tables["observation_batches"]) == kept


def log_in_again(page: Page, password: str) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill(password)
    dialog.get_by_role("button", name="Log in").click()


def test_who_logs_in_again_goes_on_with_what_was_typed(
    context: BrowserContext, classroom: Classroom
) -> None:
    log_in(context, agreed(classroom, "Zara"))
    page = context.new_page()
    page.goto("/account")
    page.get_by_label("Your name").fill("Zara Haddad")
    context.clear_cookies()
    page.get_by_role("button", name="Change the name").click()
    page.get_by_role("button", name="Log in again …").click()
    expect(page.get_by_role("dialog").get_by_label("E-mail")).to_have_value("zara@shared.example")
    log_in_again(page, "a wrong guess")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    log_in_again(page, PASSWORD)
    expect(page.get_by_text("Your log-in has ended")).to_be_hidden()
    expect(page.get_by_role("main")).to_be_focused()
    expect(page.get_by_label("Your name")).to_have_value("Zara Haddad")
    page.get_by_role("button", name="Change the name").click()
    expect(page.get_by_role("link", name="Zara Haddad")).to_be_visible()


def test_readings_go_on_once_one_has_logged_in_again(
    context: BrowserContext, classroom: Classroom
) -> None:
    log_in(context, agreed(classroom, "Quirin"))
    page = studying(context, classroom)
    context.clear_cookies()
    page.get_by_role("button", name="Log in again …").click(timeout=BATCH_MS)
    with page.expect_response(
        lambda r: r.url.endswith(INGEST) and r.status == 202, timeout=2 * BATCH_MS
    ):
        log_in_again(page, PASSWORD)
    expect(page.get_by_text("Camera on, reading")).to_be_visible()
