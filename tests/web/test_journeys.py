"""From registering to erasing: learner, camera, server, teacher, all real."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from tests.web.classroom import Classroom, Client
from tests.web.webcam import clip_of
from web.fake_webcam import make_clip

from mien.labels import FERPLUS

SHARED = Path(os.environ.get("MIEN_SHARED", Path(__file__).parents[3] / "shared"))
PASSWORD = "blue kettle, warm bread"
CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
#: A notice needs thirty readings, one a second, and the next batch.
NOTICE_MS = 120_000
pytestmark = pytest.mark.skipif(
    not (SHARED / "data").is_dir(), reason=f"NO SHARED DATA at {SHARED} (MIEN_SHARED)"
)


def learner_before(
    launch: Callable[..., Browser], classroom: Classroom, clip: Path, name: str, **context: Any
) -> Page:
    """Somebody who registers, joins the course, agrees, and switches the camera on."""
    browser = launch(*CAMERA, f"--use-file-for-fake-video-capture={clip}")
    page = browser.new_context(base_url=classroom.url, **context).new_page()
    page.set_default_timeout(30_000)
    page.goto("/register")
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail").fill(f"{name.lower()}@new.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_text("You study no course yet")).to_be_visible()
    page.goto(f"/courses/{classroom.course}")
    page.get_by_role("button", name="Join this course").click()
    expect(page.get_by_role("checkbox")).to_have_count(2)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Agree to what is ticked").click()
    page.get_by_role("link", name="To the lesson").click()
    folded = page.get_by_role("button", name="Show what is seen")
    expect(folded.or_(page.get_by_role("button", name="Switch the camera on"))).to_be_visible()
    if folded.is_visible():  # on a phone the lesson comes first
        folded.click()
    page.get_by_role("button", name="Switch the camera on").click()
    expect(page.get_by_text("Camera on, reading")).to_be_visible(timeout=60_000)
    return page


#: Everything that a reading may hold; a number each, or a name from a fixed list.
READING = {
    "time_s", "face", "yaw_deg", "pitch_deg", "roll_deg", "eye_openness", "mouth_openness",
    "quality", "expression",
}  # fmt: skip
#: Longer than any list or text of numbers about a face may be.
MOST_BYTES = 8_000


def only_numbers_left(requests: list[Request], origin: str) -> int:
    """Checks every request of a page; answers how many held readings."""
    batches = 0
    for request in requests:
        url = urlsplit(request.url)
        if url.scheme in ("blob", "data"):
            continue
        assert f"{url.scheme}://{url.netloc}" == origin, request.url
        body = request.post_data_buffer or b""
        assert len(body) < MOST_BYTES, url.path
        assert len(url.query) < 200
        if request.method in ("GET", "HEAD"):
            assert not body
        if url.path == "/api/v1/observations":
            batches += 1
            sent = json.loads(body)
            assert all(set(r) == READING for r in sent["readings"])
            values = [v for r in sent["readings"] for k, v in r.items() if k != "expression"]
            assert all(v is None or isinstance(v, bool | float | int | str) for v in values)
            assert all(len(v) < 12 for v in values if isinstance(v, str))
            for said in (r["expression"] for r in sent["readings"]):
                assert said is None or set(said) == {"name", "reason", "probabilities"}
    return batches


def test_nobody_in_view_brings_a_notice_on_a_phone(
    launch: Callable[..., Browser], classroom: Classroom, tmp_path: Path
) -> None:
    clip = make_clip(SHARED / "data/faces/no_face.mp4", tmp_path / "nobody.mjpeg", length_s=3.0)
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    page = learner_before(launch, classroom, clip, "Nadia", **phone)
    expect(page.get_by_role("button", name="Why this?")).to_be_visible(timeout=NOTICE_MS)
    page.get_by_role("button", name="Why this?").click()
    expect(page.get_by_text("No statement: no face was found in")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.context.close()


def test_a_troubled_face_a_call_and_an_erasure(
    launch: Callable[..., Browser], classroom: Classroom, tmp_path: Path
) -> None:
    clip = clip_of("anger", SHARED / "data/fer2013.zip", tmp_path / "angry.mjpeg")
    requests: list[Request] = []
    page = learner_before(launch, classroom, clip, "Nora")
    page.on("request", lambda request: requests.append(request))
    page.get_by_role("button", name="Open it").click(timeout=NOTICE_MS)
    expect(page.locator("#way-fuller[open]")).to_be_visible()
    teacher = teachers_page(launch, classroom)
    teacher.goto(f"/teaching/courses/{classroom.course}/live")
    expect(teacher.get_by_text("Too few to show")).to_be_visible()
    page.get_by_role("button", name="Call the teacher").click()
    page.get_by_label("Your question").fill("Why two brackets?")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(teacher.get_by_text("Why two brackets?")).to_be_visible()
    teacher.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Theo Teacher is on it")).to_be_visible()
    teacher.get_by_label("Your answer").fill("Round is continuous.")
    teacher.get_by_role("button", name="Answer and resolve").click()
    expect(page.get_by_text("Round is continuous.")).to_be_visible()
    assert only_numbers_left(requests, classroom.url) >= 3
    learning_is_shown_exported_and_erased(page, classroom)
    page.context.close()
    teacher.context.close()


def learning_is_shown_exported_and_erased(page: Page, classroom: Classroom) -> None:
    page.goto(f"/courses/{classroom.course}/learning")
    expect(page.get_by_text("One point seemed hard")).to_be_visible()
    expect(page.get_by_text("A fuller explanation is ready")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as JSON").click()
    kept = json.loads(Path(download.value.path()).read_text())
    assert "nora@new.example" in json.dumps(kept)
    page.get_by_role("button", name="Erase what was observed").click()
    page.get_by_role("button", name="Erase", exact=True).click()
    expect(page.get_by_text("One point seemed hard")).to_be_hidden()


def teachers_page(launch: Callable[..., Browser], classroom: Classroom) -> Page:
    context = launch().new_context(base_url=classroom.url)
    context.add_cookies(classroom.client("teacher").browser_cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page


def test_the_class_is_seen_as_a_group_and_as_it_changes(
    launch: Callable[..., Browser], classroom: Classroom
) -> None:
    page = teachers_page(launch, classroom)
    page.goto(f"/teaching/courses/{classroom.course}/live")
    expect(page.get_by_text("Too few to show")).to_be_visible()
    learners = [registered(classroom, f"learner{number}") for number in range(10)]
    for _ in range(2):
        for number, learner in enumerate(learners):
            learner.call("POST", "/observations", batch_of(classroom, number))
    expect(page.get_by_role("heading", name="Help queue")).to_be_visible()
    expect(page.get_by_text("Too few to show")).to_be_hidden()
    # Nora of the journey before may still count among the present.
    expect(page.get_by_text(re.compile(r"present 1[01] "))).to_be_visible()
    words = page.inner_text("main")
    assert not [n for n in range(10) if f"Learner {n}" in words or f"learner{n}" in words]
    until_kept(classroom, learners)
    page.goto(f"/teaching/courses/{classroom.course}/report")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("What a signal is").first).to_be_visible()
    page.context.close()


def until_kept(classroom: Classroom, learners: list[Client]) -> None:
    """The class goes on until a view of it was kept, which the report is made of."""
    teacher = classroom.client("teacher")
    for _ in range(20):
        trend = teacher.call("GET", f"/courses/{classroom.course}/live")["trend"]
        if any(kept["present"] for kept in trend):
            return
        for number, learner in enumerate(learners):
            learner.call("POST", "/observations", batch_of(classroom, number))
        time.sleep(2.0)
    raise AssertionError("no view of the class was kept")


def registered(classroom: Classroom, name: str) -> Client:
    """Somebody who joined the course and agreed, without a browser."""
    client = Client.new(classroom.url, name, f"{name}@group.example", PASSWORD)
    client.call("PUT", f"/courses/{classroom.course}/enrolment")
    wording = client.call("GET", f"/courses/{classroom.course}/consent")["wording"]["version"]
    body = {"presence": True, "affect": True, "wording": wording}
    client.call("PUT", f"/courses/{classroom.course}/consent", body)
    return client


def batch_of(classroom: Classroom, number: int) -> dict[str, Any]:
    name = "anger" if number < 4 else "happiness"
    said = {"name": name, "reason": "", "probabilities": {
        n: 0.93 if n == name else 0.01 for n in FERPLUS}}  # fmt: skip
    reading = {
        "face": True, "yaw_deg": 0.0, "pitch_deg": 0.0, "roll_deg": 0.0, "eye_openness": 0.3,
        "mouth_openness": 0.0, "quality": "", "expression": said,
    }  # fmt: skip
    lesson = classroom.client("learner").call("GET", f"/courses/{classroom.course}")["lessons"][0]
    now_s = time.time()
    return {
        "batch_id": str(uuid4()),
        "course_id": classroom.course,
        "lesson_id": lesson["id"],
        "point_id": classroom.points[0],
        "started_at_s": now_s - 10.0,
        "sent_at_s": now_s,
        "interval_s": 1.0,
        "lost_readings": 0,
        "readings": [{"time_s": float(n), **reading} for n in range(10)],
    }
