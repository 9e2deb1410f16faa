"""The class report: groups only, the same floor as live, worked out from snapshots alone."""

from __future__ import annotations

import csv
from dataclasses import asdict
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

from mien.assessment.live import LearnerNow, class_now
from mien.assessment.settings import GroupSettings
from mien.observations import LearningState
from mien.server.actions import intervention_days, retention
from mien.server.database.tables import Account, ObservationBatch
from server.classroom import START_S, Classroom
from server.lessons import Taught, learner, offer, reading, snapshot, taught_course, watch

DAY_S = 86_400.0


def state(rule: str, said: str, value: float | None = None) -> LearningState:
    return LearningState(rule, said, 0.0, 10.0, None, value, {}, 0.0, "")


def learners(point: UUID, focused: int, away: int, difficult: int) -> list[LearnerNow]:
    """Of these many; the difficult ones are focused too."""
    there = {"focus": state("focus", "focused"), "engagement": state("engagement", "measured", 0.5)}
    gone = {**there, "focus": state("focus", "inattentive_or_fault")}
    hard = {**there, "difficulty": state("difficulty", "difficult")}
    return [
        *[LearnerNow(str(point), there)] * focused,
        *[LearnerNow(str(point), gone)] * away,
        *[LearnerNow(str(point), hard)] * difficult,
    ]


def keep(classroom: Classroom, course: Taught, at_s: float, people: list[LearnerNow]) -> None:
    """A snapshot as the live view draws it."""
    titles = dict(zip(map(str, course.points), ("Convolution", "Sampling"), strict=True))
    view = {
        **asdict(class_now(people, list(titles), GroupSettings())),
        "at_s": at_s,
        "titles": titles,
    }
    with classroom.services.database.writing() as session:
        session.add(snapshot(course, at_s, view))


