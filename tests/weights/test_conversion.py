"""The converted graphs say what LiteRT says of the original ones."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
from build_models.conversion import convert
from build_models.making import PACKAGES
from build_models.packages import PackageError, fetch, model_bytes
from build_models.sources import SOURCES, Source, is_current

from mien.weights import model_path
from mien.weights.session import open_session

litert = pytest.importorskip("ai_edge_litert.interpreter", reason="ai-edge-litert is absent")

#: Outputs are pixels and logits of up to 160; float32 summed in another order.
TOLERANCE = 1e-3
#: File -> squares (left, top, side) around its faces, seen by eye.
FACES = {
    "single_face.jpg": [(110, 120, 320)],
    "pexels-alex-green-5700201.jpg": [(40, 90, 420)],
    "multi_face.jpg": [(500, 295, 160), (410, 205, 130), (290, 215, 160), (190, 45, 160)],
}

by_name = pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.name)


@pytest.fixture(scope="module")
def originals() -> dict[str, bytes]:
    """The ``.tflite`` files, from the packages that the build left, else from npm."""
    try:
        fetch(sorted({s.package for s in SOURCES}), PACKAGES)
    except PackageError as error:
        pytest.skip(f"ORIGINAL MODELS ABSENT: {error}")
    return {s.name: model_bytes(s, PACKAGES) for s in SOURCES}


def side_px(source: Source) -> int:
    return 128 if source.name == "blazeface_short" else 192


def original_outputs(source: Source, original: bytes, images: np.ndarray) -> dict[str, np.ndarray]:
    """LiteRT on ``(N, 3, side, side)``, one at a time, as it wants them: channels last."""
    interpreter = litert.Interpreter(model_content=original, num_threads=1)
    interpreter.allocate_tensors()
    (image,) = interpreter.get_input_details()
    rows: dict[str, list[np.ndarray]] = {}
    for one in images:
        interpreter.set_tensor(image["index"], one.transpose(1, 2, 0)[None])
        interpreter.invoke()
        for output in interpreter.get_output_details():
            name, shape = source.outputs[output["name"]]
            values = interpreter.get_tensor(output["index"]).reshape(shape)
            rows.setdefault(name, []).append(values)
    return {name: np.stack(values) for name, values in rows.items()}


def converted_outputs(source: Source, images: np.ndarray) -> dict[str, np.ndarray]:
    session = open_session(model_path(source.name))
    names = [name for name, _ in source.outputs.values()]
    return dict(zip(names, session.run(names, {"image": images}), strict=True))


def random_images(source: Source, count: int) -> np.ndarray:
    low = 0 if source.name == "face_mesh" else -1
    shape = (count, 3, side_px(source), side_px(source))
    return np.random.default_rng(7).uniform(low, 1, shape).astype(np.float32)


def face_images(source: Source, shared: Path) -> np.ndarray:
    images = []
    for file, squares in FACES.items():
        picture = cv2.imread(str(shared / "data" / "faces" / file))[:, :, ::-1]
        for left, top, side in squares:
            crop = picture[top : top + side, left : left + side]
            assert crop.shape == (side, side, 3)
            images.append(cv2.resize(crop, (side_px(source), side_px(source))))
    values = np.stack(images).transpose(0, 3, 1, 2).astype(np.float32)
    return values / 255 if source.name == "face_mesh" else values / 127.5 - 1


@by_name
def test_same_as_litert_on_noise(source: Source, originals: dict[str, bytes]) -> None:
    images = random_images(source, 3)
    expected = original_outputs(source, originals[source.name], images)
    got = converted_outputs(source, images)
    assert expected.keys() == got.keys()
    for name, values in expected.items():
        np.testing.assert_allclose(got[name], values, rtol=0, atol=TOLERANCE, err_msg=name)


@by_name
def test_same_as_litert_on_faces(source: Source, originals: dict[str, bytes], shared: Path) -> None:
    images = face_images(source, shared)
    expected = original_outputs(source, originals[source.name], images)
    got = converted_outputs(source, images)
    for name, values in expected.items():
        np.testing.assert_allclose(got[name], values, rtol=0, atol=TOLERANCE, err_msg=name)
    # The pictures do show faces, so the comparison covers the answers that matter.
    found = got["presence"] if source.name == "face_mesh" else got["scores"].max(axis=1)
    assert (found > 0).all()


@by_name
def test_three_at_once_are_three_singles(source: Source) -> None:
    images = random_images(source, 3)
    together = converted_outputs(source, images)
    for i in range(3):
        alone = converted_outputs(source, images[i : i + 1])
        for name, values in alone.items():
            assert values.shape == (1, *dict(source.outputs.values())[name])
            np.testing.assert_allclose(together[name][i], values[0], rtol=0, atol=1e-4)


@by_name
def test_the_bundled_file_is_what_the_converter_makes_now(
    source: Source, originals: dict[str, bytes]
) -> None:
    assert is_current(source)
    assert convert(originals[source.name], source) == source.target.read_bytes()


@pytest.mark.parametrize("name", ["face_mesh", "blazeface_full"])
def test_nothing_is_padded_where_channels_come_in_whole_blocks(name: str) -> None:
    """ONNX Runtime leaves its blocked layout for each Pad."""
    kinds = [node.op_type for node in onnx.load(model_path(name)).graph.node]
    assert "Pad" not in kinds
    assert "Concat" in kinds
