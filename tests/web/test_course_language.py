"""A course in Arabic: its words are said in its language and run its way on every page."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from tests.web.classroom import Classroom, Open

TITLE, LESSON, POINT, NEXT = "الإشارات", "الدرس", "الالتفاف", "الترشيح"
PROSE = "هذا نص بالعربية."
LEARNER = (
    "/", "/courses", "/learning", "/courses/{course}", "/courses/{course}/study?point={point}",
)  # fmt: skip
TEACHER = ("/teaching",)
#: Words in Arabic that are not said so, or do not run from right to left.
STRAY = """() => {
  const stray = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (!/[\\u0600-\\u06ff]/.test(node.data)) continue;
    const lang = node.parentElement.closest("[lang]").lang;
    const direction = getComputedStyle(node.parentElement).direction;
    if (lang !== "ar" || direction !== "rtl") stray.push([node.data.trim(), lang, direction]);
  }
  return stray;
}"""


@dataclass(frozen=True)
class Written:
    """The course, its first lesson and that one's first point."""

    course: str
    lesson: str
    point: str


@pytest.fixture(scope="module")
def arabic(classroom: Classroom) -> Written:
    teacher, learner = (classroom.client(role) for role in ("teacher", "learner"))
    about = {"title": TITLE, "summary": PROSE, "language": "ar"}
    course = teacher.call("POST", "/courses", about)["id"]
    lesson = teacher.call(
        "POST", f"/courses/{course}/lessons", {"title": LESSON, "introduction": PROSE}
    )["id"]
    question = {"prompt": PROSE, "options": [POINT, NEXT], "correct": [0], "explanation": PROSE}
    body = {"body": PROSE, "fuller": PROSE, "story": PROSE, "questions": [question]}
    points = [
        teacher.call("POST", f"/lessons/{lesson}/points", {"title": title, **body})["id"]
        for title in (POINT, NEXT)
    ]
    teacher.call("PUT", f"/courses/{course}/publication", {"published": True})
    learner.call("PUT", f"/courses/{course}/enrolment")
    return Written(course, lesson, points[0])


def stray(page: Page, path: str, arabic: Written) -> list[list[str]]:
    page.goto(path.format(course=arabic.course, point=arabic.point))
    expect(page.get_by_text(TITLE).first).to_be_attached()
    expect(page.locator(".loading")).to_have_count(0)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    return page.evaluate(STRAY)  # type: ignore[no-any-return]


@pytest.mark.parametrize(("role", "paths"), [("learner", LEARNER), ("teacher", TEACHER)])
def test_what_its_author_wrote_is_said_in_its_language(
    opened: Open, arabic: Written, role: str, paths: tuple[str, ...]
) -> None:
    page = opened(role)
    assert {path: stray(page, path, arabic) for path in paths} == {path: [] for path in paths}


def test_it_is_written_in_its_language(opened: Open, arabic: Written) -> None:
    page = opened()
    found = {}
    for part in ("course", arabic.lesson, arabic.point):
        page.goto(f"/teaching/courses/{arabic.course}?part={part}")
        expect(page.get_by_label("Title", exact=True)).to_be_visible()
        # The hidden ones are of ways round a point that are folded.
        for field in page.locator("form, main").first.locator("textarea, input").all():
            if any(letter in field.input_value() for letter in "اب"):
                label = f"{part} {field.get_attribute('id') or field.get_attribute('aria-label')}"
                found[label] = (field.get_attribute("lang"), field.get_attribute("dir"))
    assert len(found) >= 10
    assert set(found.values()) == {("ar", "auto")}
