"""The whole API, asked with values made from its own description by people of every role:
whatever comes, no answer is a defect, and what is answered is what was described."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, openapi
from sqlalchemy.exc import IntegrityError

from mien.server.actions import logins
from mien.server.openapi import describe
from mien.server.permissions import Relation, Role
from mien.server.security.cookies import cookie_name
from server.classroom import ORIGIN, Classroom
from server.test_permissions import stub_app
from server.world import World, make_world

#: Of one operation, of good and of bad values each; every one is sent by all four roles.
#: PostgreSQL is the stricter about values.
EXAMPLES = {"sqlite": 1, "postgresql": 2}
_MADE = dict[tuple[str, str], list[Any]]()
#: Streams do not end; their own tests read them.
STREAM = "/events"
#: A case of these may end the log-in that the next one needs.
ENDS_LOGINS = ("account", "session")
BOUNDED = settings(
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def world(shared_classroom: Classroom) -> World:
    """Real identifiers, so that not every answer is 404."""
    return make_world(shared_classroom, stub_app(shared_classroom))


def operations(app: Any) -> list[Any]:
    """What deletes comes last, and what deletes people last of all."""
    schema = openapi.from_dict(app.openapi())
    found = [result.ok() for result in schema.get_all_operations()]
    told = [operation for operation in found if not operation.path.endswith(STREAM)]
    assert len(told) > 50

    def gravity(operation: Any) -> int:
        deletes = operation.method.upper() == "DELETE"
        return 2 * ("account" in operation.path) + 1 if deletes else 0

    return sorted(told, key=gravity)


def test_no_answer_is_a_defect(shared_classroom: Classroom, world: World) -> None:
    room, count, wrong = shared_classroom, 0, list[str]()
    examples = EXAMPLES["sqlite" if room.services.database.is_sqlite else "postgresql"]
    for operation in operations(room.app):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for case in cases(operation, mode)[:examples]:
                for role in Role:
                    count += 1
                    wrong += ask(world, role, case)
                    if any(word in operation.path for word in ENDS_LOGINS):
                        log_in_anew(room, world, role)
    assert not wrong, "\n".join(sorted(set(wrong))[:20])
    assert count > 400 * examples


def cases(operation: Any, mode: GenerationMode) -> list[Any]:
    """Some, the same in every run; none where no bad value can be made."""
    made = _MADE.setdefault((operation.label, mode.value), [])
    if made:
        return made

    @seed(20250714)
    @settings(BOUNDED, max_examples=max(EXAMPLES.values()))
    @given(case=st.deferred(lambda: operation.as_strategy(generation_mode=mode)))
    def collect(case: Any) -> None:
        made.append(case)

    try:
        collect()
    except Exception as error:
        # Without parameters and body there is nothing bad to send.
        if mode is GenerationMode.POSITIVE or "nsatisf" not in type(error).__name__:
            raise
    return made


def ask(world: World, role: Role, case: Any) -> list[str]:
    """What is wrong with the answer to one person."""
    things = world.things[role]
    for name in set(case.path_parameters or {}) & set(things):
        known = list(things[name].values())
        if known and len(str(case.path_parameters[name])) == 36:  # a good one: make it exist
            case.path_parameters[name] = str(known[len(repr(case.body)) % len(known)])
    asked = case.as_transport_kwargs(base_url=ORIGIN)
    asked.pop("cookies", None)
    sent = {key: value for key, value in asked.items() if key in ("params", "json", "content")}
    sent |= {"content": asked["data"]} if asked.get("data") is not None else {}
    headers = {name: str(value) for name, value in (asked.get("headers") or {}).items()}
    headers = {n: v for n, v in headers.items() if n.lower() in ("content-type", "accept")}
    answer = world.clients[role].request(asked["method"], asked["url"], headers=headers, **sent)
    told = f"{role}: {case.method} {case.path}: {answer.status_code} {answer.text[:200]}"
    if answer.status_code >= 500:
        return [f"{told} to {sent}"]
    kind = answer.headers.get("content-type", "")
    if answer.status_code >= 400 and kind != "application/problem+json":
        return [f"{told}: a refusal of another form, {kind}"]
    return []


def log_in_anew(room: Classroom, world: World, role: Role) -> None:
    """Whatever became of the log-in; not where the account was erased."""
    if role is Role.VISITOR:
        return
    account = world.things[role]["account_id"][Relation.OWN]
    with suppress(IntegrityError):
        token = logins.open_session(room.services, account, "")
        world.clients[role].cookies.clear()
        world.clients[role].cookies.set(cookie_name(room.services.settings), token)


def facts_of(description: dict[str, Any]) -> tuple[set[tuple[str, str]], dict[str, set[str]]]:
    """Operations, and the fields of each schema: what does not depend on FastAPI's version."""
    operations = {
        (method, path) for path, methods in description["paths"].items() for method in methods
    }
    schemas = description["components"]["schemas"]
    return operations, {name: set(told.get("properties", {})) for name, told in schemas.items()}


def test_the_pages_are_built_for_this_server() -> None:
    kept = Path(__file__).resolve().parents[2] / "web" / "openapi.json"
    assert facts_of(json.loads(kept.read_text())) == facts_of(describe()), (
        "python -m mien.server.openapi > web/openapi.json"
    )
