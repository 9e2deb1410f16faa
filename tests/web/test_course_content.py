"""How what teachers write is shown: tables, formulas, languages that run from right to left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.web.classroom import Classroom

WIDE = " + ".join(f"x_{{{n}}}" for n in range(60))
BODY = f"""
| Quantity | Right | Middle | {" | ".join(f"Bezeichnung{n}" for n in range(12))} |
|---|--:|:-:|{"---|" * 12}
| length | 1.25 | m | {" | ".join("0" for _ in range(12))} |

| a |
|---|
| b |

$${WIDE}$$

$$x^2$$
"""
QUESTION = {"prompt": "Which?", "options": ["$x^2 + 1$", "It is $y$"], "correct": [0]}


@pytest.fixture
def context(browser: Browser, classroom: Classroom) -> Iterator[BrowserContext]:
    found = browser.new_context(
        bypass_csp=True, base_url=classroom.url, viewport={"width": 390, "height": 900}
    )
    found.set_default_timeout(20_000)
    found.add_cookies(classroom.client("learner").browser_cookies())  # type: ignore[arg-type]
    yield found
    found.close()


def write(classroom: Classroom, point: dict[str, Any], **course: str) -> str:
    """A course of one point, which the learner studies; where it is studied."""
    teacher, learner = classroom.client("teacher"), classroom.client("learner")
    made = teacher.call("POST", "/courses", {"title": "Course", "summary": "", **course})["id"]
    lesson = teacher.call("POST", f"/courses/{made}/lessons", {"title": "Lesson"})["id"]
    teacher.call("POST", f"/lessons/{lesson}/points", {"title": "Point", **point})
    teacher.call("PUT", f"/courses/{made}/publication", {"published": True})
    learner.call("PUT", f"/courses/{made}/enrolment")
    return f"/courses/{made}/study"


def named(page: Page, role: str) -> list[str]:
    """The names that Chromium gives to screen readers."""
    talk = page.context.new_cdp_session(page)
    nodes = talk.send("Accessibility.getFullAXTree")["nodes"]
    return [n["name"]["value"] for n in nodes if n.get("role", {}).get("value") == role]


def test_answers_that_are_formulas_have_names(
    context: BrowserContext, classroom: Classroom
) -> None:
    page = context.new_page()
    page.goto(write(classroom, {"body": "Text.", "questions": [QUESTION]}))
    expect(page.get_by_role("radio")).to_have_count(2)
    assert named(page, "radio") == ["x^2 + 1", "It is y"]
    assert named(page, "MathMLMath") == ["x^2 + 1", "y"]


def test_what_is_too_wide_scrolls_in_its_own_box_by_keyboard(
    context: BrowserContext, classroom: Classroom
) -> None:
    page = context.new_page()
    page.goto(write(classroom, {"body": BODY}))
    for name in ("Wide table", "Wide formula"):
        box = page.get_by_role("group", name=name)
        expect(box).to_have_count(1)  # what is narrow is no stop for the keyboard
        box.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.activeElement.scrollLeft > 0")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    head = page.get_by_role("columnheader")
    sides = [head.nth(n).evaluate("e => getComputedStyle(e).textAlign") for n in range(3)]
    assert sides == ["start", "right", "center"]
    words = page.get_by_role("columnheader", name="Bezeichnung0").evaluate(
        "e => { const r = document.createRange(); r.selectNodeContents(e);"
        " return r.getClientRects().length; }"
    )
    assert words == 1  # no break within a word


def test_an_author_is_told_which_formula_cannot_be_shown(
    context: BrowserContext, classroom: Classroom
) -> None:
    context.clear_cookies()
    context.add_cookies(classroom.client("teacher").browser_cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"/teaching/courses/{classroom.course}?part={classroom.points[0]}")
    page.get_by_role("textbox", name="Text", exact=True).fill(r"Water is $\ce{H2O}$.")
    expect(page.get_by_text(r"\ce{H2O}: \ce is not known here.")).to_be_visible()
    page.get_by_role("textbox", name="Text", exact=True).fill("Water is wet.")
    expect(page.get_by_text("is not known here.")).to_be_hidden()


def test_equations_below_each_other_stand_at_their_signs(
    context: BrowserContext, classroom: Classroom
) -> None:
    page = context.new_page()
    page.goto(write(classroom, {"body": r"$$\begin{aligned}a + b&=c\\d&=e\end{aligned}$$"}))
    expect(page.locator("mtd")).to_have_count(4)
    ends = page.locator("mtd:first-child").evaluate_all(
        "all => all.map(one => Math.round(one.lastElementChild.getBoundingClientRect().right))"
    )
    assert ends[0] == ends[1]
