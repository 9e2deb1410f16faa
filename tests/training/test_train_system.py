"""Whole trainings of a tiny system: killed and resumed, by two processes, in stages."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
import torch

from mien.datasets.training_split import TrainingSplit
from mien.errors import DataError, DivergenceError, ModelError, OutputError, SettingsError
from mien.networks.checkpoint import TrainedNetwork
from mien.networks.table import SYSTEMS
from mien.training.fold_trainings import train_folds
from mien.training.hardware import Hardware
from mien.training.recipe_file import read_recipe, recipe_of
from mien.training.train_system import Prepare, train_system
from training import stub_system
from training.stub_system import prepare_stub, stub_recipe

SCRIPT = Path(stub_system.__file__)
CPU = Hardware("cpu")


pytestmark = pytest.mark.usefixtures("stub")


def run(out: Path, tree: dict[str, object]) -> dict[str, object]:
    return train_system(recipe_of(tree), {"": Path()}, out, CPU, prepare_stub())


def curve(out: Path) -> list[dict[str, str]]:
    """The log without what differs from run to run: the clock."""
    with (out / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    return [{k: v for k, v in r.items() if k not in ("seconds", "samples_per_s")} for r in rows]


@pytest.mark.parametrize("workers", [0, 1])
def test_killed_in_the_middle_of_an_epoch_it_goes_on_to_the_same_curve(
    tmp_path: Path, workers: int
) -> None:
    tree = stub_recipe(data__workers=workers)
    whole = run(tmp_path / "whole", tree)
    # Five batches of eight an epoch: the hundredth draw is in the third epoch's middle.
    killed = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path / "killed"), json.dumps(tree), "100"],
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert len(curve(tmp_path / "killed")) == 2
    assert not (tmp_path / "killed" / "summary.json").exists()
    resumed = run(tmp_path / "killed", tree)
    assert curve(tmp_path / "killed") == curve(tmp_path / "whole")
    assert resumed["best_validation_accuracy"] == whole["best_validation_accuracy"]
    best = [TrainedNetwork.read(tmp_path / name / "best.ckpt") for name in ("whole", "killed")]
    for name, value in best[0].weights.items():
        torch.testing.assert_close(value, best[1].weights[name], rtol=0, atol=0)


def test_after_a_full_disk_it_goes_on_to_the_same_curve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree, save, saves = stub_recipe(), torch.save, []
    run(tmp_path / "whole", tree)

    def full(content: dict[str, object], file: BinaryIO) -> None:
        if "loops" in content:  # Lightning's, not the network that is kept
            saves.append(content["epoch"])
        if len(saves) == 3:
            file.write(b"the first half")
            raise OSError(28, "No space left on device")
        save(content, file)

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(OutputError, match="No space left"):
        run(tmp_path / "full", tree)
    monkeypatch.setattr(torch, "save", save)
    assert saves == [0, 1, 2]
    # What a training leaves that is killed while it writes.
    (tmp_path / "full" / ".last.ckpt.1-1.part").write_bytes(b"half")
    run(tmp_path / "full", tree)
    assert curve(tmp_path / "full") == curve(tmp_path / "whole")
    assert not list((tmp_path / "full").glob(".*"))


def test_an_unreadable_checkpoint_is_told_and_can_be_removed(tmp_path: Path) -> None:
    tree = stub_recipe(training__epochs=1)
    run(tmp_path, tree)
    (tmp_path / "summary.json").unlink()
    (tmp_path / "last.ckpt").write_bytes(b"")
    with pytest.raises(ModelError, match=r"last\.ckpt cannot be read.*Remove that file"):
        run(tmp_path, tree)
    (tmp_path / "last.ckpt").unlink()
    assert run(tmp_path, tree)["epochs"] == 1


def test_a_training_that_leaves_the_numbers_ends_with_what_it_had_before(tmp_path: Path) -> None:
    optimizer = {"name": "sgd", "learning_rate": 10.0, "clip_norm": 0.0}
    terms = {"terms": {"center": 1e6}}  # each step sends features further away than the last
    tree = stub_recipe(optimizer=optimizer, schedule={"name": "constant"}, loss=terms)
    with pytest.raises(DivergenceError, match=r"epoch 1 .*precision fp32, learning rate 10"):
        run(tmp_path, tree)
    assert not list(tmp_path.rglob("*.ckpt"))


def test_a_network_learns_what_its_teacher_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class AlwaysTheLast:
        def shares(self, pictures: torch.Tensor) -> torch.Tensor:
            return torch.tensor([0.0, 0.0, 1.0]).repeat(len(pictures), 1)

    monkeypatch.setattr("mien.training.train_system.teacher_of", lambda *_: AlwaysTheLast())
    labels = prepare_stub()(recipe_of(stub_recipe()), Path()).validation.labels
    always_the_last = float((labels == 2).float().mean())
    found = {}
    for part in (0.0, 1.0):
        run(tmp_path / str(part), stub_recipe(loss={"teacher_share": part}, training__epochs=8))
        found[part] = float(curve(tmp_path / str(part))[-1]["validation_accuracy"])
    assert found[0.0] > always_the_last + 0.3
    assert found[1.0] == pytest.approx(always_the_last, abs=1e-4)


def test_every_fold_of_a_cross_validation_with_one_general_stage(tmp_path: Path) -> None:
    tree = stub_recipe(training__epochs=1)
    folds = {"name": "target", "data": {"dataset": "stub", "folds": 3}}
    recipe = recipe_of({**tree, "stages": [{"name": "general"}, folds]})
    summaries = train_folds(recipe, {"": Path()}, tmp_path, CPU, prepare_stub())
    files = [tmp_path / f"fold-{fold}" / "best.ckpt" for fold in range(3)]
    assert [summary["checkpoint"] for summary in summaries] == [str(file) for file in files]
    told = [TrainedNetwork.read(file).facts["recipe"] for file in files]
    assert [recipe["data"]["fold"] for recipe in told] == [0, 1, 2]
    # The general stage was trained once, and each fold starts from it.
    assert len(list(tmp_path.rglob("general/best.ckpt"))) == 1
    assert {recipe["weights"] for recipe in told} == {str(tmp_path / "general" / "best.ckpt")}
    again = train_folds(recipe, {"": Path()}, tmp_path, CPU, prepare_stub())
    assert again == summaries
    with pytest.raises(SettingsError, match=r"last stage has folds.*got 0"):
        train_folds(recipe_of(tree), {"": Path()}, tmp_path / "none", CPU, prepare_stub())


def test_a_training_that_goes_on_holds_out_whom_it_held_out(tmp_path: Path) -> None:
    held = {name: TrainingSplit(frozenset({"0" * 16}), frozenset({name * 16})) for name in "ab"}

    def prepared(name: str) -> Prepare:
        return lambda recipe, root: replace(prepare_stub()(recipe, root), split=held[name])

    def going(name: str) -> None:
        train_system(recipe_of(stub_recipe()), {"": Path()}, tmp_path, CPU, prepared(name))

    going("a")
    best = tmp_path / "best.ckpt"
    assert TrainingSplit.from_facts(TrainedNetwork.read(best).facts["split"]) == held["a"]
    (tmp_path / "summary.json").unlink()
    before = best.read_bytes()
    with pytest.raises(DataError, match="The data has changed since the training of"):
        going("b")
    assert best.read_bytes() == before
    going("a")


def test_two_processes_take_the_step_of_one_with_the_whole_batch(tmp_path: Path) -> None:
    # One step of plain descent at rate 1: the weights differ from the first ones by the
    # gradient, so equal weights are equal gradients. Weights of samples differ on purpose.
    tree = stub_recipe(
        switches={"norm": False, "dropout": 0.0},
        optimizer={"name": "sgd", "learning_rate": 1.0, "momentum": 0.0},
        schedule={"name": "constant"},
        training={
            "epochs": 1,
            "max_steps": 1,
            "batch": 8,
            "precision": "fp32",
            "channels_last": False,
        },
    )
    run(tmp_path / "one", tree)
    shared = subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"),
            *(str(SCRIPT), str(tmp_path / "two"), json.dumps(tree)),
        ],
        capture_output=True,
        check=False,
    )
    assert shared.returncode == 0, shared.stderr.decode()[-3000:]
    one, two = (TrainedNetwork.read(tmp_path / n / "best.ckpt") for n in ("one", "two"))
    assert two.facts["processes"] == 2
    start = SYSTEMS["stub"]
    torch.manual_seed(1)
    fresh = start.build(3, norm=False, dropout=0.0).state_dict()
    for name, value in one.weights.items():
        assert not torch.equal(value, fresh[name])
        torch.testing.assert_close(value, two.weights[name], rtol=1e-5, atol=1e-6)
    # 21 samples are validated by two processes: the filler must not count.
    assert (
        curve(tmp_path / "one")[0]["validation_accuracy"]
        == (curve(tmp_path / "two")[0]["validation_accuracy"])
    )


def test_it_learns_and_leaves_a_whole_folder(tmp_path: Path) -> None:
    tree = stub_recipe(training__epochs=15, training__mixup_alpha=0.0, optimizer__learning_rate=0.1)
    summary = run(tmp_path, tree)
    assert float(str(summary["best_validation_accuracy"])) > 0.9
    assert {p.name for p in tmp_path.iterdir()} == {
        *("best.ckpt", "last.ckpt", "log.csv", "curves.svg", "recipe.yaml", "summary.json"),
        "tensorboard",
    }
    assert read_recipe(tmp_path / "recipe.yaml") == recipe_of(tree)
    best = TrainedNetwork.read(tmp_path / "best.ckpt")
    assert best.labels == ("calm", "cross", "curious")
    rows = curve(tmp_path)
    top = max(rows, key=lambda r: float(r["validation_accuracy"]))
    assert best.facts["validation"]["epoch"] == int(top["epoch"])
    # The figure in the log is that of the file: judged again by hand.
    data = prepare_stub()(recipe_of(tree), Path()).validation
    images = torch.stack([data.drawn(i, 0)["image"] for i in range(len(data))])
    right = (best.network()(images).logits.argmax(1) == data.labels).float().mean()
    assert float(right) == pytest.approx(float(top["validation_accuracy"]))


def test_a_finished_run_is_neither_repeated_nor_overwritten(tmp_path: Path) -> None:
    tree = stub_recipe(training__epochs=1)
    first = run(tmp_path, tree)
    before = (tmp_path / "best.ckpt").read_bytes()
    assert run(tmp_path, tree) == first
    with pytest.raises(OutputError, match=r"optimizer.learning_rate: 0.01 → 0.02"):
        run(tmp_path, stub_recipe(training__epochs=1, optimizer__learning_rate=0.02))
    assert (tmp_path / "best.ckpt").read_bytes() == before


def test_a_stage_starts_from_the_best_of_the_one_before(tmp_path: Path) -> None:
    tree = stub_recipe(training__epochs=2)
    tree["stages"] = [
        {"name": "general"},
        {"name": "target", "optimizer": {"learning_rate": 0.0}, "training": {"ema_decay": 0.0}},
    ]
    run(tmp_path, tree)
    general = TrainedNetwork.read(tmp_path / "general" / "best.ckpt")
    target = TrainedNetwork.read(tmp_path / "best.ckpt")
    # At rate 0 nothing moves, so the target's weights are those that it started from.
    torch.testing.assert_close(target.weights["conv.weight"], general.weights["conv.weight"])
    assert target.facts["recipe"]["weights"] == str(tmp_path / "general" / "best.ckpt")


def test_a_fold_may_be_told_for_all_stages_where_one_has_folds(tmp_path: Path) -> None:
    folds = {"name": "target", "data": {"folds": 3}}
    tree = {**stub_recipe(data__fold=2, training__epochs=1), "stages": [{"name": "a"}, folds]}
    run(tmp_path, tree)
    run(tmp_path, tree)  # the written recipe of the stage without folds is no fault either


def test_early_stopping_ends_a_training_that_gains_nothing(tmp_path: Path) -> None:
    tree = stub_recipe(training__epochs=30, training__stop_patience=2, optimizer__learning_rate=0.0)
    assert run(tmp_path, tree)["epochs"] == 3  # the first, and two that gain nothing


def test_accumulated_parts_make_the_step_of_the_whole_batch(tmp_path: Path) -> None:
    plain = {
        "switches": {"norm": False, "dropout": 0.0},
        "optimizer": {"name": "sgd", "learning_rate": 1.0, "momentum": 0.0},
        "loss": {"terms": {}},
        "schedule": {"name": "constant"},
    }
    settings = {"epochs": 1, "max_steps": 1, "batch": 8, "precision": "fp32"}
    even = EvenFaces(40, 1)
    for parts in (1, 4):
        tree = stub_recipe(**plain, training=settings | {"accumulate": parts})
        train_system(recipe_of(tree), {"": Path()}, tmp_path / str(parts), CPU, even.prepare)
    one, four = (TrainedNetwork.read(tmp_path / n / "best.ckpt") for n in ("1", "4"))
    for name, value in one.weights.items():
        torch.testing.assert_close(value, four.weights[name], rtol=1e-5, atol=1e-6)


class EvenFaces(stub_system.ColouredFaces):
    """All samples weigh alike, so that means over parts average to the mean of all."""

    def drawn(self, index: int, draw: int) -> dict[str, torch.Tensor]:
        return super().drawn(index, draw) | {"weight": torch.tensor(1.0)}

    def prepare(self, recipe: object, root: Path) -> object:
        from dataclasses import replace

        return replace(prepare_stub()(recipe, root), train=self)  # type: ignore[arg-type]
