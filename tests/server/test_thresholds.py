"""Thresholds of a course: shown, set within bounds, never below the group's floor."""

from __future__ import annotations

from dataclasses import fields
from uuid import UUID

import pytest
from httpx import Response

from mien.assessment.settings import AssessmentSettings, load_settings
from mien.server.actions.thresholds import GROUPS, THRESHOLDS, settings_of
from server.classroom import Classroom


def course_of(classroom: Classroom, teacher: str = "theo") -> str:
    """A teacher's new course."""
    client = classroom.person(teacher, "teacher")
    answer = client.post("/api/v1/courses", json={"title": "Signals"})
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    return id_


def put(classroom: Classroom, course: str, values: object) -> Response:
    return classroom.person("theo", "teacher").put(
        f"/api/v1/courses/{course}/thresholds", json={"values": values}
    )


def test_every_setting_of_the_groups_is_explained_and_bounded() -> None:
    every = AssessmentSettings()
    names = {f"{g}.{f.name}" for g in GROUPS for f in fields(getattr(every, g))}
    assert set(THRESHOLDS) == names
    for name, threshold in THRESHOLDS.items():
        group, _, key = name.partition(".")
        default = getattr(getattr(every, group), key)
        assert threshold.least <= default <= threshold.most, name
        for bound in (threshold.least, threshold.most):
            load_settings({group: {key: type(default)(bound)}})  # the rules take the bounds


def test_the_published_values_hold_until_a_teacher_sets_others(classroom: Classroom) -> None:
    course = course_of(classroom)
    theo = classroom.person("theo", "teacher")
    view = theo.get(f"/api/v1/courses/{course}/thresholds").json()
    assert view["values"] == view["defaults"]
    assert view["values"]["focus"] == {"window_s": 10.0, "unseen_share": 0.5}
    changed = put(classroom, course, {"focus": {"window_s": 20}, "group": {"min_people": 15}})
    assert changed.status_code == 200, changed.text
    again = theo.get(f"/api/v1/courses/{course}/thresholds").json()
    assert again["values"]["focus"]["window_s"] == 20
    assert again["values"]["group"]["min_people"] == 15
    assert again["values"]["difficulty"] == view["defaults"]["difficulty"]
    assert put(classroom, course, {}).json()["values"] == view["defaults"]


def test_the_rules_of_the_course_use_them(classroom: Classroom) -> None:
    course = course_of(classroom)
    put(classroom, course, {"difficulty": {"observations": 40}})
    with classroom.services.database.reading() as session:
        settings = settings_of(session, UUID(course))
    assert settings.difficulty.observations == 40
    assert isinstance(settings.difficulty.observations, int)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"fokus": {"window_s": 10}}, "focus, difficulty, engagement, involvement, group"),
        ({"timeline": {"lone_step_s": 10}}, "focus, difficulty"),
        ({"focus": {"windw_s": 10}}, "Did you mean 'window_s'? Valid: window_s, unseen_share"),
        ({"focus": {"window_s": 1e-9}}, "from 5 to 300"),
        ({"focus": {"window_s": 1e300}}, "from 5 to 300"),
        ({"difficulty": {"observations": 30.5}}, "a whole number from 5 to 150"),
        ({"group": {"min_people": 9}}, "from 10 to 1000"),
        ({"group": {"min_cell": 2}}, "from 3 to 100"),
    ],
)
def test_bad_ones_are_refused_with_the_valid_ones(
    sqlite_classroom: Classroom, values: object, told: str
) -> None:
    course = course_of(sqlite_classroom)
    answer = put(sqlite_classroom, course, values)
    assert answer.status_code == 422
    assert told in answer.json()["detail"]


def test_only_the_courses_teacher_sets_them(sqlite_classroom: Classroom) -> None:
    course = course_of(sqlite_classroom)
    path = f"/api/v1/courses/{course}/thresholds"
    assert sqlite_classroom.visitor().get(path).status_code == 401
    for name, role, status in (("lena", "learner", 403), ("tara", "teacher", 404)):
        client = sqlite_classroom.person(name, role)
        assert client.put(path, json={"values": {}}).status_code == status
        assert client.get(path).status_code == 404  # not published: nobody's business
