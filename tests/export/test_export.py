"""Exported files answer as their networks do, and say how they are to be used."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from contracts.test_systems import REDUCED  # noqa: E402
from export.reduced import saved, trained  # noqa: E402
from mien.errors import DataError, ModelError, SettingsError  # noqa: E402
from mien.export.export import export  # noqa: E402
from mien.export.network_file import Deployed, check_parity, file_input, to_onnx  # noqa: E402
from mien.export.options import ExportOptions  # noqa: E402
from mien.expression.recognizer import Recognizer  # noqa: E402
from mien.labels import FER2013  # noqa: E402
from mien.networks.checkpoint import TrainedNetwork  # noqa: E402
from mien.networks.table import SYSTEMS  # noqa: E402

torch.set_num_threads(1)
WEB = Path(__file__).parents[2] / "web"


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("with_landmarks", [False, True])
def test_any_batch_answers_as_the_network(name: str, with_landmarks: bool) -> None:
    if with_landmarks and not SYSTEMS[name].input.landmarks:
        pytest.skip("takes no landmarks")
    network = trained(name)
    deployed, shape = Deployed(network, with_landmarks), file_input(network, with_landmarks)
    model = to_onnx(deployed, shape)
    assert [i.name for i in model.graph.input] == ["image", "landmarks"][: 1 + with_landmarks]
    assert check_parity(deployed, model, shape) <= 1e-4


def test_a_file_that_says_other_things_is_refused() -> None:
    network = trained("landmark-cnn")
    shape = file_input(network, False)
    model = to_onnx(Deployed(network, False), shape)
    other = Deployed(trained("landmark-cnn"), False)
    with torch.no_grad():
        other.network.classifier.bias += 10
    with pytest.raises(ModelError, match="differs from the network by"):
        check_parity(other, model, shape)


def test_an_answer_that_is_no_number_is_no_agreement() -> None:
    network = trained("landmark-cnn")
    shape = file_input(network, False)
    deployed = Deployed(network, False)
    model = to_onnx(deployed, shape)
    with torch.no_grad():
        deployed.network.classifier.bias[2] = torch.nan
    with pytest.raises(ModelError, match="differs from the network by nan"):
        check_parity(deployed, model, shape)


def test_what_is_to_be_judged_needs_data(tmp_path: Path) -> None:
    for more in ({"dataset": "rafdb"}, {"limit": 10}):
        with pytest.raises(SettingsError, match="Add --data"):
            ExportOptions(tmp_path / "best.ckpt", tmp_path / "face.onnx", **more)


def test_both_ways_of_kroa_are_exported_alike() -> None:
    torch.manual_seed(0)
    answers = []
    for kernel in ("mask", "gather"):
        network = replace(trained("sfer-mdfae"), switches={**REDUCED["sfer-mdfae"].switches})
        network = replace(network, switches={**network.switches, "kernel": kernel})
        deployed, shape = Deployed(network, False), file_input(network, False)
        check_parity(deployed, to_onnx(deployed, shape), shape)
        with torch.no_grad():
            answers.append(deployed(torch.full((1, *shape.shape), 0.5)))
    torch.testing.assert_close(answers[0], answers[1], rtol=1e-3, atol=1e-3)


def test_the_file_tells_how_to_use_it_and_is_used(tmp_path: Path) -> None:
    network = trained(
        "landmark-cnn", dataset="fer2013", illumination="histogram", date="2026-01-02"
    )
    out = tmp_path / "face.onnx"
    report = export(ExportOptions(saved(network, tmp_path), out))
    assert report.plain.bytes > 0
    assert report.plain.ms_a_face > 0
    recognizer = Recognizer(out)
    facts = recognizer.facts
    assert facts.labels == FER2013
    assert facts.names == FER2013
    assert facts.calibration.temperature == 1.5
    assert facts.illumination == "histogram"
    assert facts.cut.picture_px == 48
    assert facts.cut.grey
    assert facts.system == "landmark-cnn"
    assert not facts.landmarks
    crop = np.full((2, 3, 48, 48), 0.5, np.float32)
    unknown = torch.full((2, 34, 2), -1.0)
    mean, deviation = (
        torch.tensor(v).view(3, 1, 1) for v in (network.input.mean, network.input.deviation)
    )
    with torch.no_grad():
        expected = network.network()((torch.from_numpy(crop) - mean) / deviation, unknown).logits
    shares = (expected / 1.5).softmax(1).numpy()
    np.testing.assert_allclose(recognizer.probabilities(crop), shares, atol=1e-4)
    assert recognizer.read(crop)[0].probabilities.keys() == set(FER2013)
    told = json.loads(out.with_suffix(".json").read_text())
    assert told["plain"]["bytes"] == report.plain.bytes
    assert told["int8"] is None


def test_eight_bits_keep_most_answers_in_a_smaller_file(tmp_path: Path, faces: Path) -> None:
    network = trained("landmark-cnn", dataset="folder")
    out = tmp_path / "face.onnx"
    report = export(ExportOptions(saved(network, tmp_path), out, int8=True, data=faces))
    assert report.int8 is not None
    # A third of its weights is the dense layer, which stays in 32 bits.
    assert report.int8.bytes < 0.75 * report.plain.bytes
    assert report.plain.count == report.int8.count == 28
    assert report.plain.accuracy is not None
    assert report.int8.accuracy == pytest.approx(report.plain.accuracy, abs=0.15)
    crops = np.random.default_rng(1).random((8, 3, 48, 48), np.float32)
    assert Recognizer(out).probabilities(crops).shape == (8, 7)
    assert json.loads(out.with_suffix(".json").read_text())["int8"]["bytes"] == report.int8.bytes


def test_a_label_with_a_space_is_quoted_for_the_shell(tmp_path: Path) -> None:
    network = replace(trained("landmark-cnn"), labels=("at ease", *FER2013[1:]))
    with pytest.raises(ModelError, match="--map 'at ease=NAME'"):
        export(ExportOptions(saved(network, tmp_path), tmp_path / "face.onnx"))


def test_labels_of_another_kind_need_a_name(tmp_path: Path) -> None:
    network = replace(trained("landmark-cnn"), labels=("calm", *FER2013[1:]))
    checkpoint, out = saved(network, tmp_path), tmp_path / "face.onnx"
    with pytest.raises(ModelError, match="--map calm=NAME"):
        export(ExportOptions(checkpoint, out))
    assert not out.exists()
    export(ExportOptions(checkpoint, out, mapping={"calm": "neutral"}))
    # Two labels of one name add up.
    assert len(set(Recognizer(out).facts.names)) == 6


def aligned(name: str) -> TrainedNetwork:
    return trained(name, recipe={"data": {"align": True, "landmarks": "found"}})


def test_a_network_of_aligned_faces_is_refused_because_live_ones_are_cut_otherwise(
    tmp_path: Path,
) -> None:
    checkpoint = saved(aligned("landmark-cnn"), tmp_path)
    with pytest.raises(ModelError, match=r"best\.ckpt.*aligned.*--set data\.align=false") as caught:
        export(ExportOptions(checkpoint, tmp_path / "face.onnx"))
    assert "\n" not in str(caught.value)
    assert [file.name for file in tmp_path.iterdir()] == ["best.ckpt"]


def test_clips_are_never_aligned_so_their_network_is_exported(tmp_path: Path) -> None:
    out = tmp_path / "clip.onnx"
    export(ExportOptions(saved(aligned("r2plus1d-attention"), tmp_path), out))
    assert out.is_file()


def test_a_map_of_no_label_is_refused_before_the_data_is_read(tmp_path: Path) -> None:
    checkpoint = saved(trained("landmark-cnn"), tmp_path)
    options = ExportOptions(
        checkpoint, tmp_path / "f.onnx", data=tmp_path / "none", mapping={"angr": "anger"}
    )
    words = "--map's label 'angr' is unknown. Did you mean 'anger'. Valid: anger, disgust, fear"
    with pytest.raises(SettingsError, match=words):
        export(options)


def test_without_pictures_to_learn_from_there_are_no_ranges(tmp_path: Path, faces: Path) -> None:
    shutil.rmtree(faces / "train")
    options = ExportOptions(
        saved(trained("landmark-cnn"), tmp_path), tmp_path / "f.onnx", int8=True, data=faces
    )
    with pytest.raises(DataError, match="no training pictures"):
        export(options)


def test_the_runtime_of_the_browser_gives_the_same_answer(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (WEB / "node_modules" / "onnxruntime-web").is_dir():
        pytest.skip("NO BROWSER RUNTIME: build the user interface first")
    out, values = tmp_path / "face.onnx", tmp_path / "values"
    export(ExportOptions(saved(trained("sfer-mdfae"), tmp_path), out))
    shape = Recognizer(out).facts.input.shape
    crop = np.random.default_rng(0).random((2, *shape), np.float32)
    values.write_bytes(crop.tobytes())
    script = Path(__file__).with_name("run_in_browser_runtime.mjs")
    sides = ",".join(map(str, crop.shape))
    done = subprocess.run(
        [node, str(script), str(WEB), str(out), sides, str(values)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answer = np.array(json.loads(done.stdout)["logits"], np.float64).reshape(2, 7)
    (expected,) = Recognizer(out)._session.run(["logits"], {"image": crop})
    np.testing.assert_allclose(answer, expected, rtol=1e-3, atol=1e-3)
