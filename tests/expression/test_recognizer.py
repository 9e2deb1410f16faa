"""The recogniser with the bundled model, and with files that are none."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

from mien.errors import ModelError
from mien.expression.calibration import Calibration
from mien.expression.model_facts import ModelFacts
from mien.expression.recognizer import Recognizer
from mien.faces.detectors import open_detector
from mien.faces.follower import FaceFollower
from mien.faces.mesh import FaceMesh
from mien.labels import FER2013, FERPLUS
from mien.network_input import NetworkInput
from mien.observations import Face, Frame, Quality
from mien.weights import model_path

CROPS = np.random.default_rng(0).random((3, 48, 48), np.float32)


def test_probabilities_sum_to_one_and_batches_equal_singles() -> None:
    recognizer = Recognizer()
    together = recognizer.probabilities(CROPS)
    assert together.shape == (3, 8)
    np.testing.assert_allclose(together.sum(1), 1)
    alone = np.concatenate([recognizer.probabilities(c[None]) for c in CROPS])
    np.testing.assert_allclose(together, alone, atol=1e-4)
    assert recognizer.read(CROPS[:0]) == []


def test_noise_is_not_called_neutral_with_confidence() -> None:
    for expression in Recognizer().read(CROPS):
        assert expression.is_unknown == (expression.confidence < 0.5)


def test_smiles_are_smiles(shared: Path) -> None:
    follower = FaceFollower(open_detector("blazeface"), FaceMesh())
    image = np.asarray(Image.open(shared / "data/faces/single_face.jpg").convert("RGB"))
    faces = [face for _, face in follower.read(Frame(image, 0.0))]
    (expression,) = Recognizer().read_faces(image, faces)
    assert expression.label == "happiness"


#: Half of the face at 190,175 of 189x225 px, as rows and columns of the picture.
HALVES = {
    "lower": (slice(287, 411), slice(180, 389)),
    "left": (slice(152, 423), slice(171, 285)),
    "right": (slice(152, 423), slice(285, 398)),
}
#: Times the light of the picture, enough that the network takes the face for covered.
BURNING = 6.0
COLOURS = {"grey": (120, 120, 120), "skin": (205, 160, 140), "cloth": (30, 60, 120)}


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("colour", COLOURS)
def test_a_half_covered_face_is_unknown(shared: Path, half: str, colour: str) -> None:
    follower = FaceFollower(open_detector("blazeface"), FaceMesh())
    image = np.array(Image.open(shared / "data/faces/single_face.jpg").convert("RGB"))
    image[HALVES[half]] = COLOURS[colour]
    faces = [face for _, face in follower.read(Frame(image, 0.0))]
    (expression,) = Recognizer().read_faces(image, faces)
    assert (expression.label, expression.reason) == ("unknown", "covered")


def test_a_burnt_out_face_is_not_called_covered(shared: Path) -> None:
    """Found in good light, read in six times as much light: the network calls it covered."""
    follower = FaceFollower(open_detector("blazeface"), FaceMesh())
    image = np.array(Image.open(shared / "data/faces/single_face.jpg").convert("RGB"))
    faces = [face for _, face in follower.read(Frame(image, 0.0))]
    bright = (image.astype(np.float32) * BURNING).clip(0, 255).astype(np.uint8)
    (expression,) = Recognizer().read_faces(bright, faces)
    assert (expression.label, expression.reason) == ("unknown", "overexposed")


def test_a_poor_face_is_unknown_with_its_reason_and_not_looked_at() -> None:
    poor = Face((0, 0, 10, 10), 0.9, quality=Quality(10, 1, 0.5, 0.2, 1, "small"))
    good = Face((0, 0, 40, 40), 0.9, quality=Quality(40, 1, 0.5, 0.2, 1))
    image = np.random.default_rng(2).integers(0, 255, (50, 50, 3), np.uint8)
    first, second = Recognizer().read_faces(image, [poor, good])
    assert (first.label, first.reason, dict(first.probabilities)) == ("unknown", "small", {})
    assert set(second.probabilities) == set(FERPLUS)


def test_faces_read_together_are_told_as_each_alone(shared: Path) -> None:
    follower = FaceFollower(open_detector("blazeface"), FaceMesh())
    image = np.asarray(Image.open(shared / "data/faces/multi_face.jpg").convert("RGB"))
    faces = [face for _, face in follower.read(Frame(image, 0.0))]
    faces.insert(2, Face((0, 0, 10, 10), 0.9, quality=Quality(10, 1, 0.5, 0.2, 1, "small")))
    recognizer = Recognizer()
    together = recognizer.read_faces(image, faces)
    assert together == [recognizer.read_faces(image, [face])[0] for face in faces]
    assert [one.reason for one in together].index("small") == 2
    assert len({one.confidence for one in together}) > 3
    assert recognizer.read_faces(image, []) == []


def pointing(path: Path) -> Path:
    """A file whose answer is where the first of two landmarks lies, and nothing else: the
    logits of seven classes are its x times 0 to 6."""
    image = onnx.helper.make_tensor_value_info("image", 1, ["batch", 1, 48, 48])
    landmarks = onnx.helper.make_tensor_value_info("landmarks", 1, ["batch", 2, 2])
    logits = onnx.helper.make_tensor_value_info("logits", 1, ["batch", 7])
    weights = np.zeros((4, 7), np.float32)
    weights[0] = np.arange(7)
    nodes = [
        onnx.helper.make_node("Flatten", ["landmarks"], ["row"]),
        onnx.helper.make_node("MatMul", ["row", "weights"], ["logits"]),
    ]
    held = [onnx.numpy_helper.from_array(weights, "weights")]
    graph = onnx.helper.make_graph(nodes, "pointing", [image, landmarks], [logits], held)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])
    model.ir_version = 10
    facts = ModelFacts(
        FER2013,
        Calibration(),
        0.0,
        output="logits",
        input=NetworkInput(48, channels=1, landmarks=2, mean=(0.0,), deviation=(1.0,)),
        landmarks=True,
    )
    onnx.helper.set_model_props(model, facts.to_metadata())
    onnx.save(model, path)
    return path


def test_each_face_of_a_batch_is_read_with_its_own_landmarks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faces 40 px wide whose first landmark lies at 0.1, 0.7 and, without a mesh, nowhere."""
    places = {10.0: 0.1, 60.0: 0.7, 110.0: -1.0}
    monkeypatch.setattr(
        "mien.expression.recognizer.face_landmarks",
        lambda face, _cut, count: np.full((count, 2), places[face.box_px[0]], np.float32),
    )
    image = np.full((100, 200, 3), 90, np.uint8)
    faces = [Face((x, 10.0, 40.0, 40.0), 0.9) for x in places]
    faces.insert(1, Face((5, 5, 9, 9), 0.9, quality=Quality(9, 1, 0.5, 0.2, 1, "small")))
    said = Recognizer(pointing(tmp_path / "pointing.onnx")).read_faces(image, faces)
    assert said[1].reason == "small"
    for expression, x in zip([said[0], *said[2:]], places.values(), strict=True):
        ratio = expression.probabilities[FER2013[6]] / expression.probabilities[FER2013[0]]
        assert ratio == pytest.approx(np.exp(6 * x), rel=1e-4)


def test_files_that_are_no_models(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model file"):
        Recognizer(tmp_path / "gone.onnx")
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    with pytest.raises(ModelError, match="not an ONNX model"):
        Recognizer(tmp_path / "bad.onnx")
    with pytest.raises(ModelError, match="does not say how to use it"):
        Recognizer(model_path("face_mesh"))


def test_wrong_labels_are_refused(tmp_path: Path) -> None:
    model = onnx.load(model_path("expression"))
    (facts,) = (entry for entry in model.metadata_props if entry.key == "mien")
    facts.value = facts.value.replace("neutral", "nothing")
    onnx.save(model, tmp_path / "wrong.onnx")
    with pytest.raises(ModelError, match="label 'nothing' means nothing"):
        Recognizer(tmp_path / "wrong.onnx")


def test_the_bundled_file_is_small() -> None:
    assert model_path("expression").stat().st_size <= 5_000_000
