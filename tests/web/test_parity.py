"""The same pictures through Python and through the worker in a real browser."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser
from web.stand_in import Platform, serve

from mien.expression.recognizer import Recognizer
from mien.faces.detectors import open_detector
from mien.faces.detectors.detection import intersection_over_union
from mien.faces.follower import FaceFollower
from mien.faces.mesh import FaceMesh
from mien.observations import Expression, Face, Frame
from web.pictures import Image, pictures

#: The bars of the requirement.
BOX_IOU, POSE_DEG, PROBABILITY = 0.95, 1.0, 0.02
#: Of openness ratios and of the measures of quality, in their own units.
OPENNESS, QUALITY = 0.01, 0.01

#: Starts the built worker and lets it read pictures given as PNG.
READ = """async ({worker, pngs}) => {
  const vision = new Worker(worker, {type: 'module'});
  const answer = (wanted) => new Promise((resolve, reject) => {
    vision.onmessage = ({data}) => {
      if (data.kind === 'failed' || data.kind === 'unread') reject(new Error(data.message));
      else if (data.kind === wanted) resolve(data);
    };
  });
  vision.postMessage({kind: 'start', affect: true});
  await answer('ready');
  const readings = [];
  for (const png of pngs) {
    const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
    const blob = new Blob([bytes], {type: 'image/png'});
    const picture = await createImageBitmap(blob, {colorSpaceConversion: 'none'});
    vision.postMessage({kind: 'read', id: 0, picture, previous: null}, [picture]);
    const {reading} = await answer('reading');
    if (reading.face) delete reading.face.mesh;
    readings.push(reading);
  }
  vision.terminate();
  return readings;
}"""

Seen = tuple[Face, Expression]


def in_python(images: list[Image]) -> list[list[Seen]]:
    """All faces of each picture, found with the same detector."""
    recognizer, mesh, detector = Recognizer(), FaceMesh(), open_detector("blazeface-short")
    result = []
    for image in images:
        faces = [f for _, f in FaceFollower(detector, mesh).read(Frame(image, 0.0))]
        result.append(list(zip(faces, recognizer.read_faces(image, faces), strict=True)))
    return result


def in_browser(browser: Browser, platform: Platform, ui: Path, images: list[Image]) -> list[Any]:
    (worker,) = (ui / "assets").glob("worker-*.js")
    coded = [cv2.imencode(".png", cv2.cvtColor(i, cv2.COLOR_RGB2BGR))[1] for i in images]
    pngs = [base64.b64encode(png.tobytes()).decode() for png in coded]
    page = browser.new_page()
    page.goto(platform.url)
    readings: list[Any] = page.evaluate(READ, {"worker": f"/assets/{worker.name}", "pngs": pngs})
    page.close()
    return readings


@pytest.fixture(scope="module")
def both(
    shared: Path, ui: Path, launch: Callable[..., Browser]
) -> list[tuple[str, list[Seen], Any]]:
    named = list(pictures(shared / "data/faces"))
    images = [image for _, image in named]
    with serve(ui) as platform:
        browser = in_browser(launch(), platform, ui, images)
    names = [name for name, _ in named]
    return list(zip(names, in_python(images), browser, strict=True))


def same_face(seen: list[Seen], box: tuple[float, ...]) -> Seen:
    return max(seen, key=lambda one: intersection_over_union(one[0].box_px, box))


def test_the_same_pictures_hold_a_face(both: list[tuple[str, list[Seen], Any]]) -> None:
    differ = [name for name, seen, reading in both if bool(seen) != bool(reading["face"])]
    assert differ == []
    with_face = sum(bool(seen) for _, seen, _ in both)
    assert with_face > 30
    assert with_face < len(both)  # pictures without a face are there too


def test_boxes_poses_and_openness_agree(both: list[tuple[str, list[Seen], Any]]) -> None:
    for name, seen, reading in both:
        if not seen:
            continue
        face = reading["face"]
        ours, _ = same_face(seen, tuple(face["box"]))
        assert intersection_over_union(ours.box_px, tuple(face["box"])) >= BOX_IOU, name
        assert ours.pose is not None, name
        assert face["pose"] is not None, name
        for angle in ("yaw", "pitch", "roll"):
            difference = getattr(ours.pose, f"{angle}_deg") - face["pose"][f"{angle}Deg"]
            assert abs(difference) <= POSE_DEG, (name, angle, difference)
        assert face["eyeOpenness"] == pytest.approx(ours.eye_openness, abs=OPENNESS), name
        assert face["mouthOpenness"] == pytest.approx(ours.mouth_openness, abs=OPENNESS), name


def test_quality_agrees(both: list[tuple[str, list[Seen], Any]]) -> None:
    reasons = set()
    for name, seen, reading in both:
        if not seen:
            continue
        face = reading["face"]
        ours = same_face(seen, tuple(face["box"]))[0].quality
        assert ours is not None
        assert face["quality"]["reason"] == ours.reason, name
        reasons.add(ours.reason)
        for measure in ("sharpness", "brightness", "contrast", "visible"):
            expected = pytest.approx(getattr(ours, measure), abs=QUALITY)
            assert face["quality"][measure] == expected, (name, measure)
    assert len(reasons) >= 3, reasons


def test_probabilities_agree(both: list[tuple[str, list[Seen], Any]]) -> None:
    compared = 0
    for name, seen, reading in both:
        if not seen:
            continue
        _, ours = same_face(seen, tuple(reading["face"]["box"]))
        theirs = reading["expression"]
        assert bool(ours.probabilities) == bool(theirs["probabilities"]), name
        for label, share in ours.probabilities.items():
            assert abs(share - theirs["probabilities"][label]) <= PROBABILITY, (name, label)
        top_two = np.sort(list(ours.probabilities.values()))[-2:]
        clear = not len(top_two) or top_two[1] - top_two[0] > 2 * PROBABILITY
        if clear and abs(ours.confidence - Recognizer().facts.threshold) > PROBABILITY:
            assert theirs["name"] == ours.label, name
            assert theirs["reason"] == ours.reason, name
        compared += bool(ours.probabilities)
    assert compared > 25
