"""Usage: counts and bytes of the deployment, and nothing about anybody."""

from __future__ import annotations

from server.classroom import START_S, Classroom
from server.lessons import everything_of, learner, reading, taught_course, watch

DAY_S = 86_400.0


def test_it_counts(classroom: Classroom) -> None:
    course = taught_course(classroom)
    lena, luca = learner(classroom, course), learner(classroom, course, "luca")
    with classroom.services.database.writing() as session:
        session.add_all(everything_of(lena, course, START_S - 3600))  # yesterday
    watch(classroom, luca, course, START_S, [(3, reading(0.0))])
    place = {"point_id": str(course.points[0])}
    classroom.person("luca").put(f"/api/v1/courses/{course.id}/place", json=place)
    boss = classroom.person("boss", "administrator")
    classroom.clock.pass_s(60)
    found = boss.get("/api/v1/usage").json()
    assert found["accounts"] == {"learner": 2, "teacher": 1, "administrator": 1}
    assert (found["active_learners_today"], found["active_learners_week"]) == (1, 2)
    assert (found["courses"], found["published_courses"], found["enrolments"]) == (1, 1, 2)
    assert (found["batches_today"], found["open_help_calls"]) == (3, 0)
    assert found["database_bytes"] > 10_000
    assert found["media_bytes"] == 0
    classroom.clock.pass_s(DAY_S)
    assert boss.get("/api/v1/usage").json()["active_learners_today"] == 0


def test_it_names_nobody(classroom: Classroom) -> None:
    classroom.person("lena")
    told = classroom.person("boss", "administrator").get("/api/v1/usage").text
    assert "lena" not in told
    assert "@" not in told
