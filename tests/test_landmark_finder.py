"""Landmarks that the mesh finds in pictures of data sets, and what is kept of them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from mien import landmark_finder
from mien.capture import open_source
from mien.datasets.sample import Sample
from mien.landmark_finder import LandmarkFinder, with_landmarks
from mien.networks.landmark_points import COUNT, landmarks_of_mesh
from mien.pipeline import Pipeline

#: Of the face's width; a hair more than the mesh of a 48-px copy is off by.
NEAR = 0.06


@pytest.fixture(scope="module")
def photograph(shared: Path) -> np.ndarray:
    picture = cv2.imread(str(shared / "data/faces/single_face.jpg"))
    return np.ascontiguousarray(picture[..., ::-1])


@pytest.fixture(scope="module")
def face(shared: Path):
    """As the pipeline finds it in the whole photograph, by its detector."""
    with Pipeline() as pipeline, open_source(shared / "data/faces/single_face.jpg") as source:
        ((_, face),) = pipeline.read(next(iter(source)), pipeline.follower()).faces
    return face


@pytest.mark.parametrize("side_px", [48, 224])
def test_a_tight_crop_has_the_landmarks_of_the_photograph(photograph, face, side_px) -> None:
    x, y, width, height = face.box_px
    side = max(width, height) * 1.15
    left, top = x + width / 2 - side / 2, y + height / 2 - side / 2
    scale = side_px / side
    forward = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
    crop = cv2.warpAffine(photograph, forward, (side_px, side_px), flags=cv2.INTER_AREA)
    found = LandmarkFinder().find(crop)
    assert found is not None
    assert found.shape == (COUNT, 2)
    expected = landmarks_of_mesh(face.mesh_px) * scale + forward[:, 2]
    assert np.abs(found - expected).max() < NEAR * side_px


def test_a_small_face_in_a_photograph_is_found_by_the_detector(photograph, face) -> None:
    found = LandmarkFinder().find(photograph)
    assert found is not None
    off = np.abs(found - landmarks_of_mesh(face.mesh_px)).max()
    assert off < NEAR * face.box_px[2]


def test_samples_keep_what_they_have_and_nothing_is_found_twice(
    photograph, tmp_path, monkeypatch
) -> None:
    given = np.zeros((68, 2), np.float32)
    clip = np.zeros((4, 48, 48, 3), np.uint8)
    samples = [
        Sample("face", 0, "fer2013", "train", photograph),
        Sample("grey", 0, "fer2013", "train", np.full((48, 48, 3), 128, np.uint8)),
        Sample("given", 0, "fer2013", "train", photograph, landmarks_px=given),
        Sample("clip", 0, "fer2013", "train", clip),
        Sample("lost", 0, "fer2013", "train", tmp_path / "lost.png"),
    ]
    done: list[tuple[int, int]] = []
    found = with_landmarks(samples, tmp_path, lambda *counts: done.append(counts))
    assert [s.landmarks_px is None for s in found] == [False, True, False, True, True]
    assert found[2].landmarks_px is given
    assert done == [(3, 3)]

    def never() -> LandmarkFinder:
        raise AssertionError("looked again")

    monkeypatch.setattr(landmark_finder, "LandmarkFinder", never)
    again = with_landmarks(samples, tmp_path)
    np.testing.assert_array_equal(again[0].landmarks_px, found[0].landmarks_px)
    (kept,) = tmp_path.glob("landmarks-*.npz")
    kept.write_bytes(kept.read_bytes()[:100])  # an old version's half file
    with pytest.raises(AssertionError, match="looked again"):
        with_landmarks(samples, tmp_path)


def test_only_pictures_not_seen_before_are_looked_at(photograph, tmp_path) -> None:
    def named(name: str, label_set: str = "fer2013", image: np.ndarray = photograph) -> Sample:
        return Sample(name, 0, label_set, "train", image)

    looked: list[tuple[int, int]] = []

    def ask(*samples: Sample) -> list[Sample]:
        return with_landmarks(samples, tmp_path, lambda *counts: looked.append(counts))

    (first,) = ask(named("a"))
    # Another label of the same picture is the same picture; other pixels are not.
    changed = np.ascontiguousarray(photograph[:, ::-1])
    found = ask(named("b"), named("a", "ferplus"), named("a", image=changed))
    assert looked == [(1, 1), (2, 2)]
    np.testing.assert_array_equal(found[1].landmarks_px, first.landmarks_px)
    assert found[1].label_set == "ferplus"
    assert not np.array_equal(found[2].landmarks_px, first.landmarks_px)


def test_an_interrupted_search_keeps_what_it_found(photograph, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(landmark_finder, "_AT_ONCE", 1)
    monkeypatch.setattr(landmark_finder, "_KEPT_AFTER", 2)
    samples = [Sample(n, 0, "fer2013", "train", photograph) for n in "abcd"]

    def interrupt(done: int, _: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        with_landmarks(samples, tmp_path, interrupt)
    looked: list[tuple[int, int]] = []
    with_landmarks(samples, tmp_path, lambda *counts: looked.append(counts))
    assert looked == [(1, 2), (2, 2)]


def test_a_training_learns_with_what_is_found(photograph, face, tmp_path, monkeypatch) -> None:
    torch = pytest.importorskip("torch")
    from mien.training.prepared_data import prepare
    from mien.training.recipe_file import find_recipe, read_recipe

    monkeypatch.setenv("MIEN_CACHE_DIR", str(tmp_path / "cache"))
    x, y, width, height = (round(v) for v in face.box_px)
    for split in ("train", "val"):
        for label in ("happy", "sad"):
            place = tmp_path / "faces" / split / label
            place.mkdir(parents=True)
            crop = photograph[y : y + height, x : x + width, ::-1]
            cv2.imwrite(str(place / "1.png"), cv2.resize(crop, (64, 64)))
    for how, known in (("found", True), ("given", False)):
        settings = ["dataset=folder", f"landmarks={how}"]
        recipe = read_recipe(find_recipe("landmark-cnn-fer2013-cpu"), settings)
        data = prepare(recipe, tmp_path / "faces")
        assert data.with_landmarks is known
        item = data.validation.drawn(0, 0)
        assert bool((item["landmarks"] >= 0).all()) is known
        assert item["landmarks"].dtype == torch.float32
