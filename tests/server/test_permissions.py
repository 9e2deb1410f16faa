"""The permission table against every route of the app: role x route x relation.

What the table refuses is asked of the app itself. What it allows is asked of an app with
the same routes and gates whose endpoints do nothing, so that nothing is deleted on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from mien.server.access import RELATIONS, Gate, InBulk
from mien.server.answers import handle_problems
from mien.server.app import PREFIX
from mien.server.permissions import PERMISSIONS, Relation, Role, allowed, role_may_ever
from mien.server.routes import FILES, ROUTERS
from server.classroom import PASSWORD, Classroom
from server.teaching import API
from server.world import FOREIGN, OWN, World, make_world

ROUTES = [(PREFIX, route) for router in ROUTERS for route in router.routes] + [
    ("", route) for router in FILES for route in router.routes
]
LET_IN = 204
#: Hold nobody's data, or are only for administrators, who relate to them alike.
WITHOUT_RELATION = {"invitation_id", "basis_id", "digest", "name"}


def gates(route: APIRoute) -> list[Gate]:
    return [d.dependency for d in route.dependencies if isinstance(d.dependency, Gate)]


def label(entry: object) -> str:
    prefix, route = entry  # type: ignore[misc]
    return f"{min(route.methods)} {prefix}{route.path}"


def test_every_route_names_one_action_of_the_table() -> None:
    for prefix, route in ROUTES:
        assert isinstance(route, APIRoute)
        assert len(gates(route)) == 1, f"{prefix}{route.path} has no gate, or several"
        assert gates(route)[0].action in PERMISSIONS


def test_the_description_and_this_walk_know_the_same_routes(sqlite_classroom: Classroom) -> None:
    described = sqlite_classroom.app.openapi()["paths"]
    told = {(path, method.upper()) for path, methods in described.items() for method in methods}
    assert told == {(p + r.path, m) for p, r in ROUTES for m in r.methods if r.include_in_schema}


def test_every_identifier_of_a_path_has_a_relation() -> None:
    for prefix, route in ROUTES:
        for name in set(re.findall(r"{(\w+)", route.path)) - set(RELATIONS):
            assert name in WITHOUT_RELATION, f"{prefix}{route.path}: who may do it to {name}?"
            if name.endswith("_id"):
                reach = PERMISSIONS[gates(route)[0].action]
                assert not any(reach[role] for role in Role if role is not Role.ADMINISTRATOR)


class TestTable:
    """What must hold however the table grows."""

    def test_visitors_only_come_in(self) -> None:
        may = {action for action in PERMISSIONS if role_may_ever(action, Role.VISITOR)}
        assert may == {"operation.read", "session.read", "session.create", "account.create"}

    def test_only_administrators_touch_what_is_foreign(self) -> None:
        for action, reach in PERMISSIONS.items():
            for role in (Role.VISITOR, Role.LEARNER, Role.TEACHER):
                assert FOREIGN not in reach[role], action

    def test_nobody_writes_the_course_of_another(self) -> None:
        for action in ("course.edit", "thresholds.edit", "live.switch", "help.answer"):
            for role in Role:
                wanted = {OWN} if role is Role.TEACHER else set()
                assert PERMISSIONS[action][role] == wanted, action

    def test_administrators_see_no_learner_and_no_class(self) -> None:
        for action in ("class.report", "live.read", "learning.read", "course.study"):
            assert not PERMISSIONS[action][Role.ADMINISTRATOR], action

    def test_learners_never_manage(self) -> None:
        for action in PERMISSIONS:
            if action.endswith((".manage", ".edit", ".publish", ".suspend", ".erase", ".list")):
                mine = action in ("login.list", "course.list", "observations.erase")
                assert mine or not PERMISSIONS[action][Role.LEARNER], action


def stub_app(room: Classroom) -> FastAPI:
    """The same gates; behind them, nothing."""
    app = FastAPI()
    app.state.services = room.services
    handle_problems(app)

    def let_in() -> None:
        return None

    for prefix, route in ROUTES:
        app.add_api_route(
            prefix + route.path,
            let_in,
            methods=sorted(route.methods),
            dependencies=route.dependencies,
            status_code=LET_IN,
        )
    return app


@pytest.fixture(scope="module")
def world(shared_classroom: Classroom) -> World:
    """People and things on a database that all tests of this file share."""
    return make_world(shared_classroom, stub_app(shared_classroom))


def test_the_world_has_a_thing_for_every_relation(world: World) -> None:
    for name in RELATIONS:
        for role in (Role.LEARNER, Role.TEACHER, Role.ADMINISTRATOR):
            relations = set(world.things[role][name])
            assert {OWN, FOREIGN} <= relations, f"{name}: add one to the world of this test"


def asked(route: APIRoute, world: World, role: Role) -> Iterator[tuple[Relation, str]]:
    """Every relation in which the role can stand to the route, with the address to ask."""
    named = re.findall(r"{(\w+)", route.path)
    related = [name for name in named if name in RELATIONS]
    for relation in Relation:
        if related and any(relation not in world.things[role][name] for name in related):
            continue
        if not related and relation is not OWN:
            continue
        ids = {name: str(world.things[role][name][relation]) for name in related}
        ids |= {name: str(uuid4()) for name in named if name not in related}
        yield relation, route.path.format(**ids)


def expected(action: str, role: Role, relation: Relation) -> int:
    if allowed(action, role, relation):
        return LET_IN
    if role is Role.VISITOR:
        return 401
    known = not role_may_ever(action, role) or allowed("course.read", role, relation)
    return 403 if known else 404


@pytest.mark.parametrize("entry", ROUTES, ids=label)
def test_matrix(world: World, entry: tuple[str, APIRoute]) -> None:
    prefix, route = entry
    (gate,) = gates(route)
    if isinstance(gate, InBulk):
        pytest.skip("asked where the batches are stored: test_batches_stand_under_the_table")
    method, wrong, count = min(route.methods), [], 0
    for role in Role:
        for relation, path in asked(route, world, role):
            wanted = expected(gate.action, role, relation)
            clients = world.stubs if wanted == LET_IN else world.clients
            got = clients[role].request(method, prefix + path).status_code
            count += 1
            if got != wanted:
                wrong.append(f"{role}, {relation}: {got}, not {wanted}")
    assert not wrong
    assert count >= 3


@pytest.mark.parametrize("role", list(Role))
def test_batches_stand_under_the_table(world: World, role: Role) -> None:
    """The ingest asks the table itself, for many batches at once."""
    for relation in Relation:
        things = world.things[role]
        if relation not in things["course_id"]:
            continue
        names = ("course_id", "lesson_id", "point_id")
        batch = {
            "batch_id": str(uuid4()),
            **{name: str(things[name][relation]) for name in names},
            "started_at_s": 1_752_451_200.0, "sent_at_s": 1_752_451_210.0,
            "interval_s": 1.0, "lost_readings": 0,
            "readings": [{
                "time_s": 0.0, "face": False, "yaw_deg": None, "pitch_deg": None,
                "roll_deg": None, "eye_openness": None, "mouth_openness": None,
                "quality": None, "expression": None,
            }],
        }  # fmt: skip
        answer = world.clients[role].post(f"{API}/observations", json=batch)
        wanted = expected("observation.send", role, relation)
        if wanted == LET_IN:  # let in, but nobody has agreed to be observed
            assert (answer.status_code, answer.json()["code"]) == (403, "consent_needed")
        else:  # of courses that one does not study, the ingest tells nothing
            assert answer.status_code in ({401} if wanted == 401 else {403, 404}), (
                f"{relation}: {answer.text}"
            )


def test_a_stranger_is_told_nothing_by_the_answer(world: World) -> None:
    """A course that is not there and one that may not be seen: the same words."""
    client, foreign = world.clients[Role.LEARNER], world.things[Role.LEARNER]["course_id"][FOREIGN]
    hidden, absent = (client.get(f"{API}/courses/{id_}") for id_ in (foreign, uuid4()))
    assert (hidden.status_code, hidden.json()) == (absent.status_code, absent.json())


def test_a_learner_cannot_become_a_teacher(shared_classroom: Classroom) -> None:
    given = {"email": "eve@example.org", "name": "Eve", "password": PASSWORD, "role": "teacher"}
    assert shared_classroom.visitor().post(f"{API}/accounts", json=given).status_code == 422
