"""Joining, resuming, finishing, answering, leaving."""

from __future__ import annotations

from sqlalchemy import func, select

from mien.server.actions.recommendations import similarity
from mien.server.database.tables import (
    Account,
    Base,
    Consent,
    CourseFeeling,
    Enrolment,
    LegalBasis,
    PointProgress,
    QuizAnswer,
)
from server.classroom import Classroom
from server.teaching import API, done, name, problem, question, teach
from server.test_consent import decide


def test_a_course_is_joined_once_and_resumed_where_it_was_left(
    shared_classroom: Classroom,
) -> None:
    theo, anna = shared_classroom.person("theo", "teacher"), shared_classroom.person(name("anna"))
    course = teach(theo, lessons=2, points=2)
    for _ in range(2):
        done(anna.put(f"{course.url}/enrolment"), 204)
    (study,) = done(anna.get(f"{API}/studies"))
    assert study["resume"]["point_id"] == course.points[0]  # never begun: the first
    place = {"point_id": course.points[2], "video_s": 61.5}
    done(anna.put(f"{course.url}/place", json=place), 204)
    (study,) = done(anna.get(f"{API}/studies"))
    resume = study["resume"]
    assert (resume["lesson_id"], resume["video_s"]) == (course.lessons[1], 61.5)
    opened = done(anna.get(course.url))["lessons"]
    assert [p["opened"] for o in opened for p in o["points"]] == [False, False, True, False]


def test_a_deleted_place_falls_back_to_the_beginning(shared_classroom: Classroom) -> None:
    theo, anna = shared_classroom.person("theo", "teacher"), shared_classroom.person(name("anna"))
    course = teach(theo)
    done(anna.put(f"{course.url}/enrolment"), 204)
    done(anna.put(f"{course.url}/place", json={"point_id": course.points[1]}), 204)
    done(theo.delete(f"{API}/points/{course.points[1]}"), 204)
    (study,) = done(anna.get(f"{API}/studies"))
    assert study["resume"]["point_id"] == course.points[0]


def test_a_place_of_another_course_is_refused(shared_classroom: Classroom) -> None:
    theo, anna = shared_classroom.person("theo", "teacher"), shared_classroom.person(name("anna"))
    course, other = teach(theo), teach(theo)
    done(anna.put(f"{course.url}/enrolment"), 204)
    problem(anna.put(f"{course.url}/place", json={"point_id": other.points[0]}), 422)


def test_who_has_not_joined_is_told_to_join(shared_classroom: Classroom) -> None:
    theo, anna = shared_classroom.person("theo", "teacher"), shared_classroom.person(name("anna"))
    course = teach(theo)
    address = f"{API}/points/{course.points[0]}/completion"
    assert "Join" in problem(anna.put(address, json={"completed": True}), 403)


def test_points_are_finished_and_not(shared_classroom: Classroom) -> None:
    theo, anna = shared_classroom.person("theo", "teacher"), shared_classroom.person(name("anna"))
    course = teach(theo)
    done(anna.put(f"{course.url}/enrolment"), 204)
    address = f"{API}/points/{course.points[0]}/completion"
    for completed, count in ((True, 1), (True, 1), (False, 0)):
        done(anna.put(address, json={"completed": completed}), 204)
        assert done(anna.get(f"{API}/studies"))[0]["completed_points"] == count


def test_quiz(shared_classroom: Classroom) -> None:
    theo, anna = shared_classroom.person("theo", "teacher"), shared_classroom.person(name("anna"))
    course = teach(theo, points=1)
    two = question(options=["a", "b", "c"], correct=[0, 2], explanation="$a$ and c")
    address = f"{API}/points/{course.points[0]}"
    kept = done(theo.put(address, json={"title": "T", "body": "", "questions": [two]}))
    done(anna.put(f"{course.url}/enrolment"), 204)
    answers = f"{API}/questions/{kept['questions'][0]['id']}/answers"
    for chosen, right in (([0], False), ([], False), ([0, 1, 2], False), ([2, 0, 0], True)):
        verdict = done(anna.post(answers, json={"chosen": chosen}))
        assert (verdict["correct"], verdict["correct_options"]) == (right, [0, 2])
        assert "<math" in verdict["explanation_html"]
    problem(anna.post(answers, json={"chosen": [3]}), 422)
    seen = done(anna.get(f"{API}/lessons/{course.lessons[0]}"))["points"][0]["questions"][0]
    assert (seen["several"], seen["answered_correctly"]) == (True, True)


