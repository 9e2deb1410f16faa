"""Writing lessons, points and their questions, and what becomes of answers."""

from __future__ import annotations

from typing import Any

import pytest

from mien.server.actions.points import moved
from server.classroom import Classroom
from server.teaching import API, Taught, done, point, problem, question, teach


def test_a_question_with_its_id_is_the_same_question(shared_classroom: Classroom) -> None:
    theo, anna = shared_classroom.person("theo", "teacher"), shared_classroom.person("anna")
    course = teach(theo, points=1)
    done(anna.put(f"{course.url}/enrolment"), 204)
    (kept,) = course.questions
    done(anna.post(f"{API}/questions/{kept}/answers", json={"chosen": [1]}))
    questions = [question(prompt="New"), question(id=kept, prompt="Reworded")]
    address = f"{API}/points/{course.points[0]}"
    got = done(theo.put(address, json=point(questions=questions)))["questions"]
    assert [q["prompt"] for q in got] == ["New", "Reworded"]
    assert got[1]["id"] == kept
    seen = done(anna.get(f"{API}/lessons/{course.lessons[0]}"))["points"][0]["questions"]
    assert [q["answered_correctly"] for q in seen] == [None, True]
    foreign = teach(theo, points=1).questions[0]
    problem(theo.put(address, json=point(questions=[question(id=foreign)])), 422)


def test_a_change_of_what_somebody_else_has_changed_is_refused(
    shared_classroom: Classroom,
) -> None:
    """Two tabs open a point; the first adds a question, the second knows nothing of it."""
    theo, anna = shared_classroom.person("theo", "teacher"), shared_classroom.person("anna")
    course = teach(theo, points=1)
    done(anna.put(f"{course.url}/enrolment"), 204)
    address = f"{API}/points/{course.points[0]}"
    opened = done(theo.get(f"{course.url}/source"))["lessons"][0]["points"][0]
    read = {k: v for k, v in opened.items() if k != "id"}
    more = read | {"questions": [*read["questions"], question(prompt="Added")]}
    saved = done(theo.put(address, json=more))
    added = saved["questions"][1]["id"]
    done(anna.post(f"{API}/questions/{added}/answers", json={"chosen": [1]}))
    refused = theo.put(address, json=read | {"body": "Of the second tab."})
    problem(refused, 409)
    assert refused.json()["code"] == "changed_since"
    seen = done(anna.get(f"{API}/lessons/{course.lessons[0]}"))["points"][0]["questions"]
    assert [q["answered_correctly"] for q in seen] == [None, True]
    again = {k: v for k, v in saved.items() if k != "id"} | {"body": "Of the second tab."}
    assert len(done(theo.put(address, json=again))["questions"]) == 2


@pytest.mark.parametrize("part", ["course", "lesson"])
def test_courses_and_lessons_too_are_changed_as_they_were_read(
    shared_classroom: Classroom, part: str
) -> None:
    theo = shared_classroom.person("theo", "teacher")
    course = teach(theo)
    source = done(theo.get(f"{course.url}/source"))
    if part == "course":
        address, names = course.url, ("title", "summary", "language", "tags", "version")
    else:
        address, names = f"{API}/lessons/{course.lessons[0]}", ("title", "introduction", "version")
        (source,) = source["lessons"]
    read = {name: source[name] for name in names}
    done(theo.put(address, json=read | {"title": "First"}))
    problem(theo.put(address, json=read | {"title": "Second"}), 409)
    # Who names no version means it.
    del read["version"]
    assert done(theo.put(address, json=read | {"title": "Third"}))["title"] == "Third"


def answered(anna: Any, course: Taught) -> list[bool | None]:
    seen = done(anna.get(f"{API}/lessons/{course.lessons[0]}"))["points"][0]["questions"]
    return [q["answered_correctly"] for q in seen]


def test_verdicts_follow_a_mended_key(shared_classroom: Classroom) -> None:
    theo = shared_classroom.person("theo", "teacher")
    anna, ben = (shared_classroom.person(who) for who in ("anna", "ben"))
    course = teach(theo, points=1)
    (asked,) = course.questions
    words = {"id": asked, "prompt": "Which?", "options": ["red", "blue", "green"]}

    def write(**given: Any) -> None:
        questions = [question(**(words | given))]
        done(theo.put(f"{API}/points/{course.points[0]}", json=point(questions=questions)))

    write(correct=[0])
    for who, chosen in ((anna, [0]), (ben, [1])):
        done(who.put(f"{course.url}/enrolment"), 204)
        done(who.post(f"{API}/questions/{asked}/answers", json={"chosen": chosen}))
    assert (answered(anna, course), answered(ben, course)) == ([True], [False])
    write(correct=[1])
    assert (answered(anna, course), answered(ben, course)) == ([False], [True])
    # In another order they are the same answers, and a corrected word changes none.
    write(options=["blue", "green", "red"], correct=[0])
    assert (answered(anna, course), answered(ben, course)) == ([False], [True])
    write(options=["blue", "green", "scarlet"], correct=[0])
    assert (answered(anna, course), answered(ben, course)) == ([False], [True])
    write(options=["blue", "scarlet"], correct=[1])
    assert (answered(anna, course), answered(ben, course)) == ([True], [False])


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        (["a", "b"], ["a", "b"], [0, 1]),
        (["a", "b", "c"], ["c", "a", "b"], [1, 2, 0]),
        (["a", "b"], ["a", "B"], [0, 1]),
        (["a", "b", "c"], ["a", "c"], [0, None, 1]),
        (["a", "b"], ["new", "a", "b"], [1, 2]),
        (["same", "same"], ["same", "same"], [0, 1]),
    ],
)
def test_where_an_option_went(old: list[str], new: list[str], places: list[int | None]) -> None:
    assert moved(old, new) == places


def test_a_published_course_keeps_a_point(shared_classroom: Classroom) -> None:
    theo = shared_classroom.person("theo", "teacher")
    course = teach(theo, lessons=2, points=1)
    done(theo.delete(f"{API}/lessons/{course.lessons[0]}"), 204)
    for address in (f"/points/{course.points[1]}", f"/lessons/{course.lessons[1]}"):
        problem(theo.delete(f"{API}{address}"), 409)
    assert [len(o["points"]) for o in done(theo.get(course.url))["lessons"]] == [1]
    done(theo.put(f"{course.url}/publication", json={"published": False}), 204)
    done(theo.delete(f"{API}/points/{course.points[1]}"), 204)


@pytest.mark.parametrize("nothing", [" ", "\u200b", "\u3164", "\ufeff\u2060 ", "\u00ad", "\u2800"])
def test_nothing_that_can_be_seen_is_no_name(shared_classroom: Classroom, nothing: str) -> None:
    theo = shared_classroom.person("theo", "teacher")
    course = teach(theo, points=1)
    address = f"{API}/points/{course.points[0]}"
    problem(theo.post(f"{API}/courses", json={"title": nothing}), 422)
    problem(theo.put(address, json=point(title=nothing)), 422)
    for wrong in ({"prompt": nothing}, {"options": ["a", nothing]}):
        problem(theo.put(address, json=point(questions=[question(**wrong)])), 422)
    joined = "\U0001f468\u200d\U0001f469"  # a family, held together by a zero-width joiner
    assert done(theo.put(address, json=point(title=joined)))["title"] == joined
