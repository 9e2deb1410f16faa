"""Writing, ordering, publishing and finding courses."""

from __future__ import annotations

from typing import Any

import pytest

from server.classroom import Classroom
from server.teaching import API, Taught, done, name, point, problem, question, teach


def titles(answer: Any) -> list[str]:
    return [card["title"] for card in done(answer)]


def outline(course: dict[str, Any]) -> list[list[str]]:
    return [[point["title"] for point in lesson["points"]] for lesson in course["lessons"]]


def test_a_course_is_read_as_it_was_written(shared_classroom: Classroom) -> None:
    theo = shared_classroom.person("theo", "teacher")
    course = teach(theo, lessons=2, points=2, tags=["Waves", "maths"], language="de-CH")
    written = done(theo.get(f"{course.url}/source"))
    assert written["tags"] == ["waves", "maths"]
    assert outline(written) == [["Point 1", "Point 2"], ["Point 3", "Point 4"]]
    first = written["lessons"][0]["points"][0]
    expected = point(title="Point 1") | {"start_s": None, "end_s": None}
    assert {k: v for k, v in first.items() if k not in ("id", "version", "questions")} == {
        k: v for k, v in expected.items() if k != "questions"
    }
    assert first["questions"] == [question() | {"id": course.questions[0]}]


def test_changes_are_kept(shared_classroom: Classroom) -> None:
    theo = shared_classroom.person("theo", "teacher")
    course = teach(theo)
    draft = {"title": "Renamed", "summary": "*New*", "language": "fr", "tags": ["x"]}
    assert done(theo.put(course.url, json=draft))["title"] == "Renamed"
    lesson = {"title": "Lesson, renamed", "introduction": "Hello."}
    assert done(theo.put(f"{API}/lessons/{course.lessons[0]}", json=lesson))["introduction"]
    changed = point(title="Point, renamed", difficulty=5, start_s=10, end_s=20.5)
    got = done(theo.put(f"{API}/points/{course.points[0]}", json=changed))
    assert (got["title"], got["difficulty"], got["end_s"]) == ("Point, renamed", 5, 20.5)


def test_order(shared_classroom: Classroom) -> None:
    theo = shared_classroom.person("theo", "teacher")
    course = teach(theo, lessons=2, points=2)
    one, two, three, four = course.points
    order = {
        "lessons": [
            {"id": course.lessons[1], "points": [four, one, three]},
            {"id": course.lessons[0], "points": [two]},
        ]
    }
    moved = done(theo.put(f"{course.url}/order", json=order))
    assert outline(moved) == [["Point 4", "Point 1", "Point 3"], ["Point 2"]]
    assert outline(done(theo.get(course.url))) == outline(moved)
    for wrong in ([one, two, three], [one, two, three, four, four], [one, two, three, course.id]):
        order["lessons"] = [
            {"id": course.lessons[0], "points": wrong},
            {"id": course.lessons[1], "points": []},
        ]
        problem(theo.put(f"{course.url}/order", json=order), 422)


def test_what_is_deleted_is_gone_and_the_rest_stays(shared_classroom: Classroom) -> None:
    theo = shared_classroom.person("theo", "teacher")
    course = teach(theo, lessons=2, points=2)
    done(theo.delete(f"{API}/points/{course.points[0]}"), 204)
    done(theo.delete(f"{API}/lessons/{course.lessons[1]}"), 204)
    assert outline(done(theo.get(course.url))) == [["Point 2"]]
    done(theo.delete(course.url), 204)
    problem(theo.get(course.url), 404)


def test_a_course_needs_a_point_to_be_published(shared_classroom: Classroom) -> None:
    theo = shared_classroom.person("theo", "teacher")
    empty = teach(theo, points=0, published=False)
    problem(theo.put(f"{empty.url}/publication", json={"published": True}), 409)


def test_only_published_courses_are_found(shared_classroom: Classroom) -> None:
    theo, anna = shared_classroom.person("theo", "teacher"), shared_classroom.person("anna")
    word = name("zebra")
    shown, hidden = teach(theo, title=f"{word} one"), teach(theo, title=word, published=False)
    find = {"query": word}
    assert titles(anna.get(f"{API}/courses", params=find)) == [f"{word} one"]
    assert len(titles(theo.get(f"{API}/courses", params=find))) == 2
    problem(anna.get(hidden.url), 404)
    done(anna.put(f"{shown.url}/enrolment"), 204)
    done(theo.put(f"{shown.url}/publication", json={"published": False}), 204)
    assert titles(anna.get(f"{API}/courses", params=find)) == []
    assert done(anna.get(shown.url))["enrolled"]  # who has joined goes on


def test_search_finds_every_word_and_titles_first(shared_classroom: Classroom) -> None:
    theo, anna = shared_classroom.person("theo", "teacher"), shared_classroom.person("anna")
    word = name("größe")
    teach(theo, title=f"Über {word}")
    teach(theo, title="Other", summary=f"also of {word}", tags=["physics"])

    def find(**query: str) -> list[str]:
        return titles(anna.get(f"{API}/courses", params=query))

    assert find(query=word.upper()) == [f"Über {word}", "Other"]
    assert find(query=f"also {word}") == ["Other"]
    assert find(query=f"{word} theo") == [f"Über {word}", "Other"]  # by the teacher's name
    assert find(query=word, tag="Physics") == ["Other"]
    assert find(query=f"{word} %") == []
    assert find(query=f"{word} _") == []


