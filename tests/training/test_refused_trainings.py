"""What cannot be trained is refused before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from mien.errors import MienError, SettingsError
from mien.training.hardware import Hardware
from mien.training.recipe_file import recipe_of
from mien.training.train_system import train_system
from training.stub_system import prepare_stub, stub_recipe

CPU = Hardware("cpu")
pytestmark = pytest.mark.usefixtures("stub")


def test_a_stage_without_its_data_is_told_before_anything_is_written(tmp_path: Path) -> None:
    tree = stub_recipe()
    tree["stages"] = [{"name": "general"}, {"name": "target", "data": {"dataset": "rafdb"}}]
    with pytest.raises(SettingsError, match="Where is rafdb"):
        train_system(recipe_of(tree), {"stub": Path()}, tmp_path / "x", CPU, prepare_stub())
    assert not (tmp_path / "x").exists()


def test_the_second_stage_s_faults_are_told_before_the_first_is_trained(tmp_path: Path) -> None:
    faults = [
        ({"data": {"dataset": "folder"}}, "no data at .*nowhere"),
        ({"data": {"dataset": "foldr"}}, "Did you mean 'folder'"),
        ({"loss": {"terms": {"afinity": 1.0}}}, "Did you mean 'affinity'"),
        ({"optimizer": {"name": "sgd", "nesterov": True, "momentum": 0.0}}, "optimizer.nesterov"),
        ({"data": {"folds": 3, "fold": 3}}, "data.fold must be a number from 0 to 2.*got 3"),
        ({"data": {"fold": 3}}, "data.fold=3 is one of how many"),
    ]
    roots = {"stub": Path(), "": tmp_path / "nowhere"}
    for target, words in faults:
        tree = {**stub_recipe(), "stages": [{"name": "general"}, {"name": "target", **target}]}
        with pytest.raises(MienError, match=words):
            train_system(recipe_of(tree), roots, tmp_path / "x", CPU, prepare_stub())
        assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"training__precision": "fp16"}, "fp16 needs a GPU"),
        ({"training__accumulate": 3}, "multiple of 3"),
        ({"optimizer__sam_rho": 0.05, "training__accumulate": 2}, "accumulate=1"),
        ({"switches__dropout": 7}, r"switches.dropout=7: .*between 0 and 1, but got 7"),
        ({"switches__norm": True, "switches__dropout": "much"}, r"switches.dropout=much"),
    ],
)
def test_what_cannot_be_is_refused_at_once(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    recipe = recipe_of(stub_recipe(**changes))
    with pytest.raises(SettingsError, match=words):
        train_system(recipe, {"": Path()}, tmp_path / "x", CPU, prepare_stub())
    assert not (tmp_path / "x").exists()
