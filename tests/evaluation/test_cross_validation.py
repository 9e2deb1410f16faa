"""Networks of folds are judged on what they have not seen, and together on everything."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console

from mien.datasets.folds import with_fold, with_validation
from mien.datasets.table import open_dataset
from mien.datasets.training_split import TrainingSplit
from mien.errors import ModelError, SettingsError
from mien.evaluation.cross_validation import FoldAnswers, pooled
from mien.evaluation.evaluate import evaluate
from mien.evaluation.judgement import as_json
from mien.evaluation.options import EvaluationOptions
from mien.evaluation.report_page import render_page
from mien.evaluation.report_table import print_evaluation
from mien.evaluation.trained_split import HeldOut, kept_in
from mien.networks.checkpoint import TrainedNetwork
from mien.training.prepared_data import prepare
from mien.training.recipe_file import find_recipe, read_recipe
from stub_network import checkpoint, install, pictures

FOLDS = 5


@pytest.fixture(autouse=True)
def _stub(monkeypatch):
    torch.set_num_threads(1)
    install(monkeypatch)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """Twelve pictures a class, of which two are wrong: numbers 0 and 1."""
    return pictures(tmp_path_factory.mktemp("faces"), {"test": 12}, wrong=2)


def recipe(fold: int, **more: object) -> dict[str, object]:
    return {"recipe": {"seed": 3, "data": {"folds": FOLDS, "fold": fold}, **more}}


def run(folder: Path, data: Path, folds: range = range(FOLDS), **more: object) -> tuple[Path, ...]:
    """Networks of a cross-validation on the data as it is now."""
    files = []
    for k in folds:
        cut = with_validation(with_fold(open_dataset(data), FOLDS, k, 3), seed=3)
        facts = recipe(k, **more) | {"split": TrainingSplit.of(cut, folds=True).to_facts()}
        files.append(checkpoint(folder / f"fold-{k}/best.ckpt", facts=facts))
    return tuple(files)


def test_the_fold_is_the_one_that_training_left_out(data) -> None:
    settings = [f"folds={FOLDS}", "fold=2", "cache=false", "seed=3", "dataset=folder"]
    told = read_recipe(find_recipe("hafnet-fer2013-cpu"), settings)
    seen = prepare(told, data)
    trained = {sample.name for part in (seen.train, seen.validation) for sample in part.samples}
    samples = open_dataset(data)
    split = HeldOut(2, FOLDS, 3, seen.split).split(samples)
    again = HeldOut(2, FOLDS, 3).split(samples)
    assert [sample.split for sample in split] == [sample.split for sample in again]
    held_out = {sample.name for sample in split if sample.split == "test"}
    assert held_out
    assert not held_out & trained
    assert held_out | trained == {sample.name for sample in samples}
    validation = {sample.name for sample in split if sample.split == "validation"}
    assert validation == {sample.name for sample in seen.validation.samples}


def test_every_sample_is_judged_once(data, tmp_path) -> None:
    found = evaluate(EvaluationOptions(run(tmp_path, data), data))
    (judged,) = found.judgements
    assert (judged.title, judged.count, judged.accuracy.value) == ("stub", 84, 70 / 84)
    assert sum(fold.count for fold in judged.folds.values()) == 84
    values = [fold.value for fold in judged.folds.values()]
    assert judged.over_folds is not None
    assert judged.over_folds.value == pytest.approx(np.mean(values))
    # Student's t with four degrees of freedom: 2.776.
    half = 2.7764 * np.std(values, ddof=1) / np.sqrt(FOLDS)
    assert judged.over_folds.high - judged.over_folds.value == pytest.approx(half, rel=1e-4)
    assert found.facts["cross_validation"] == "stub: 5 of 5 folds"
    json.dumps(as_json(found), allow_nan=False)
    page = render_page(found)
    assert "Accuracy by fold: stub" in page
    assert "Split held-out folds" in page


def test_a_missing_fold_is_told(data, tmp_path) -> None:
    found = evaluate(EvaluationOptions(run(tmp_path, data, range(1, 4)), data))
    console = Console(record=True, width=200)
    print_evaluation(console, found)
    assert "mean of 3 folds" in (text := console.export_text())
    assert "3 of 5 folds, without 0, 4" in text
    assert found.judgements[0].count < 84


def test_two_cross_validations_are_compared_over_their_folds(data, tmp_path) -> None:
    files = run(tmp_path / "a", data) + run(tmp_path / "b", data, loss="another")
    found = evaluate(EvaluationOptions(files, data, compare=True))
    (compared,) = found.comparisons
    assert (compared.first, compared.second) == ("stub 1", "stub 2")
    assert compared.cross_validated
    assert compared.folds is not None
    assert (compared.folds.p, compared.mcnemar.exact_p) == (1, 1)  # the same answers
    assert "Over folds" in render_page(found)
    both = evaluate(EvaluationOptions(files, data, ensemble="average")).judgements[-1]
    assert both.accuracy.value == 70 / 84
    assert len(both.folds) == FOLDS


def test_pooled_answers_keep_the_order_of_the_data(data, tmp_path) -> None:

    files, samples = run(tmp_path, data), open_dataset(data)
    trained = [TrainedNetwork.read(file) for file in files]
    answers = FoldAnswers(files, trained, samples, EvaluationOptions(files, data), print)
    said = answers.of("stub", "test")
    assert said.names == tuple(sample.name for sample in samples)
    halves = [said.rows(said.folds == k) for k in range(FOLDS)]
    again = pooled(halves[::-1], {name: i for i, name in enumerate(said.names)})
    np.testing.assert_array_equal(again.shares, said.shares)
    np.testing.assert_array_equal(again.folds, said.folds)


def test_what_cannot_be_judged_together_is_refused(data, tmp_path) -> None:
    files = run(tmp_path, data)
    whole = checkpoint(tmp_path / "whole/best.ckpt")
    twice = checkpoint(tmp_path / "twice/best.ckpt", facts=recipe(0))
    for options, error, message in (
        (EvaluationOptions((*files, whole), data), ModelError, "whole/best.ckpt was not trained"),
        (EvaluationOptions((*files, twice), data), ModelError, "held out fold 0"),
        (EvaluationOptions(files, data, split="train"), SettingsError, "--split train"),
        (EvaluationOptions(files, data, classifier="svm"), SettingsError, "majority or average"),
        (EvaluationOptions(files, data, ensemble="weighted"), SettingsError, "majority or"),
        (EvaluationOptions(files, data, compare=True), SettingsError, "a second one"),
    ):
        with pytest.raises(error, match=message):
            evaluate(options)


def test_a_narrow_terminal_cuts_no_figure(data, tmp_path) -> None:
    console = Console(record=True, width=60)
    print_evaluation(console, evaluate(EvaluationOptions(run(tmp_path, data), data)))
    assert "…" not in console.export_text()


def test_a_terminal_of_80_columns_breaks_no_interval(data, tmp_path) -> None:
    console = Console(record=True, width=80)
    print_evaluation(console, evaluate(EvaluationOptions(run(tmp_path, data), data)))
    text = console.export_text()
    assert "(WAR)" in text
    assert not re.search(r"\([\d.–]+\s*│", text)  # a bracket that its cell does not close


def copied(data: Path, to: Path) -> Path:
    shutil.copytree(data, to)
    return to


def judged_by(files: tuple[Path, ...], data: Path) -> list[set[str]]:
    """The names that each network is judged on."""
    samples = open_dataset(data)
    trained = [TrainedNetwork.read(file) for file in files]
    answers = FoldAnswers(files, trained, samples, EvaluationOptions(files, data), print)
    said = answers.of("stub", "test")
    return [{n for n, f in zip(said.names, said.folds, strict=True) if f == k} for k in range(5)]


def test_nobody_whom_a_training_saw_is_judged_when_pictures_go(data, tmp_path) -> None:
    """Folds made again without the pictures that are gone would be others."""
    files = run(tmp_path, data)
    before, less = judged_by(files, data), copied(data, tmp_path / "less")
    for gone in sorted(less.rglob("angry/*.png"))[:3]:
        gone.unlink()
    there = {sample.name for sample in open_dataset(less)}
    made_again = [HeldOut(k, FOLDS, 3).split(open_dataset(less)) for k in range(FOLDS)]
    assert [{s.name for s in split if s.split == "test"} for split in made_again] != before
    assert judged_by(files, less) == [names & there for names in before]


def test_what_came_after_the_training_is_told_and_not_judged(data, tmp_path) -> None:
    files, more = run(tmp_path, data), copied(data, tmp_path / "more")
    for k in range(4):
        shutil.copy(more / "test/angry/000.png", more / f"test/angry/new-{k}.png")
    found = evaluate(EvaluationOptions(files, more))
    assert found.judgements[0].count == 84
    assert (
        found.facts["cross_validation"]
        == "stub: 5 of 5 folds, 4 samples in none (new since training)"
    )


def test_folds_of_different_data_are_refused(data, tmp_path) -> None:
    less = copied(data, tmp_path / "less")
    for gone in sorted(less.rglob("angry/*.png"))[:3]:
        gone.unlink()
    files = run(tmp_path / "a", data, range(3)) + run(tmp_path / "b", less, range(3, 5))
    with pytest.raises(ModelError, match="were held out by two networks of stub: the data set ch"):
        evaluate(EvaluationOptions(files, data))


def test_other_data_than_the_trainings_is_refused(data, tmp_path) -> None:
    other = pictures(tmp_path / "other", {"train": 3})
    with pytest.raises(ModelError, match="None of the samples that the training held out as fold"):
        evaluate(EvaluationOptions(run(tmp_path, data), other))


def test_files_that_do_not_say_who_was_held_out_are_told(data, tmp_path) -> None:
    files = tuple(checkpoint(tmp_path / f"{k}/best.ckpt", facts=recipe(k)) for k in range(FOLDS))
    found = evaluate(EvaluationOptions(files, data))
    assert found.judgements[0].count == 84
    assert "folds worked out anew" in found.facts["cross_validation"]


def test_who_was_held_out_is_not_printed(data, tmp_path) -> None:
    files = run(tmp_path, data)
    digests = kept_in(TrainedNetwork.read(files[0])).to_facts()["test"]
    text = json.dumps(as_json(evaluate(EvaluationOptions(files, data))))
    assert digests[:16] not in text


def test_who_was_held_out_and_is_gone_is_told(data, tmp_path) -> None:
    files, less = run(tmp_path, data), copied(data, tmp_path / "less")
    for gone in sorted(less.rglob("angry/*.png"))[:3]:
        gone.unlink()
    found = evaluate(EvaluationOptions(files, less))
    assert found.judgements[0].count == 81
    assert (
        found.facts["cross_validation"]
        == "stub: 5 of 5 folds, 3 held-out samples not in this data any more"
    )


@pytest.mark.parametrize(
    "damage",
    [
        {"split": {"validation": "no digests", "test": ""}},
        {"split": {"validation": ""}},  # whose test is that of the owners
        {"split": ["a"]},
        {"recipe": {"seed": 3, "data": {"folds": FOLDS, "fold": "first"}}},
        {"recipe": {"seed": 3, "data": {"folds": 2.5, "fold": 0}}},
        {"recipe": {"seed": 3, "data": {"folds": FOLDS, "fold": FOLDS}}},
    ],
)
def test_a_damaged_record_judges_nobody(data, tmp_path, damage) -> None:
    (file,) = run(tmp_path, data, range(1))
    facts = dict(TrainedNetwork.read(file).facts) | damage
    file = checkpoint(file, facts=facts)
    with pytest.raises(ModelError, match=r"best.ckpt does not say in order who was held out"):
        evaluate(EvaluationOptions((file,), data))
