"""A camera that goes away in the middle of a lesson: said, not taken for an absent learner."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.web.classroom import Client, open_classroom

CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
KEEP_THE_TRACK = """
const ask = MediaDevices.prototype.getUserMedia;
MediaDevices.prototype.getUserMedia = async function (wanted) {
  const stream = await ask.call(this, wanted);
  window.track = stream.getVideoTracks()[0];
  return stream;
};
"""
#: What the browser does when a camera is unplugged, and when a switch or a call silences it.
WAYS = {
    "unplugged": "track.dispatchEvent(new Event('ended'))",
    "silenced": "Object.defineProperty(track, 'muted', {value: true})",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_camera_that_goes_away_is_said_to_be_away(
    launch: Callable[..., Browser], ui: Path, tmp_path: Path, way: str
) -> None:
    assert ui.is_dir()
    with open_classroom(tmp_path) as classroom:
        client = Client.new(classroom.url, "Lin", "lin@camera.example", "blue kettle, warm bread")
        client.call("PUT", f"/courses/{classroom.course}/enrolment")
        wording = client.call("GET", f"/courses/{classroom.course}/consent")["wording"]["version"]
        body = {"presence": True, "affect": False, "wording": wording}
        client.call("PUT", f"/courses/{classroom.course}/consent", body)
        context = launch(*CAMERA).new_context(base_url=classroom.url)
        context.add_init_script(KEEP_THE_TRACK)
        context.add_cookies(client.browser_cookies())  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"/courses/{classroom.course}/study")
        page.get_by_role("button", name="Switch the camera on").click()
        reading = page.get_by_text("Camera on, reading")
        expect(reading).to_be_visible(timeout=60_000)
        page.evaluate(WAYS[way])
        expect(page.get_by_text("The camera went away")).to_be_visible()
        page.get_by_role("button", name="Try again").click()
        expect(reading).to_be_visible(timeout=60_000)
        context.close()
