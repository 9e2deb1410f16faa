"""Writing a course in a real browser, by keyboard, in two tabs, with faults."""

from __future__ import annotations

from playwright.sync_api import expect
from tests.web.classroom import Classroom, Open


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


def test_what_is_not_saved_is_not_published(opened: Open, classroom: Classroom) -> None:
    page = opened()
    page.goto(f"/teaching/courses/{classroom.course}?part={classroom.points[0]}")
    state = page.get_by_role("status").filter(has_text="Published")
    expect(state).to_have_text("Published")
    page.get_by_role("textbox", name="Title").fill("What a signal was")
    expect(state).to_have_text("Published, but for what is not saved")
    page.get_by_role("button", name="Unpublish").click()
    page.get_by_role("button", name="Publish what is saved").click()
    page.get_by_role("button", name="Undo the changes").click()
    expect(state).to_have_text("Published")


def test_a_course_that_cannot_be_read_is_not_offered_to_be_exported(opened: Open) -> None:
    page = opened()
    page.goto("/teaching/courses/00000000-0000-4000-8000-000000000000")
    expect(page.get_by_role("navigation", name="This course")).to_be_visible()
    expect(page.get_by_text("There is nothing here, or it is not for you")).to_be_visible()
    expect(page.get_by_role("link", name="Export")).to_be_hidden()
