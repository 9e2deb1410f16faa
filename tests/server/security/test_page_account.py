"""An open page of one account, while another is logged in in the same browser."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from mien.server.access import InBulk
from mien.server.database.tables import ObservationBatch
from mien.server.security.page_account import HEADER, other_account
from server.classroom import Classroom
from server.lessons import taught_course
from server.sending import batch, observed
from server.teaching import API, problem
from server.test_permissions import ROUTES, gates, label

XENIA = UUID("00000000-0000-4000-8000-00000000000a")
ASKING = [(prefix, route) for prefix, route in ROUTES if not isinstance(gates(route)[0], InBulk)]


def account_of(client: Any) -> str:
    account: str = client.get(f"{API}/session").json()["account"]["id"]
    return account


@pytest.mark.parametrize(
    ("wanted", "logged_in", "refused"),
    [
        ("", XENIA, False),
        ("", None, False),
        (str(XENIA), XENIA, False),
        (str(XENIA), None, True),
        (str(XENIA), uuid4(), True),
        ("none", None, True),
        ("not an identifier", XENIA, True),
    ],
)
def test_only_the_account_itself_or_nothing_is_let_in(
    wanted: str, logged_in: UUID | None, refused: bool
) -> None:
    assert (other_account(wanted, logged_in) is not None) == refused


@pytest.mark.parametrize("entry", ASKING, ids=label)
def test_no_route_serves_the_page_of_another(
    shared_sqlite_classroom: Classroom, entry: Any
) -> None:
    prefix, route = entry
    (method,) = route.methods
    yann, xenia = (shared_sqlite_classroom.person(name) for name in ("yann", "xenia"))
    answer = yann.request(method, prefix + route.path, headers={HEADER: account_of(xenia)})
    problem(answer, 401)
    assert answer.json()["code"] == "sign_in_needed"


def test_the_own_page_changes_as_before(sqlite_classroom: Classroom) -> None:
    yann, xenia = (sqlite_classroom.person(name) for name in ("yann", "xenia"))
    for page_of, status in ((yann, 200), (xenia, 401)):
        answer = yann.patch(
            f"{API}/account", json={"name": "Y."}, headers={HEADER: account_of(page_of).upper()}
        )
        assert answer.status_code == status
    assert yann.delete(f"{API}/session", headers={HEADER: account_of(xenia)}).status_code == 401
    assert account_of(yann)  # still logged in


def test_readings_of_an_old_page_are_never_those_of_who_logged_in_since(
    lawful: Classroom,
) -> None:
    course = taught_course(lawful)
    xenia, yann = (observed(lawful, course, name) for name in ("xenia", "yann"))
    headers = {HEADER: account_of(xenia)}
    body = batch(lawful, course)
    for browser in (yann, lawful.visitor()):
        refused = browser.post(f"{API}/observations", json=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (401, "sign_in_needed")
    kept = select(func.count()).select_from(ObservationBatch)
    with lawful.services.database.reading() as session:
        assert session.scalar(kept) == 0
    # She logs in again: the batch that waited goes through, under the same id.
    assert xenia.post(f"{API}/observations", json=body, headers=headers).json() == {
        "duplicate": False
    }
