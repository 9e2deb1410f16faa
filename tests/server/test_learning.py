"""My learning: sessions judged as a recording is, told in sentences with hand-worked figures."""

from __future__ import annotations

from typing import Any

import pytest

from mien.server.database.tables import LegalBasis, QuizAnswer, SelfReport
from server.classroom import START_S, Classroom
from server.lessons import Taught, account_of, learner, offer, reading, taught_course, watch

DAY_S = 86_400.0
SEEN, AWAY = reading(0.0), reading(0.0, face=False)


def study(classroom: Classroom) -> Taught:
    """A course with one learner, lena, who agreed to everything."""
    course = taught_course(classroom)
    learner(classroom, course)
    lena = classroom.person("lena")
    path = f"/api/v1/courses/{course.id}/consent"
    words = lena.get(path).json()["wording"]["version"]
    given = lena.put(path, json={"presence": True, "affect": True, "wording": words})
    assert given.status_code == 200, given.text
    return course


def allow_affect(classroom: Classroom) -> None:
    with classroom.services.database.writing() as session:
        session.add(LegalBasis(jurisdiction="Test", basis="Only in tests.", recorded_at_s=START_S))


def seen(classroom: Classroom, course: Taught, **query: float) -> dict[str, Any]:
    lena = classroom.person("lena")
    answer = lena.get(f"/api/v1/courses/{course.id}/learning", params=query)
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


def lessons(
    classroom: Classroom, course: Taught, *shares: tuple[int, int], every_s: float = DAY_S
) -> None:
    """A session every day of so many focused and absent windows of ten seconds; between the
    last window and the first nothing is unknown."""
    account, start_s = account_of(classroom, "lena"), classroom.clock()
    for day, (focused, away) in enumerate(shares):
        watch(classroom, account, course, start_s + day * every_s, [(focused, SEEN), (away, AWAY)])
    classroom.clock.pass_s(len(shares) * every_s)


def test_nothing_is_kept_yet(classroom: Classroom) -> None:
    view = seen(classroom, study(classroom))
    assert view["sentence"] == "Nothing was kept of your learning in this time."
    assert view["sessions"] == view["points"] == view["states"] == []
    assert view["comparison"]["sentence"] == "There is no session to compare."


def test_a_session_is_compared_with_the_three_before(classroom: Classroom) -> None:
    course = study(classroom)
    # The oldest does not count: 3 of 4, 8 of 10, 4 of 6 windows are 15 of 20.
    lessons(classroom, course, (1, 9), (3, 1), (8, 2), (4, 2), (9, 1))
    view = seen(classroom, course)
    assert [s["focused_share"] for s in view["sessions"]] == [
        0.1,
        0.75,
        0.8,
        pytest.approx(2 / 3),
        0.9,
    ]
    assert view["comparison"] == {
        "sentence": "Last session: focused for 90 % of the known time, 15 points more than "
        "your 3 sessions before; 0 % unknown.",
        "focused_share": 0.9,
        "earlier_focused_share": pytest.approx(0.75),
        "earlier_sessions": 3,
    }
    # 25 focused of 40 windows.
    assert view["sentence"] == (
        "5 sessions, 6 min 40 s: focused for 62 % of the known time, 0 % unknown."
    )


def test_earlier_sessions_count_even_before_the_span(classroom: Classroom) -> None:
    course = study(classroom)
    lessons(classroom, course, (5, 5), (9, 1))
    view = seen(classroom, course, from_s=START_S + DAY_S - 1)
    assert len(view["sessions"]) == 1
    assert "40 points more than your session before" in view["comparison"]["sentence"]


def test_a_break_of_half_an_hour_ends_a_session(classroom: Classroom) -> None:
    course, account = study(classroom), account_of(classroom, "lena")
    end_s = watch(classroom, account, course, START_S, [(6, SEEN)])
    end_s = watch(classroom, account, course, end_s + 1800, [(6, SEEN)])
    watch(classroom, account, course, end_s + 1801, [(6, SEEN)])
    classroom.clock.pass_s(DAY_S)
    found = seen(classroom, course)["sessions"]
    assert [s["ended_at_s"] - s["began_at_s"] for s in found] == [60 + 1800 + 60, 60]
    assert found[0]["unknown_share"] == pytest.approx(1800 / 1920, abs=0.01)


def test_with_the_affect_stream_off_presence_and_pose_remain(classroom: Classroom) -> None:
    course, account = study(classroom), account_of(classroom, "lena")
    happy = reading(0.0, "happiness")
    bowed = reading(0.0, "happiness", pitch_deg=-30.0)
    watch(classroom, account, course, START_S, [(6, happy), (6, bowed)])
    classroom.clock.pass_s(DAY_S)
    view = seen(classroom, course)
    assert view["affect"] is False
    assert view["expressions"] == []
    (session,) = view["sessions"]
    assert (session["focused_share"], session["engagement"]) == (1.0, None)
    assert session["passive_share"] == 0.5
    assert {s["rule"] for s in view["states"]} == {"focus", "involvement"}
    allow_affect(classroom)
    view = seen(classroom, course)
    assert view["sessions"][0]["engagement"] == pytest.approx(1.0)
    assert view["expressions"] == [
        {"name": "happiness", "share": pytest.approx(1.0), "seconds": pytest.approx(120.0)}
    ]


