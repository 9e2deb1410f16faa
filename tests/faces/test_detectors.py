"""Every detector of the table, on real pictures; the geometry of tiles by hand."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mien.errors import ModelError, SettingsError
from mien.faces.detectors import DETECTORS, open_detector
from mien.faces.detectors.blazeface import RANGES, tile_views
from mien.faces.detectors.detection import Detection, intersection_over_union, keep_best


@pytest.fixture
def models(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "yunet.onnx").write_bytes((shared / "models/yunet_n_dynamic.onnx").read_bytes())
    monkeypatch.setenv("MIEN_MODELS_DIR", str(tmp_path))


def picture(shared: Path, name: str) -> np.ndarray:
    return np.asarray(Image.open(shared / "data/faces" / name).convert("RGB"))


@pytest.mark.parametrize("name", DETECTORS)
@pytest.mark.usefixtures("models")
def test_contract_one_face_none_and_odd_sizes(name: str, shared: Path) -> None:
    detector = open_detector(name)
    (face,) = detector.detect(picture(shared, "single_face.jpg"))
    # where the face is, read off the photograph by eye: x 180 to 380, y 160 to 400
    assert intersection_over_union(face.box_px, (180, 170, 200, 225)) > 0.5
    assert 0 < face.score <= 1
    assert abs(face.roll_deg) < 10
    assert detector.detect(picture(shared, "free-mountain-vector-01.jpg")) == []
    for shape in ((1, 1), (2, 300), (300, 2), (31, 17)):
        assert detector.detect(np.zeros((*shape, 3), np.uint8)) == []


def test_full_range_finds_all_five(shared: Path) -> None:
    image = picture(shared, "multi_face.jpg")
    assert len(open_detector("blazeface-tiles").detect(image)) == 5
    assert len(open_detector("blazeface-short").detect(image)) < 5


def test_unknown_name_lists_the_valid_ones() -> None:
    with pytest.raises(SettingsError, match="Did you mean 'blazeface'"):
        open_detector("blazface")


def test_missing_yunet_names_the_command(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("MIEN_MODELS_DIR", str(tmp_path))
    with pytest.raises(ModelError, match="mien models pull yunet"):
        open_detector("yunet")


def test_anchors_count_and_first_centres() -> None:
    short, full = RANGES["short"].anchors(), RANGES["full"].anchors()
    assert short.shape == (896, 2)
    assert full.shape == (2304, 2)
    np.testing.assert_allclose(short[:3], [[4, 4], [4, 4], [12, 4]])
    np.testing.assert_allclose(full[:2], [[2, 2], [6, 2]])


def test_tiles_cover_the_picture_and_overlap() -> None:
    views = tile_views(1600, 900, 2)
    covered = np.zeros((900, 1600), bool)
    for x, y, w, h in views:
        assert x >= 0
        assert y >= 0
        assert x + w <= 1600
        assert y + h <= 900
        covered[y : y + h, x : x + w] = True
    assert covered.all()
    assert tile_views(1600, 900, 0) == []
    assert tile_views(500, 500, 1) == []


def test_keep_best_drops_the_same_face_and_pieces_of_it() -> None:
    sure = Detection((0, 0, 100, 100), 0.9)
    same, piece = Detection((5, 5, 100, 100), 0.8), Detection((10, 10, 40, 40), 0.7)
    other = Detection((300, 0, 100, 100), 0.6)
    assert keep_best([other, piece, same, sure]) == [sure, other]
