"""A whole evaluation of a network whose answers are known by hand."""

import csv
import json

import numpy as np
import pytest
import torch

from mien.datasets.folds import with_validation
from mien.datasets.table import open_dataset
from mien.datasets.training_split import TrainingSplit
from mien.errors import DataError, ModelError, SettingsError
from mien.evaluation.evaluate import evaluate, titles_of
from mien.evaluation.judgement import as_json
from mien.evaluation.options import EvaluationOptions
from mien.labels import FERPLUS
from mien.networks.checkpoint import TrainedNetwork
from stub_network import FOLDERS, checkpoint, install, pictures


@pytest.fixture(autouse=True)
def _stub(monkeypatch):
    torch.set_num_threads(1)
    install(monkeypatch)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Ten test pictures a class: two are wrong, and of anger one more cannot be read."""
    root = tmp_path_factory.mktemp("faces")
    return pictures(root, {"train": 6, "val": 8, "test": 10}, wrong=2, broken=1)


def test_figures_by_hand(data, tmp_path) -> None:
    file = checkpoint(tmp_path / "best.ckpt")
    found = evaluate(EvaluationOptions((file,), data))
    (judged,) = found.judgements
    assert (judged.count, judged.missed) == (70, 1)
    assert judged.accuracy.value == pytest.approx(55 / 70)  # 2 wrong a class, 1 unreadable
    assert judged.uar.value == pytest.approx((0.7 + 6 * 0.8) / 7)
    anger, disgust = judged.classes[:2]
    assert (anger.name, anger.recall.value) == ("anger", 0.7)
    assert anger.precision == pytest.approx(7 / 9)  # two of neutral look angry
    assert disgust.f1 == pytest.approx(0.8)
    assert judged.table[0].tolist() == [7, 2, 0, 0, 0, 0, 0, 1]
    assert judged.baseline == pytest.approx(1 / 7)
    assert found.facts["samples"] == {"train": 42, "validation": 56, "test": 70}
    json.dumps(as_json(found), allow_nan=False)


def test_the_temperature_is_of_the_validation_split(data, tmp_path) -> None:
    """On validation every answer is right, so the colder the better; on test it is not."""
    file = checkpoint(tmp_path / "best.ckpt")
    (judged,) = evaluate(EvaluationOptions((file,), data)).judgements
    assert judged.temperature < 0.5
    (check,) = evaluate(EvaluationOptions((file,), data, split="validation")).judgements
    assert check.temperature == 1.0  # never fitted on what is judged


@pytest.mark.parametrize("how", ["majority", "average", "weighted", "features"])
def test_every_ensemble_of_equals_says_the_same(how, data, tmp_path) -> None:
    files = (checkpoint(tmp_path / "a/best.ckpt"), checkpoint(tmp_path / "b/best.ckpt"))
    found = evaluate(EvaluationOptions(files, data, ensemble=how))
    assert [j.title for j in found.judgements][:2] == ["stub (a)", "stub (b)"]
    assert found.judgements[-1].missed == 1
    if how != "features":
        assert found.judgements[-1].accuracy.value == pytest.approx(55 / 70)
        assert found.comparisons[0].mcnemar.exact_p == 1
    assert len(found.comparisons) == 2
    assert ("ensemble_weights" in found.facts) == (how == "weighted")


@pytest.fixture(scope="module")
def without_validation(tmp_path_factory):
    """75 training pictures a class: a tenth of them is enough to fit on."""
    return pictures(tmp_path_factory.mktemp("owners"), {"train": 75, "test": 4}, wrong=1)


def trained_on(data, file, seed):
    cut = with_validation(open_dataset(data), seed=seed)
    split = TrainingSplit.of(cut, folds=False).to_facts()
    return checkpoint(file, facts={"recipe": {"seed": seed}, "split": split})


def test_validation_is_what_the_trainings_made_it(without_validation, tmp_path) -> None:
    """Owners who made none: fitted on what all networks were validated on, not trained on."""
    data = without_validation
    files = tuple(trained_on(data, tmp_path / f"{k}/best.ckpt", seed=3) for k in "ab")
    made = {s.name for s in with_validation(open_dataset(data), seed=3) if s.split == "validation"}
    alone = evaluate(EvaluationOptions(files[:1], data))
    assert alone.facts["samples"] == {"train": 525 - len(made), "validation": len(made), "test": 28}
    assert alone.judgements[0].temperature != 1.0
    again = evaluate(EvaluationOptions(files[:1], data, split="validation"))
    assert again.judgements[0].count == len(made)
    weighted = evaluate(EvaluationOptions(files, data, ensemble="weighted"))
    assert weighted.judgements[-1].accuracy.value == pytest.approx(21 / 28)
    assert evaluate(EvaluationOptions(files, data, classifier="svm")).judgements[-1].count == 28


def test_what_one_network_learned_from_validates_none(without_validation, tmp_path) -> None:
    data = without_validation
    files = tuple(trained_on(data, tmp_path / f"{k}/best.ckpt", seed=k) for k in (1, 2))
    both = [
        {s.name for s in with_validation(open_dataset(data), seed=k) if s.split == "validation"}
        for k in (1, 2)
    ]
    found = evaluate(EvaluationOptions(files, data))
    assert found.facts["samples"]["validation"] == len(both[0] & both[1])
    with pytest.raises(DataError, match=r"validation split, which is missing, small"):
        evaluate(EvaluationOptions(files, data, ensemble="weighted"))


@pytest.mark.parametrize("split", [None, {"validation": "0" * 16}])
def test_beside_a_network_whose_validation_is_not_known_none_is_made(
    without_validation, tmp_path, split
) -> None:
    """It may have learned from what the other was validated on."""
    data = without_validation
    known = trained_on(data, tmp_path / "a/best.ckpt", seed=3)
    facts = {"recipe": {"seed": 4}} | ({"split": split} if split else {})
    unknown = checkpoint(tmp_path / "b/best.ckpt", facts=facts)
    found = evaluate(EvaluationOptions((known, unknown), data))
    assert found.facts["samples"]["validation"] == 0
    elsewhere = checkpoint(tmp_path / "c/best.ckpt", facts=facts | {"dataset": "rafdb"})
    found = evaluate(EvaluationOptions((known, elsewhere), data))
    assert found.facts["samples"]["validation"] > 0


def test_networks_of_other_data_leave_the_owners_split(data, without_validation, tmp_path) -> None:
    file = trained_on(without_validation, tmp_path / "best.ckpt", seed=3)
    found = evaluate(EvaluationOptions((file,), data))
    assert found.facts["samples"] == {"train": 42, "validation": 56, "test": 70}


def test_flip_sees_the_mirror_image(data, tmp_path) -> None:
    file = checkpoint(tmp_path / "best.ckpt")
    (judged,) = evaluate(EvaluationOptions((file,), data, flip=True)).judgements
    assert judged.accuracy.value == pytest.approx(55 / 70)  # grey is the same in a mirror


@pytest.mark.parametrize("name", ["svm", "forest"])
def test_classifiers_on_features(name, data, tmp_path) -> None:
    file = checkpoint(tmp_path / "best.ckpt")
    found = evaluate(EvaluationOptions((file,), data, classifier=name, compare=True))
    assert found.judgements[1].title == f"stub, {name}"
    assert found.judgements[1].accuracy.value > 0.6
    assert found.judgements[1].missed == 1


def test_groups(data, tmp_path) -> None:
    table = tmp_path / "groups.csv"
    with table.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "light"])
        for i in range(10):  # the wrong pictures are 0 and 1 of each class
            rows.writerows([f"test/{f}/{i:03}.png", "dark" if i < 5 else "bright"] for f in FOLDERS)
    found = evaluate(EvaluationOptions((checkpoint(tmp_path / "b.ckpt"),), data, groups=table))
    (light,) = found.groups
    bright, dark = light.groups
    assert (bright.accuracy.value, dark.accuracy.value) == pytest.approx((34 / 35, 21 / 35))
    assert light.gap == pytest.approx(13 / 35)
    table.write_text("name,light\nnobody,dark\n")
    with pytest.raises(DataError, match="sample's"):
        evaluate(EvaluationOptions((checkpoint(tmp_path / "b.ckpt"),), data, groups=table))


def test_classes_that_the_network_does_not_know_are_counted(data, tmp_path) -> None:
    six = tuple(n for n in FERPLUS if n not in ("contempt", "fear"))
    file = checkpoint(tmp_path / "best.ckpt", labels=six)
    (judged,) = evaluate(EvaluationOptions((file,), data)).judgements
    assert judged.count == 60
    assert judged.left_out == {"fear: no class of the network": 10}


def test_what_does_not_fit_is_said(data, tmp_path) -> None:
    one = checkpoint(tmp_path / "one.ckpt")
    other = checkpoint(tmp_path / "other.ckpt", labels=("anger", "neutral"))
    with pytest.raises(ModelError, match="different classes"):
        evaluate(EvaluationOptions((one, other), data, ensemble="average"))
    with pytest.raises(DataError, match="validation split"):
        evaluate(EvaluationOptions((one, one), data, split="validation", ensemble="weighted"))
    foreign = checkpoint(tmp_path / "foreign.ckpt", labels=("calm", "cross"))
    with pytest.raises(DataError, match="calm, cross"):
        evaluate(EvaluationOptions((foreign,), data))


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"split": "tset"}, "test"),
        ({"ensemble": "mean"}, "weighted"),
        ({"ensemble": "average"}, "two checkpoints"),
        ({"classifier": "tree"}, "forest"),
        ({"compare": True}, "two checkpoints"),
    ],
)
def test_options_that_make_no_sense(options, match, tmp_path) -> None:
    with pytest.raises(SettingsError, match=match):
        EvaluationOptions((tmp_path / "a",), tmp_path, **options)


def test_titles_are_told_apart(tmp_path) -> None:
    trained = TrainedNetwork.read(checkpoint(tmp_path / "x/best.ckpt"))
    paths = [tmp_path / "x/best.ckpt", tmp_path / "x/last.ckpt"]
    assert titles_of(paths[:1], [trained]) == ["stub"]
    assert titles_of(paths, [trained, trained]) == ["stub 1", "stub 2"]


def test_missed_faces_stay_missed_whatever_the_ensemble(data, tmp_path) -> None:
    files = (checkpoint(tmp_path / "a/b.ckpt"), checkpoint(tmp_path / "c/b.ckpt"))
    found = evaluate(EvaluationOptions(files, data, ensemble="majority"))
    assert np.all(found.judgements[-1].table[:, -1] == [1, 0, 0, 0, 0, 0, 0])