def report(course: Taught, **query: float) -> dict[str, Any]:
    answer = course.teacher.get(f"/api/v1/courses/{course.id}/report", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def a_lesson(classroom: Classroom) -> Taught:
    """Two minutes: 12 people at Convolution, of whom 6 find it hard in the second; then a
    minute at Sampling in which only 9 are left."""
    course = taught_course(classroom)
    first, second = course.points
    for n in range(6):
        keep(classroom, course, START_S + 10 * n, learners(first, 8, 4, 0))
    for n in range(6, 12):
        keep(classroom, course, START_S + 10 * n, learners(first, 3, 3, 6))
    for n in range(12, 18):
        keep(classroom, course, START_S + 10 * n, learners(second, 9, 0, 0))
    classroom.clock.pass_s(3600)
    return course


def test_a_class_that_was_not_watched(classroom: Classroom) -> None:
    found = report(taught_course(classroom))
    assert found["sentences"][0] == "The class was not watched in this time."
    assert found["shown"] is False
    assert found["points"] == found["trend"] == found["moments"] == []


def test_figures_are_those_of_the_snapshots(classroom: Classroom) -> None:
    found = report(a_lesson(classroom))
    assert (found["present"], found["most_present"]) == (12.0, 12)
    assert (found["shown_s"], found["withheld_s"]) == (120, 60)
    assert found["focus"] == 17 / 24  # 8 of 12, then 9 of 12
    (convolution,) = found["points"]
    assert convolution["point_title"] == "Convolution"
    assert convolution["shares"] == {
        "difficult": 6 / 24, "away": 7 / 24, "passive": 0.0, "steady": 11 / 24, "unknown": 0.0,
    }  # fmt: skip
    assert found["sentences"] == [
        "12 people were there on average, 12 at most, over 2 min; for 60 s there were too few "
        "to show.",
        "Of those known: 71 % focused, 50 % happy or surprised (0 % unknown); withheld or not "
        "known: with the head lowered most of the time.",
        "'Convolution' seemed hard most often: 25 % of the time of those there (0 % unknown).",
    ]


def test_moments_say_when_and_why(classroom: Classroom) -> None:
    found = report(a_lesson(classroom))["moments"]
    assert [(m["kind"], m["at_s"] - START_S, m["ended_at_s"] - START_S) for m in found] == [
        ("away", 0, 60),
        ("difficult", 60, 120),
    ]
    assert found[1]["reason"] == "For 60 s; at first 6 of 12 seem to find this hard (0 unknown)."
    assert found[1]["point_title"] == "Convolution"


def test_a_point_can_be_followed_through_the_lesson(classroom: Classroom) -> None:
    (convolution,) = report(a_lesson(classroom))["points"]
    trend = [(t["at_s"] - START_S, t["difficult"]) for t in convolution["trend"]]
    assert trend == [(10.0 * n, 0.0 if n < 6 else 6.0) for n in range(12)]


def test_it_stays_when_the_readings_are_gone(classroom: Classroom) -> None:
    course = a_lesson(classroom)
    lena = learner(classroom, course)
    watch(classroom, lena, course, START_S, [(3, reading(0.0))])
    before = report(course)
    erased = classroom.person("lena").delete(f"/api/v1/courses/{course.id}/observations")
    assert erased.status_code == 204
    with classroom.services.database.reading() as session:
        assert session.query(ObservationBatch).count() == 0
    after = report(course)
    assert after == before


def test_the_last_lesson_is_told_unless_a_span_is_asked_for(classroom: Classroom) -> None:
    course = a_lesson(classroom)
    keep(classroom, course, START_S + DAY_S, learners(course.points[1], 10, 0, 0))
    classroom.clock.time_s = START_S + DAY_S + 100
    found = report(course)
    assert [row["point_title"] for row in found["points"]] == ["Sampling"]
    assert [span["began_at_s"] for span in found["lessons"]] == [START_S + DAY_S, START_S]
    both = report(course, from_s=START_S)
    assert [row["point_title"] for row in both["points"]] == ["Convolution", "Sampling"]


def test_small_states_and_small_points_are_withheld(classroom: Classroom) -> None:
    course = taught_course(classroom)
    first, second = course.points
    people = [*learners(first, 9, 2, 4), *learners(second, 4, 0, 0)]
    keep(classroom, course, START_S, people)
    classroom.clock.pass_s(60)
    found = report(course)
    assert found["present"] == 19
    # Sampling is small; Convolution, the only other, would give it away.
    for row in found["points"]:
        assert (row["people"], row["note"]) == (None, "too few to show")
        assert set(row["shares"].values()) == {None}
    keep(classroom, course, START_S + 60, learners(first, 9, 2, 4))
    found = report(course, from_s=START_S + 60)
    (row,) = found["points"]
    # 2 away are too few; 4 difficult go with them, or 15 - 9 - 4 would tell.
    assert (row["shares"]["away"], row["shares"]["difficult"]) == (None, None)
    assert row["shares"]["steady"] == 9 / 15
    assert row["withheld_share"] == 1 - 9 / 15
    # Nobody was passive; told so, the withheld two would be known to be no zero.
    assert row["shares"]["passive"] is None


def people(classroom: Classroom, count: int) -> list[UUID]:
    with classroom.services.database.writing() as session:
        made = [
            Account(
                email=f"l{n}@example.org", name=f"l{n}", role="learner", password_hash="-",
                created_at_s=START_S,
            )
            for n in range(count)
        ]  # fmt: skip
        session.add_all(made)
        session.flush()
        return [account.id for account in made]


def offers(classroom: Classroom, course: Taught, accounts: list[UUID], **given: Any) -> None:
    with classroom.services.database.writing() as session:
        session.add_all(offer(account, course, START_S + 100, **given) for account in accounts)


def effect(verdict: str) -> dict[str, Any]:
    return {"verdict": verdict, "sentence": ".", "before": 0.5, "after": 0.1}


def test_interventions_are_counted_in_learners(classroom: Classroom) -> None:
    course, who = taught_course(classroom), people(classroom, 12)
    offers(classroom, course, who[:7])
    offers(classroom, course, who[7:], answer="dismissed", effect=effect("worse"))
    offers(classroom, course, who[:7], answer="shown", effect=None)  # again: counts once
    classroom.clock.pass_s(200)
    (row,) = report(course, from_s=START_S)["interventions"]
    told = {name: row[name] for name in ("offered", "taken", "dismissed", "better", "worse")}
    assert told == {"offered": 12, "taken": 7, "dismissed": 5, "better": 7, "worse": 5}
    assert row["title"] == "A fuller explanation is ready"


def test_few_learners_are_withheld_and_so_is_what_gives_them_away(classroom: Classroom) -> None:
    course, who = taught_course(classroom), people(classroom, 21)
    offers(classroom, course, who[:10], effect=effect("better"))
    offers(classroom, course, who[10:12], effect=effect("worse"))
    offers(classroom, course, who[12:], kind="bowed", step="reminder")
    classroom.clock.pass_s(200)
    bowed, difficult = sorted(
        report(course, from_s=START_S)["interventions"], key=lambda row: row["kind"]
    )
    for row in (bowed, difficult):  # 9 are too few, and 12 alone would tell of them
        assert (row["offered"], row["taken"], row["better"]) == (None, None, None)
        assert row["note"] == "too few to show"
    offers(classroom, course, people_more(classroom), kind="bowed", step="reminder")
    bowed, difficult = sorted(
        report(course, from_s=START_S)["interventions"], key=lambda row: row["kind"]
    )
    assert bowed["offered"] == 10
    assert difficult["offered"] == 12
    assert (difficult["better"], difficult["worse"]) == (None, None)  # 2, and 10 with it


def people_more(classroom: Classroom) -> list[UUID]:
    with classroom.services.database.writing() as session:
        account = Account(
            email=f"{uuid4()}@example.org", name="x", role="learner", password_hash="-",
            created_at_s=START_S,
        )  # fmt: skip
        session.add(account)
        session.flush()
        return [account.id]


def test_interventions_stay_when_the_offers_are_gone(classroom: Classroom) -> None:
    course, who = taught_course(classroom), people(classroom, 12)
    offers(classroom, course, who)
    classroom.clock.pass_s(DAY_S + intervention_days.CLOSED_AFTER_S)
    before = report(course, from_s=START_S)["interventions"]
    assert before[0]["offered"] == 12
    with classroom.services.database.writing() as session:
        retention.enforce(session, classroom.services)
        for account in who:
            session.delete(session.get_one(Account, account))
    assert report(course, from_s=START_S)["interventions"] == before


def test_the_table_withholds_the_same(classroom: Classroom) -> None:
    course = a_lesson(classroom)
    answer = course.teacher.get(f"/api/v1/courses/{course.id}/report.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")  # or Excel shows wrong letters
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    told = {(r["table"], r["name"]): r["value"] for r in rows if r["table"] in ("class", "point")}
    found = report(course)
    assert float(told["class", "focus"]) == round(found["focus"], 4)
    assert float(told["point", "share_difficult"]) == 0.25
    trend = [r for r in rows if r["table"] == "trend" and r["name"] == "present"]
    assert len(trend) == len(found["trend"])
    assert {r["note"] for r in rows if r["table"] == "trend" and r["value"] == ""} <= {
        "withheld or not known"
    }


def test_only_the_courses_teacher_reads_it(sqlite_classroom: Classroom) -> None:
    course = taught_course(sqlite_classroom)
    learner(sqlite_classroom, course)
    for name, role in (("lena", "learner"), ("tara", "teacher"), ("boss", "administrator")):
        client = sqlite_classroom.person(name, role)
        for path in ("report", "report.csv"):
            assert client.get(f"/api/v1/courses/{course.id}/{path}").status_code == 403


def test_no_person_is_in_it(classroom: Classroom) -> None:
    course = a_lesson(classroom)
    lena = learner(classroom, course)
    offers(classroom, course, [lena])
    text = course.teacher.get(
        f"/api/v1/courses/{course.id}/report", params={"from_s": START_S}
    ).text
    for secret in (str(lena), lena.hex, "lena", "example.org"):
        assert secret not in text
