"""A model that teaches: the same answers as the file gives, in the training's own order."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest

torch = pytest.importorskip("torch")

from mien.errors import SettingsError  # noqa: E402
from mien.expression.judging import logits_of  # noqa: E402
from mien.expression.recognizer import Recognizer  # noqa: E402
from mien.labels import ENGAGEMENT_LEVELS, FER2013, FERPLUS  # noqa: E402
from mien.network_input import NetworkInput  # noqa: E402
from mien.training.recipe_file import recipe_of  # noqa: E402
from mien.training.teacher import Teacher, taught, teacher_of  # noqa: E402
from mien.training.total_loss import Targets, cross_entropy  # noqa: E402
from mien.weights import model_path  # noqa: E402

BUNDLED = model_path("expression")
GREY = NetworkInput(48, channels=1, mean=(0.5,), deviation=(0.25,))


def faces(count: int = 6) -> np.ndarray:
    return np.random.default_rng(4).random((count, 48, 48), np.float32)


def as_given(pictures: np.ndarray, input: NetworkInput) -> torch.Tensor:
    """Grey pictures as a network with this input is given them."""
    planes = torch.from_numpy(pictures)[:, None].expand(-1, input.channels, -1, -1)
    mean, deviation = (torch.tensor(v)[:, None, None] for v in (input.mean, input.deviation))
    return (planes - mean) / deviation


def test_it_answers_as_the_file_does_when_a_lesson_is_read() -> None:
    shares = Teacher(BUNDLED, FERPLUS, GREY).shares(as_given(faces(), GREY))
    wanted = Recognizer().probabilities(faces())
    # Undoing the normalisation costs the last bits, which may turn a rounding to 8 bits.
    assert np.abs(shares.numpy() - wanted).max() < 0.02
    torch.testing.assert_close(shares.sum(1), torch.ones(6))


def test_colour_gives_the_same_grey() -> None:
    colour = NetworkInput(48)
    shares = Teacher(BUNDLED, FERPLUS, colour).shares(as_given(faces(), colour))
    grey = Teacher(BUNDLED, FERPLUS, GREY).shares(as_given(faces(), GREY))
    assert float((shares - grey).abs().max()) < 0.02


def test_larger_pictures_are_made_as_small_as_it_wants_them() -> None:
    large = NetworkInput(96, channels=1, mean=(0.5,), deviation=(0.25,))
    doubled = np.kron(faces(), np.ones((1, 2, 2), np.float32))
    shares = Teacher(BUNDLED, FERPLUS, large).shares(as_given(doubled, large))
    assert shares.shape == (6, 8)
    torch.testing.assert_close(shares.sum(1), torch.ones(6))


def test_classes_come_in_the_order_of_the_training() -> None:
    given = as_given(faces(), GREY)
    forward = Teacher(BUNDLED, FERPLUS, GREY).shares(given)
    backward = Teacher(BUNDLED, FERPLUS[::-1], GREY).shares(given)
    torch.testing.assert_close(forward.flip(1), backward)


def test_the_head_with_the_classes_of_the_training_is_asked() -> None:
    shares = Teacher(BUNDLED, FER2013, GREY).shares(as_given(faces(), GREY)).numpy()
    logits = logits_of(BUNDLED, faces())["fer2013"]
    wanted = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    assert np.abs(shares - wanted).max() < 0.02


def test_other_classes_are_refused_with_those_that_it_tells() -> None:
    with pytest.raises(SettingsError, match=r"cannot teach .*very low.*ferplus: neutral.*fer2013"):
        Teacher(BUNDLED, ENGAGEMENT_LEVELS, GREY)


def test_clips_are_refused() -> None:
    with pytest.raises(SettingsError, match="single pictures"):
        Teacher(BUNDLED, FERPLUS, NetworkInput(48, frames=16))


def test_other_light_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"'none', the training has 'dct'"):
        Teacher(BUNDLED, FERPLUS, GREY, "dct")


def test_a_model_with_landmarks_is_refused(tmp_path: Path) -> None:
    model = onnx.load(BUNDLED)
    entry = next(e for e in model.metadata_props if e.key == "mien")
    input = {"side_px": 48, "channels": 1, "landmarks": 68, "mean": [0.0], "deviation": [1.0]}
    entry.value = json.dumps(json.loads(entry.value) | {"input": input})
    points = onnx.helper.make_tensor_value_info("landmarks", onnx.TensorProto.FLOAT, ["N", 68, 2])
    model.graph.input.append(points)
    onnx.save(model, tmp_path / "landmarks.onnx")
    with pytest.raises(SettingsError, match="68 landmarks"):
        Teacher(tmp_path / "landmarks.onnx", FERPLUS, GREY)


def test_a_recipe_without_one_has_none() -> None:
    assert teacher_of(recipe_of({"system": "hafnet"}), FERPLUS, GREY) is None
    for name in (str(BUNDLED), "bundled"):
        told = recipe_of({"system": "hafnet", "loss": {"teacher": name}})
        assert teacher_of(told, FERPLUS, GREY) is not None


def test_blended_targets_are_the_weighted_sum_of_both_losses() -> None:
    own = Targets(torch.tensor([[1.0, 0.0]]), torch.tensor([0]), torch.ones(1))
    answers = torch.tensor([[0.25, 0.75]])
    torch.testing.assert_close(taught(own, answers, 0.4).shares, torch.tensor([[0.7, 0.3]]))
    logits = torch.tensor([[0.3, -0.2]])
    apart = 0.6 * cross_entropy(logits, own) + 0.4 * cross_entropy(logits, taught(own, answers, 1))
    torch.testing.assert_close(cross_entropy(logits, taught(own, answers, 0.4)), apart)