def test_points_expressions_and_states_tell_their_unknown(classroom: Classroom) -> None:
    course, account = study(classroom), account_of(classroom, "lena")
    allow_affect(classroom)
    calm, angry = reading(0.0, "neutral"), reading(0.0, "anger")
    blurred = reading(0.0, "unknown")
    end_s = watch(classroom, account, course, START_S, [(6, calm), (4, angry)])
    watch(classroom, account, course, end_s, [(3, calm), (3, blurred)], point=1)
    classroom.clock.pass_s(DAY_S)
    view = seen(classroom, course)
    first, second = view["points"]
    assert (first["title"], first["difficulty"], first["seconds"]) == (
        "Convolution",
        "difficult",
        100,
    )
    assert (second["title"], second["difficulty"], second["seconds"]) == (
        "Sampling", "no_sign_of_difficulty", 60,
    )  # fmt: skip
    shares = {e["name"]: e["share"] for e in view["expressions"]}
    assert shares == {
        "neutral": pytest.approx(90 / 160),
        "anger": pytest.approx(40 / 160),
        "unknown": pytest.approx(30 / 160),
    }
    hard = next(s for s in view["states"] if s["state"] == "difficult")
    assert hard["start_s"] == START_S + 60
    assert hard["point_id"] == str(course.points[0])
    assert "'Convolution' seems hard at this pace" in hard["reason"]
    focused = [s for s in view["states"] if s["rule"] == "focus"]
    assert [(s["start_s"], s["end_s"]) for s in focused] == [
        (START_S, START_S + 100), (START_S + 100, START_S + 160),
    ]  # fmt: skip


def test_without_a_camera_words_and_answers_count(classroom: Classroom) -> None:
    course, account = study(classroom), account_of(classroom, "lena")
    with classroom.services.database.writing() as session:
        for day, feelings in enumerate((["going_well"], ["puzzled", "going_well", "puzzled"])):
            for number, feeling in enumerate(feelings):
                said_at_s = START_S + day * DAY_S + 60 * number
                session.add(
                    SelfReport(
                        account_id=account, course_id=course.id, point_id=course.points[0],
                        feeling=feeling, said_at_s=said_at_s,
                    )
                )  # fmt: skip
                session.add(
                    QuizAnswer(
                        account_id=account, question_id=course.question, chosen=[0],
                        correct=number != 1, answered_at_s=said_at_s + 5,
                    )
                )  # fmt: skip
    classroom.clock.pass_s(2 * DAY_S)
    view = seen(classroom, course)
    assert view["sentence"] == (
        "2 sessions, 2 min 10 s: without a camera, so nothing was observed (100 % unknown). "
        "You said how it went: going well twice, puzzled twice. 3 of 4 answers right."
    )
    assert view["comparison"]["sentence"] == (
        "Last session, without a camera: going well once, puzzled twice, 2 of 3 answers right; "
        "in your session before: going well once, 1 of 1 answer right. Nothing was observed "
        "(100 % unknown)."
    )
    assert [s["unknown_share"] for s in view["sessions"]] == [1.0, 1.0]
    (point,) = view["points"]
    assert (point["difficulty"], point["unknown_share"], point["answers"]) == ("difficult", 1.0, 4)
    states = [(s["state"], s["said"], s["end_s"] - s["start_s"]) for s in view["states"]]
    assert states == [
        ("focused", True, 120), ("difficult", True, 60), ("focused", True, 60),
        ("difficult", True, 120),
    ]  # fmt: skip
    assert view["reports"][0]["point_title"] == "Convolution"


def test_somebody_whom_the_camera_never_saw_is_unknown_not_away(classroom: Classroom) -> None:
    course, account = study(classroom), account_of(classroom, "lena")
    watch(classroom, account, course, START_S, [(6, AWAY)])
    classroom.clock.pass_s(DAY_S)
    view = seen(classroom, course)
    assert view["sessions"][0]["focused_share"] is None
    assert view["sessions"][0]["unknown_share"] == 1.0
    assert view["comparison"]["sentence"] == "Last session: no statement, 100 % unknown."


def test_offers_of_the_span_come_with_their_effect(classroom: Classroom) -> None:
    course, account = study(classroom), account_of(classroom, "lena")
    with classroom.services.database.writing() as session:
        session.add(offer(account, course, START_S))
        session.add(offer(account, course, START_S + DAY_S))
    classroom.clock.pass_s(2 * DAY_S)
    (found,) = seen(classroom, course, to_s=START_S + 1)["offers"]
    assert (found["verdict"], found["effect"]) == ("better", "Better.")


def test_only_the_newest_sessions_are_judged(classroom: Classroom) -> None:
    course = study(classroom)
    lessons(classroom, course, *[(1, 1)] * 12, every_s=7200)
    view = seen(classroom, course)
    assert (len(view["sessions"]), view["older_sessions"]) == (10, 2)


def test_nobody_else_reads_it(sqlite_classroom: Classroom) -> None:
    course = study(sqlite_classroom)
    path = f"/api/v1/courses/{course.id}/learning"
    assert sqlite_classroom.visitor().get(path).status_code == 401
    assert course.teacher.get(path).status_code == 403
    assert sqlite_classroom.person("luca").get(path).status_code == 403
    learner(sqlite_classroom, course, "luca")
    assert sqlite_classroom.person("luca").get(path).json()["sessions"] == []


def test_a_span_that_ends_before_it_begins_is_refused(sqlite_classroom: Classroom) -> None:
    course = study(sqlite_classroom)
    path = f"/api/v1/courses/{course.id}/learning"
    lena = sqlite_classroom.person("lena")
    assert lena.get(path, params={"from_s": 2.0, "to_s": 1.0}).status_code == 422
    assert lena.get(path, params={"from_s": "nan"}).status_code == 422
