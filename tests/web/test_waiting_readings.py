"""Readings that wait in a browser for several courses, one of which takes none any more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.web.classroom import Classroom, Client

PASSWORD = "blue kettle, warm bread"
READING = {
    "time_s": 0.0, "face": False, "yaw_deg": None, "pitch_deg": None, "roll_deg": None,
    "eye_openness": None, "mouth_openness": None, "quality": None, "expression": None,
}  # fmt: skip
#: As an earlier visit left them.
LEAVE = """([account, batches]) => new Promise((resolve, reject) => {
  const request = indexedDB.open("mien", 1);
  request.onupgradeneeded = () => request.result
    .createObjectStore("batches", { autoIncrement: true }).createIndex("account", "account");
  request.onerror = reject;
  request.onsuccess = () => {
    const work = request.result.transaction("batches", "readwrite");
    for (const batch of batches) work.objectStore("batches").add({ account, batch });
    work.oncomplete = () => { request.result.close(); resolve(); };
  };
})"""


@pytest.fixture
def page(launch: Callable[..., Browser], classroom: Classroom) -> Iterator[Page]:
    context = launch().new_context(base_url=classroom.url)
    yield context.new_page()
    context.close()


def new_course(teacher: Client) -> str:
    course: str = teacher.call("POST", "/courses", {"title": "The other course"})["id"]
    lesson = teacher.call("POST", f"/courses/{course}/lessons", {"title": "One"})["id"]
    teacher.call("POST", f"/lessons/{lesson}/points", {"title": "A point", "body": "Words."})
    teacher.call("PUT", f"/courses/{course}/publication", {"published": True})
    return course


def decide(client: Client, course: str, *, presence: bool) -> None:
    wording = client.call("GET", f"/courses/{course}/consent")["wording"]["version"]
    body = {"presence": presence, "affect": False, "wording": wording}
    client.call("PUT", f"/courses/{course}/consent", body)


def waiting(client: Client, course: str) -> dict[str, Any]:
    lesson = client.call("GET", f"/courses/{course}")["lessons"][0]
    return {
        "batch_id": str(uuid4()), "course_id": course, "lesson_id": lesson["id"],
        "point_id": lesson["points"][0]["id"], "started_at_s": time.time() - 60.0,
        "interval_s": 1.0, "lost_readings": 0, "readings": [READING],
    }  # fmt: skip


def test_a_course_that_takes_nothing_costs_another_none_of_its_readings(
    page: Page, classroom: Classroom
) -> None:
    client = Client.new(classroom.url, "Wanda", "wanda@waiting.example", PASSWORD)
    left, kept = new_course(classroom.client("teacher")), classroom.course
    for course in (left, kept):
        client.call("PUT", f"/courses/{course}/enrolment")
        decide(client, course, presence=True)
    batches = [waiting(client, course) for course in (left, kept, kept, kept)]
    decide(client, left, presence=False)  # on another computer
    page.context.add_cookies(client.browser_cookies())  # type: ignore[arg-type]
    page.goto("/icon.svg")  # of the same origin, without a page that sends
    account = client.call("GET", "/session")["account"]["id"]
    page.evaluate(LEAVE, [account, batches])
    sent: list[int] = []
    page.on(
        "response", lambda r: sent.append(r.status) if r.url.endswith("/observations") else None
    )
    page.goto(f"/courses/{kept}/study")
    expect(page.get_by_role("button", name="Switch the camera on")).to_be_visible()
    for _ in range(100):
        if len(sent) >= len(batches):
            break
        page.wait_for_timeout(100)
    tables = client.call("GET", "/account/export?format=json")["tables"]
    assert sent == [403, 202, 202, 202]
    assert {row["batch_id"] for row in tables["observation_batches"]} == {
        batch["batch_id"] for batch in batches[1:]
    }
