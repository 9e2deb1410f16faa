"""Networks of a cross-validation: each is judged on the fold that it has not seen, and
their answers together are those of one model on the whole data set."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from mien.as_trained import told_of_data
from mien.datasets.sample import Sample
from mien.errors import ModelError, SettingsError
from mien.evaluation.answers import Answers
from mien.evaluation.network_answers import NetworkAnswers, Progress
from mien.evaluation.options import EvaluationOptions
from mien.evaluation.trained_split import HeldOut
from mien.networks.checkpoint import TrainedNetwork


class FoldAnswers:
    """As :class:`NetworkAnswers`, of cross-validations instead of single networks.

    Args:
        trained: their networks; those whose recipes differ in the fold alone are one.
        samples: of all splits; the owners' splits give way to the folds.

    Raises:
        ModelError: some of them saw the whole training split, or two the same fold.
        SettingsError: options that need one split for all of them.
    """

    #: Each network has a validation split of its own: nothing can be fitted for all.
    has_validation = False

    def __init__(
        self,
        files: Sequence[Path],
        trained: Sequence[TrainedNetwork],
        samples: Sequence[Sample],
        options: EvaluationOptions,
        progress: Progress,
    ) -> None:
        _check(files, trained, options)
        self._place = {sample.name: i for i, sample in enumerate(samples)}
        self.networks = {
            title: [_alone(title, network, samples, options, progress) for network in run]
            for title, run in runs_of(trained).items()
        }
        self._gone = {
            title: sum(held.kept.gone(samples) for held, _ in run if held.kept)
            for title, run in self.networks.items()
        }
        self._in_no_fold = {
            title: _in_no_fold(title, [(held, answers.samples) for held, answers in run])
            for title, run in self.networks.items()
        }

    def of(self, title: str, split: str) -> Answers:
        """What the networks of a cross-validation said, in the order of the data set."""
        parts = [
            replace(said := answers.of(title, split), folds=np.full(len(said.truth), held.fold))
            for held, answers in self.networks[title]
        ]
        return pooled(parts, self._place)

    def all_of(self, split: str) -> list[Answers]:
        """Of every cross-validation, in order."""
        return [self.of(title, split) for title in self.networks]

    def temperature(self, title: str) -> float:
        """Each network has its own, fitted on its validation split; this is their mean."""
        return float(np.mean([answers.temperature(title) for _, answers in self.networks[title]]))

    def told(self) -> dict[str, str]:
        """Which folds there are, by title."""
        said = {}
        for title, run in self.networks.items():
            in_all = run[0][0].folds
            lacking = sorted(set(range(in_all)) - {held.fold for held, _ in run})
            without = f", without {', '.join(map(str, lacking))}" if lacking else ""
            said[title] = f"{len(run)} of {in_all} folds{without}"
            if self._in_no_fold[title]:
                said[title] += f", {self._in_no_fold[title]} samples in none (new since training)"
            if self._gone[title]:
                said[title] += f", {self._gone[title]} held-out samples not in this data any more"
            if any(held.kept is None for held, _ in run):
                said[title] += ", folds worked out anew (the files do not say who was held out)"
        return {
            "split": "held-out folds",
            "cross_validation": "; ".join(f"{k}: {v}" for k, v in said.items()),
        }


def runs_of(trained: Sequence[TrainedNetwork]) -> dict[str, list[TrainedNetwork]]:
    """The cross-validations by title, each with its networks in order of the folds."""
    runs: dict[str, list[TrainedNetwork]] = defaultdict(list)
    for network in trained:
        runs[cross_validation_of(network)].append(network)
    names = [run[0].system for run in runs.values()]
    titles = (
        [f"{name} {number}" for number, name in enumerate(names, start=1)]
        if len(set(names)) < len(names)
        else names
    )
    return {
        title: sorted(run, key=lambda network: told_of_data(network)["fold"])
        for title, run in zip(titles, runs.values(), strict=True)
    }


def cross_validation_of(trained: TrainedNetwork) -> str:
    """The same text for the networks of one cross-validation alone: what they are made by,
    but for the fold; in an exported file what it noted of that."""
    recipe = dict(trained.facts["recipe"])
    recipe["data"] = told_of_data(trained) | {"fold": None}
    if Path(str(recipe.get("weights"))).suffix:
        recipe["weights"] = "a file"  # which may lie in the fold's own folder
    form = trained.facts.get("int8")  # of an exported file; None of a checkpoint
    return json.dumps([trained.system, form, recipe], sort_keys=True)


def _in_no_fold(title: str, run: Sequence[tuple[HeldOut, Sequence[Sample]]]) -> int:
    """How many samples none of the networks held out, where all folds are there.

    Raises:
        ModelError: two of them held out the same.
    """
    held = Counter(s.name for _, samples in run for s in samples if s.split == "test")
    twice = sum(count > 1 for count in held.values())
    if twice:
        raise ModelError(
            f"{twice} samples were held out by two networks of {title}: the data set changed "
            "between their trainings. Train all folds on the same data."
        )
    return len(run[0][1]) - len(held) if len(run) == run[0][0].folds else 0


def pooled(parts: Sequence[Answers], place: dict[str, int]) -> Answers:
    """The answers on disjoint samples as one set, ordered by ``place`` of their names."""
    names = [name for part in parts for name in part.names]
    left_out: Counter[str] = Counter()
    for part in parts:
        left_out.update(part.left_out)
    logits = [part.logits for part in parts if part.logits is not None]
    folds = [part.folds for part in parts if part.folds is not None]
    together = Answers(
        labels=parts[0].labels,
        names=tuple(names),
        truth=np.concatenate([part.truth for part in parts]),
        shares=np.concatenate([part.shares for part in parts]),
        logits=np.concatenate(logits) if len(logits) == len(parts) else None,
        subjects=tuple(subject for part in parts for subject in part.subjects),
        left_out=dict(left_out),
        folds=np.concatenate(folds),
    )
    return together.rows(np.argsort([place[name] for name in names], kind="stable"))


def _alone(
    title: str,
    network: TrainedNetwork,
    samples: Sequence[Sample],
    options: EvaluationOptions,
    progress: Progress,
) -> tuple[HeldOut, NetworkAnswers]:
    held = HeldOut.of(network)
    assert held is not None

    def told(what: str, done: int, total: int) -> None:
        progress(f"{what}, fold {held.fold}", done, total)

    split = held.split(samples)
    return held, NetworkAnswers({title: network}, split, "test", told, flip=options.flip)


def _check(
    files: Sequence[Path], trained: Sequence[TrainedNetwork], options: EvaluationOptions
) -> None:
    for file, network in zip(files, trained, strict=True):
        if HeldOut.of(network) is None:
            raise ModelError(
                f"{file} was not trained on folds, and others were. Networks of a "
                "cross-validation are judged on the folds that they have not seen: evaluate "
                "the others apart."
            )
    if options.split != "test":
        raise SettingsError(
            "Networks of a cross-validation are judged on the folds that they have not seen. "
            f"Leave out --split {options.split}."
        )
    if options.classifier or options.ensemble not in (None, "majority", "average"):
        raise SettingsError(
            "Cross-validations can be put together by --ensemble majority or average: what is "
            "fitted needs one validation split for all, and each fold has its own."
        )
    runs = runs_of(trained)
    if len(runs) < 2 and (options.compare or options.ensemble):
        raise SettingsError(
            "These networks are the folds of one cross-validation. --compare and --ensemble "
            "need those of a second one."
        )
    for run in runs.values():
        counts = Counter(told_of_data(network)["fold"] for network in run)
        twice = [str(fold) for fold, count in counts.items() if count > 1]
        if twice:
            raise ModelError(f"Two networks of one recipe held out fold {', '.join(twice)}.")
