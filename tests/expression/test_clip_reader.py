"""Clips of followed faces: when they are whole, what they say, when they say nothing."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from mien.errors import ModelError
from mien.expression.calibration import Calibration
from mien.expression.clip_reader import ClipReader, ClipStream
from mien.expression.model_facts import ModelFacts
from mien.expression.preprocessing import FaceCut
from mien.expression.recognizer import Recognizer
from mien.labels import ENGAGEMENT_LEVELS
from mien.network_input import NetworkInput
from mien.observations import Face

SHAPE = NetworkInput(8, frames=4, mean=(0.0,) * 3, deviation=(1.0,) * 3)
FACE = Face((0.0, 0.0, 16.0, 16.0), 0.9)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Says *very low* for dark clips and *very high* for bright ones."""
    graph = helper.make_graph(
        [
            helper.make_node("ReduceMean", ["image"], ["mean"], axes=[1, 2, 3, 4], keepdims=0),
            helper.make_node("Unsqueeze", ["mean", "one"], ["column"]),
            helper.make_node("Gemm", ["column", "weight", "bias"], ["logits"]),
        ],
        "stub",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, 4, 8, 8])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 4])],
        [
            helper.make_tensor("one", TensorProto.INT64, [1], [1]),
            helper.make_tensor("weight", TensorProto.FLOAT, [1, 4], [-20, 0, 0, 20]),
            helper.make_tensor("bias", TensorProto.FLOAT, [4], [10, 0, 0, -10]),
        ],
    )
    file = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    file.ir_version = 8
    facts = ModelFacts(
        ENGAGEMENT_LEVELS,
        Calibration(),
        0.5,
        output="logits",
        input=SHAPE,
        cut=FaceCut(),
        clip_s=4.0,
    )
    for key, value in facts.to_metadata().items():
        entry = file.metadata_props.add()
        entry.key, entry.value = key, value
    path = tmp_path / "video.onnx"
    onnx.save(file, path)
    return path


def image(brightness: int) -> np.ndarray:
    return np.full((16, 16, 3), brightness, np.uint8)


def seen(stream: ClipStream, times_s: list[float], brightness: int, lost: set[float]) -> list[str]:
    said = []
    for time_s in times_s:
        faces = [] if time_s in lost else [(1, FACE)]
        found = stream.see(time_s, image(brightness), faces)
        said += [found[1].reason or found[1].label] if faces else ["-"]
    return said


def test_an_answer_stands_until_the_next_clip_is_whole(model: Path) -> None:
    stream = ClipStream(ClipReader(model))
    first = seen(stream, [0, 1, 2, 3], 0, set())
    assert first == ["waiting"] * 4
    assert seen(stream, [4, 5, 6, 7], 255, set()) == ["very low"] * 4
    assert seen(stream, [8], 255, set()) == ["very high"]


@pytest.mark.parametrize(
    ("lost", "expected"), [({1.0, 2.0}, "very low"), ({1.0, 2.0, 3.0}, "lost")]
)
def test_lost_for_more_than_half_it_says_nothing(
    model: Path, lost: set[float], expected: str
) -> None:
    stream = ClipStream(ClipReader(model))
    seen(stream, [0.0, 1.0, 2.0, 3.0], 0, lost)
    assert seen(stream, [4.0], 0, set()) == [expected]


def test_after_a_long_absence_nothing_old_is_repeated(model: Path) -> None:
    stream = ClipStream(ClipReader(model))
    seen(stream, [0, 1, 2, 3, 4], 0, set())
    assert seen(stream, [20], 0, set()) == ["lost"]


def test_everybody_has_clips_of_their_own(model: Path) -> None:
    stream = ClipStream(ClipReader(model))
    for time_s in (0.0, 1.0):
        stream.see(time_s, image(0), [(1, FACE)])
    for time_s in (2.0, 3.0):
        stream.see(time_s, image(255), [(1, FACE), (2, FACE)])
    at_four = stream.see(4.0, image(255), [(1, FACE), (2, FACE)])
    assert at_four[1].probabilities
    assert at_four[2].reason == "waiting"
    stream.see(5.0, image(255), [(2, FACE)])
    assert stream.see(6.0, image(255), [(2, FACE)])[2].label == "very high"


def test_each_kind_of_model_names_the_other_option(model: Path) -> None:
    with pytest.raises(ModelError, match="--video-model"):
        Recognizer(model)
    from mien.weights import model_path

    with pytest.raises(ModelError, match="Use it with --model"):
        ClipReader(model_path("expression"))
