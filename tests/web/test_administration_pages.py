"""What administrators see and do, in a real browser against a real classroom."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from tests.web.accessibility import LOOKS, complaints
from tests.web.classroom import Open

ADMINISTRATION = ("", "/people", "/invitations", "/retention", "/audit", "/usage")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing_on_an_administrators_pages(
    opened: Open, width: int, scheme: str
) -> None:
    page = opened("administrator", width, scheme)
    for end in ADMINISTRATION:
        page.goto(f"/administration{end}", wait_until="networkidle")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert complaints(page) == [], end


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
