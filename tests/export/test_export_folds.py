"""A network of a cross-validation is judged on whom it never saw, exported too."""

import json
from pathlib import Path

import onnx
import pytest

torch = pytest.importorskip("torch")

from export.reduced import saved, trained  # noqa: E402
from mien.datasets.folds import with_fold, with_validation  # noqa: E402
from mien.datasets.table import open_dataset  # noqa: E402
from mien.datasets.training_split import TrainingSplit  # noqa: E402
from mien.errors import ModelError  # noqa: E402
from mien.evaluation.cross_validation import cross_validation_of  # noqa: E402
from mien.evaluation.evaluate import evaluate  # noqa: E402
from mien.evaluation.exported_network import read_network  # noqa: E402
from mien.evaluation.options import EvaluationOptions  # noqa: E402
from mien.evaluation.trained_split import HeldOut  # noqa: E402
from mien.export.export import export  # noqa: E402
from mien.export.judged_file import Feeds  # noqa: E402
from mien.export.options import ExportOptions  # noqa: E402


def held_out(data: Path, fold: int, seed: int) -> dict[str, object]:
    """Facts of a network of a cross-validation, and the samples as its training cut them."""
    cut = with_validation(with_fold(open_dataset(data), 4, fold, seed), seed=seed)
    recipe = {"seed": seed, "data": {"folds": 4, "fold": fold}, "weights": "/somewhere/best.ckpt"}
    split = TrainingSplit.of(cut, folds=True).to_facts()
    return {"dataset": "folder", "recipe": recipe, "split": split}


def test_a_network_of_folds_is_judged_on_its_own(tmp_path: Path, faces: Path, monkeypatch) -> None:
    """140 pictures in four folds: 35 held out, a tenth of the others validation."""
    facts = held_out(faces, 1, seed=3)
    cut = TrainingSplit.from_facts(facts["split"]).applied(open_dataset(faces))
    parts = {k: {s.name for s in cut if s.split == k} for k in ("train", "validation", "test")}
    fed: list[set[str]] = []

    class Noted(Feeds):
        def __init__(self, trained, samples, shape) -> None:
            super().__init__(trained, samples, shape)
            fed.append({sample.name for sample in samples})

    monkeypatch.setattr("mien.export.export.Feeds", Noted)
    monkeypatch.setattr("mien.export.export._LEAST_TO_CALIBRATE", 5)
    out = tmp_path / "face.onnx"
    checkpoint = saved(trained("landmark-cnn", **facts), tmp_path)
    report = export(ExportOptions(checkpoint, out, int8=True, data=faces))
    # The ranges of 8 bits (looked for, then cut to whole batches), the temperature, both files.
    assert all(names <= parts["train"] for names in fed[:2])
    assert fed[2:] == [parts["validation"], parts["test"], parts["test"]]
    assert report.plain.count == len(parts["test"]) == 35


def test_the_file_says_who_was_held_out(tmp_path: Path, faces: Path) -> None:
    files = []
    for number, (name, seed) in enumerate(
        [("landmark-cnn", 3), ("landmark-cnn", 4), ("sfer-mdfae", 3)]
    ):
        network = trained(name, **held_out(faces, 1, seed))
        files.append(tmp_path / f"{number}.onnx")
        export(ExportOptions(saved(network, tmp_path), files[-1]))
    assert b"/somewhere" not in files[0].read_bytes()
    opened = [read_network(file, "fer2013") for file in files]
    kept = [HeldOut.of(network) for network in opened]
    assert kept == [HeldOut.of(trained("landmark-cnn", **held_out(faces, 1, s))) for s in (3, 4, 3)]
    assert len({cross_validation_of(network) for network in opened}) == 3


def test_a_file_that_does_not_say_who_was_held_out_judges_nobody(
    tmp_path: Path, faces: Path
) -> None:
    """As earlier versions wrote it: folds, and neither who they were nor the seed."""
    out = tmp_path / "face.onnx"
    export(ExportOptions(saved(trained("landmark-cnn", dataset="folder"), tmp_path), out))
    model = onnx.load(out)
    entry = next(e for e in model.metadata_props if e.key == "mien")
    recipe = {"recipe": {"folds": 4, "fold": 1}}
    entry.value = json.dumps(json.loads(entry.value) | recipe)
    onnx.save(model, out)
    with pytest.raises(ModelError, match="does not say who was held out as fold 1"):
        evaluate(EvaluationOptions((out,), faces))