def test_mine_are_only_mine(shared_classroom: Classroom) -> None:
    theo, tara = (shared_classroom.person(who, "teacher") for who in ("theo", "tara"))
    teach(theo)
    own = teach(tara)
    cards = done(tara.get(f"{API}/courses", params={"mine": True}))
    assert [card["id"] for card in cards] == [own.id]
    assert cards[0]["own"]


@pytest.fixture
def one(shared_sqlite_classroom: Classroom) -> Taught:
    return teach(shared_sqlite_classroom.person("theo", "teacher"), points=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"difficulty": 0},
        {"difficulty": 6},
        {"difficulty": 2.5},
        {"body": "x" * 50_001},
        {"body": "nul\0"},
        {"start_s": 1.0},
        {"start_s": 5, "end_s": 5},
        {"start_s": -1, "end_s": 5},
        {"start_s": 0, "end_s": 1e300},
        {"questions": [question(options=["only one"])]},
        {"questions": [question(correct=[])]},
        {"questions": [question(correct=[3])]},
        {"questions": [question(correct=[1, 1])]},
        {"questions": [question()] * 21},
        {"unknown": 1},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_drafts_that_are_refused(
    shared_sqlite_classroom: Classroom, one: Taught, wrong: dict[str, Any]
) -> None:
    theo = shared_sqlite_classroom.person("theo", "teacher")
    problem(theo.put(f"{API}/points/{one.points[0]}", json=point() | wrong), 422)


def test_a_tag_is_as_short_in_small_letters(
    shared_sqlite_classroom: Classroom, one: Taught
) -> None:
    theo = shared_sqlite_classroom.person("theo", "teacher")
    draft = {"title": "Tagged", "tags": ["\u0130" * 20]}  # one large letter, two small ones
    assert [len(tag) for tag in done(theo.put(one.url, json=draft))["tags"]] == [40]
    problem(theo.put(one.url, json=draft | {"tags": ["\u0130" * 21]}), 422)


def test_numbers_that_are_no_json_are_refused(
    shared_sqlite_classroom: Classroom, one: Taught
) -> None:
    theo = shared_sqlite_classroom.person("theo", "teacher")
    body = '{"title": "A", "body": "", "start_s": NaN, "end_s": Infinity}'
    headers = {"content-type": "application/json"}
    address = f"{API}/points/{one.points[0]}"
    problem(theo.put(address, content=body, headers=headers), 422)


def test_a_body_that_is_too_large_is_refused(
    shared_sqlite_classroom: Classroom, one: Taught
) -> None:
    theo = shared_sqlite_classroom.person("theo", "teacher")
    most = shared_sqlite_classroom.services.settings.max_request_bytes
    answer = theo.put(f"{API}/points/{one.points[0]}", json=point(body="x" * most))
    assert str(most) in problem(answer, 413, "too_large")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_claimed_length_never_makes_a_refusal_of_what_was_done(
    shared_sqlite_classroom: Classroom, one: Taught
) -> None:
    learner = shared_sqlite_classroom.person("a-boaster")
    claimed = {"content-length": "99999999"}
    answer = learner.put(f"{API}/courses/{one.id}/enrolment", headers=claimed)
    assert answer.status_code == 204, answer.text


def test_learners_are_never_sent_what_is_right(
    shared_sqlite_classroom: Classroom, one: Taught
) -> None:
    anna = shared_sqlite_classroom.person("anna")
    seen = done(anna.get(f"{API}/lessons/{one.lessons[0]}"))
    assert {"correct", "explanation"}.isdisjoint(seen["points"][0]["questions"][0])


def test_the_preview_shows_pictures_of_the_own_course_only(
    shared_sqlite_classroom: Classroom, one: Taught
) -> None:
    tara = shared_sqlite_classroom.person("tara", "teacher")
    wanted = {"text": "![a](media:a.png) **b**", "course_id": one.id}
    html = done(tara.post(f"{API}/markdown", json=wanted))["html"]
    assert "<strong>b</strong>" in html
    assert "/api/v1/media/" not in html


def test_all_of_ones_own_courses_are_listed(shared_classroom: Classroom) -> None:
    tara = shared_classroom.person("tara-of-many", "teacher")
    for number in range(51):
        done(tara.post(f"{API}/courses", json={"title": f"Course {number}"}), 201)
    assert len(titles(tara.get(f"{API}/courses", params={"mine": True}))) == 51


def test_one_letter_in_two_spellings_is_one_letter(shared_classroom: Classroom) -> None:
    theo = shared_classroom.person("theo", "teacher")
    one, two = "Ph\u00e9nom\u00e8nes", "Ph\u0065\u0301nom\u0065\u0300nes"
    for title in (one, two):
        done(theo.post(f"{API}/courses", json={"title": title}), 201)
        for query in (one.upper(), two):
            params = {"query": query, "mine": True}
            assert title in titles(theo.get(f"{API}/courses", params=params))