def test_leaving_erases_what_was_kept_and_nothing_of_others(classroom: Classroom) -> None:
    theo = classroom.person("theo", "teacher")
    course, other = teach(theo), teach(theo)
    learners = [classroom.person(who) for who in ("anna", "bert")]
    for learner in learners:
        for one in (course, other):
            done(learner.put(f"{one.url}/enrolment"), 204)
            done(learner.put(f"{one.url}/place", json={"point_id": one.points[0]}), 204)
            answers = f"{API}/questions/{one.questions[0]}/answers"
            done(learner.post(answers, json={"chosen": [0]}))
            agreed = done(learner.get(f"{one.url}/consent"))["wording"]["version"]
            decision = {"presence": True, "affect": False, "wording": agreed}
            done(learner.put(f"{one.url}/consent", json=decision))
    database = classroom.services.database
    with database.writing() as session:
        account = session.scalar(select(Account).where(Account.email == "anna@example.org"))
        assert account is not None
        for one in (course, other):
            feeling = CourseFeeling(
                account_id=account.id, course_id=one.uuid, day=20_000,
                engaged_s=1, distress_s=0, known_s=1, unread_s=0,
            )  # fmt: skip
            session.add(feeling)

    def rows(table: type[Base]) -> int:
        with database.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    tables = (Enrolment, PointProgress, QuizAnswer, Consent, CourseFeeling)
    assert [rows(table) for table in tables] == [4, 4, 4, 8, 2]
    done(learners[0].delete(f"{course.url}/enrolment"), 204)
    assert [rows(table) for table in tables] == [3, 3, 3, 6, 1]
    assert len(done(learners[0].get(f"{API}/studies"))) == 1
    problem(learners[0].delete(f"{course.url}/enrolment"), 403)


class TestRecommendations:
    def test_without_knowledge_they_say_so(self, classroom: Classroom) -> None:
        course = teach(classroom.person("theo", "teacher"))
        (found,) = done(classroom.person("anna").get(f"{API}/recommendations"))
        assert found["course"]["id"] == course.id
        assert "nothing is known yet" in found["reason"]

    def test_similar_then_same_instructor_then_others_each_with_its_reason(
        self, classroom: Classroom
    ) -> None:
        theo, tara = (classroom.person(who, "teacher") for who in ("theo", "tara"))
        anna = classroom.person("anna")
        begun = teach(theo, title="Waves", tags=["physics", "waves"])
        same = teach(theo, title="Poems", tags=["poems"])
        alike = teach(tara, title="Light", tags=["physics", "waves", "light"])
        other = teach(tara, title="Cooking", tags=["food"])
        teach(tara, title="Hidden", tags=["physics", "waves"], published=False)
        done(anna.put(f"{begun.url}/enrolment"), 204)
        done(anna.put(f"{API}/points/{begun.points[0]}/completion", json={"completed": True}), 204)
        found = done(anna.get(f"{API}/recommendations"))
        assert [f["course"]["id"] for f in found] == [alike.id, same.id, other.id]
        similar, instructor, rest = (f["reason"] for f in found)
        assert similar == "Similar (physics, waves). You are furthest in Waves."
        assert instructor.startswith("By the same instructor, theo.")
        assert rest == "Another subject, for a change."

    def test_the_preference_assessment_counts_more_than_progress_while_it_is_allowed(
        self, lawful: Classroom
    ) -> None:
        classroom = lawful
        theo, anna = classroom.person("theo", "teacher"), classroom.person("anna")
        liked, begun = (
            teach(theo, title="Liked", tags=["a"]),
            teach(theo, title="Begun", tags=["b"]),
        )
        near = teach(classroom.person("tara", "teacher"), title="Near", tags=["a"])
        for course in (liked, begun):
            done(anna.put(f"{course.url}/enrolment"), 204)
        address = f"{API}/points/{begun.points[0]}/completion"
        done(anna.put(address, json={"completed": True}), 204)
        with classroom.services.database.writing() as session:
            account = session.scalar(select(Account).where(Account.name == "anna"))
            assert account is not None
            # On two days each, of which neither is enough to compare.
            for course, engaged_s in ((liked, 850.0), (begun, 150.0)):
                for day in (20_000, 20_001):
                    feeling = CourseFeeling(
                        account_id=account.id, course_id=course.uuid, day=day,
                        engaged_s=engaged_s, distress_s=0.0, known_s=900.0, unread_s=0.0,
                    )  # fmt: skip
                    session.add(feeling)
        (found,) = done(anna.get(f"{API}/recommendations"))
        assert found["reason"] == "Another subject, for a change."  # she did not agree
        for course in (liked, begun):
            decide(anna, course, presence=True, affect=True)
        (found,) = done(anna.get(f"{API}/recommendations"))
        assert found["course"]["id"] == near.id
        assert "Liked seems to suit you best." in found["reason"]
        decide(anna, liked, presence=True, affect=False)
        (found,) = done(anna.get(f"{API}/recommendations"))
        assert "suit you best" not in found["reason"]
        decide(anna, liked, presence=True, affect=True)
        with classroom.services.database.writing() as session:
            session.query(LegalBasis).one().ended_at_s = classroom.clock()
        (found,) = done(anna.get(f"{API}/recommendations"))
        assert found["reason"] == "Another subject, for a change."


def test_similarity_by_hand() -> None:
    assert similarity(["a", "b"], ["b", "c"]) == 1 / 3
    assert similarity([], []) == 0
    assert similarity(["a"], ["a"]) == 1
