"""Bundled model files: found by name, opened, and missed with a way out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import mien.weights
from mien.errors import ModelError
from mien.weights import MODELS, model_path
from mien.weights.runtime import onnxruntime
from mien.weights.session import open_session

#: What the docstring of build_models promises; "batch" is any number.
INTERFACES = {
    "blazeface_short": (128, {"boxes": [896, 16], "scores": [896, 1]}),
    "blazeface_full": (192, {"boxes": [2304, 16], "scores": [2304, 1]}),
    "face_mesh": (192, {"landmarks": [1404], "presence": [1]}),
}


@pytest.mark.parametrize("name", INTERFACES)
def test_inputs_and_outputs(name: str) -> None:
    side, outputs = INTERFACES[name]
    session = open_session(model_path(name))
    (image,) = session.get_inputs()
    assert (image.name, image.type) == ("image", "tensor(float)")
    assert image.shape == ["batch", 3, side, side]
    assert {o.name: o.shape[1:] for o in session.get_outputs()} == outputs
    assert all(o.shape[0] == "batch" for o in session.get_outputs())


@pytest.mark.parametrize("name", INTERFACES)
def test_every_file_names_its_source_and_licence(name: str) -> None:
    notes = open_session(model_path(name)).get_modelmeta().custom_metadata_map
    notice = (Path(mien.weights.__file__).parent / "NOTICE").read_text()
    package, _, version = notes["source"].rpartition("@")
    assert notes["license"] == "Apache-2.0"
    assert f"{name}.onnx" in notice
    assert f"{package}, version {version}" in notice


def test_unknown_name_lists_the_choices() -> None:
    with pytest.raises(ModelError, match=r"'face_mash'.*Did you mean 'face_mesh'.*blazeface_short"):
        model_path("face_mash")


def test_missing_file_says_how_to_make_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mien.weights, "_HERE", tmp_path)
    with pytest.raises(ModelError, match=r"blazeface_full.*python -m build_models.*install"):
        model_path("blazeface_full")


def test_names_lead_to_onnx_files_in_the_package() -> None:
    assert set(MODELS) == {"blazeface_short", "blazeface_full", "face_mesh", "expression"}
    assert all(not Path(file).is_absolute() and ".." not in file for file in MODELS.values())


def test_session_refuses_a_missing_and_a_damaged_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model file"):
        open_session(tmp_path / "none.onnx")
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(model_path("face_mesh").read_bytes()[:50_000])
    with pytest.raises(ModelError, match=r"damaged\.onnx is not an ONNX model"):
        open_session(damaged)


def test_session_uses_as_many_threads_as_asked_and_lets_them_sleep() -> None:
    options = open_session(model_path("blazeface_short"), threads=2).get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (2, 1)
    assert options.execution_mode == onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"


def test_session_runs_on_the_processor() -> None:
    session = open_session(model_path("blazeface_short"))
    assert session.get_providers() == ["CPUExecutionProvider"]
    boxes, scores = session.run(["boxes", "scores"], {"image": np.zeros((2, 3, 128, 128), "f4")})
    assert np.isfinite(boxes).all()
    assert np.isfinite(scores).all()
