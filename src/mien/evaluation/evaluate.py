"""One run of ``mien evaluate``: networks in, every figure out."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from mien.datasets.sample import Sample
from mien.datasets.table import open_dataset
from mien.errors import DataError
from mien.evaluation.answers import Answers, aligned
from mien.evaluation.comparison import Comparison, compare
from mien.evaluation.cross_validation import FoldAnswers
from mien.evaluation.deep_features import classify
from mien.evaluation.ensembles import fit_weights, together
from mien.evaluation.exported_network import read_network
from mien.evaluation.fairness import Grouping, judge_groups, read_groups
from mien.evaluation.judgement import Judgement, judge
from mien.evaluation.network_answers import NetworkAnswers, Progress, fitted_temperature
from mien.evaluation.options import FEATURES, SPLITS, EvaluationOptions
from mien.evaluation.provenance import commit_of, processor_name
from mien.evaluation.trained_split import HeldOut, split_for_all
from mien.metrics.comparison import holm
from mien.networks.checkpoint import TrainedNetwork

#: A title, what was said under it, and the temperature in it.
Found = tuple[str, Answers, float]


@dataclass(frozen=True)
class Evaluation:
    """Attributes:
    judgements: of each network, then of the ensemble or the classifiers.
    comparisons: every other judgement against the first; ``corrected_p`` are their
        exact McNemar p-values after Holm.
    groups: of the last judgement, which is what the run was for.
    facts: data set, split, ensemble weights, checkpoints, machine, commit, date.
    """

    judgements: tuple[Judgement, ...]
    comparisons: tuple[Comparison, ...]
    corrected_p: tuple[float, ...]
    groups: tuple[Grouping, ...]
    facts: Mapping[str, Any]


def evaluate(options: EvaluationOptions, progress: Progress = lambda *_: None) -> Evaluation:
    """Runs it all.

    Raises:
        ModelError, DataError, SettingsError: with a one-line message.
    """
    groups = read_groups(options.groups) if options.groups else None
    samples = open_dataset(options.data, options.dataset)
    trained = [read_network(path, samples[0].label_set) for path in options.checkpoints]
    if not any(HeldOut.of(network) for network in trained):
        samples = split_for_all(trained, samples)
    networks = answers_of(trained, samples, options, progress)
    found, told = said_by_all(networks, options)
    judgements = tuple(judge(answers, title, t) for title, answers, t in found)
    comparisons = against_first(found) if options.compare or options.ensemble else ()
    return Evaluation(
        judgements,
        comparisons,
        tuple(holm([c.mcnemar.exact_p for c in comparisons])),
        judge_groups(found[-1][1], groups) if groups else (),
        facts_of(options, trained, samples) | told,
    )


def answers_of(
    trained: Sequence[TrainedNetwork],
    samples: Sequence[Sample],
    options: EvaluationOptions,
    progress: Progress,
) -> NetworkAnswers | FoldAnswers:
    """Of networks on one split, or of cross-validations on the folds held out."""
    if any(HeldOut.of(network) for network in trained):
        return FoldAnswers(options.checkpoints, trained, samples, options, progress)
    return NetworkAnswers(
        dict(zip(titles_of(options.checkpoints, trained), trained, strict=True)),
        samples,
        options.split,
        progress,
        flip=options.flip,
        features=options.wants_features,
    )


def titles_of(paths: Sequence[Path], trained: Sequence[TrainedNetwork]) -> list[str]:
    """The systems' names; with the checkpoint's folder, or a number, where they repeat."""
    names = [network.system for network in trained]
    folders = [f"{name} ({path.parent.name})" for name, path in zip(names, paths, strict=True)]
    numbers = [f"{name} {number}" for number, name in enumerate(names, start=1)]
    return next(t for t in (names, folders, numbers) if len(set(t)) == len(t))


def said_by_all(
    networks: NetworkAnswers | FoldAnswers, options: EvaluationOptions
) -> tuple[list[Found], dict[str, Any]]:
    """The answers of each network, then of the ensemble or the classifiers, and what is
    to be told of these."""
    split = options.split
    found = [(t, networks.of(t, split), networks.temperature(t)) for t in networks.networks]
    facts: dict[str, Any] = {}
    if isinstance(networks, FoldAnswers):
        facts = dict(networks.told())
    elif options.wants_features:
        return found + classified(networks, options), {}
    if options.ensemble is None:
        return found, facts
    weights = None
    if options.ensemble == "weighted":
        if not networks.has_validation:
            raise DataError(
                "The weights of a weighted ensemble are fitted on the validation split, which "
                "is missing, small, or the one to judge. Use --ensemble average."
            )
        weights = fit_weights(networks.all_of("validation"))
    one = together([answers for _, answers, _ in found], options.ensemble, weights)
    temperature = 1.0
    if networks.has_validation:
        check = together(networks.all_of("validation"), options.ensemble, weights)
        temperature = fitted_temperature(check)
        one = one.tempered(temperature)
    if weights is not None:
        facts["ensemble_weights"] = np.round(weights, 4).tolist()
    return [*found, (f"{options.ensemble} of {len(found)}", one, temperature)], facts


def classified(networks: NetworkAnswers, options: EvaluationOptions) -> list[Found]:
    """A classifier on the features of all networks together, or on each one's."""
    name = options.classifier or "svm"
    if not networks.has_validation:
        raise DataError(
            f"The classifier {name} is set on the validation split, which is missing, small, "
            "or the one to judge."
        )
    parts = [networks.all_of(split) for split in ("train", "validation", options.split)]
    if options.ensemble == FEATURES:
        return [(f"{name} on features of {len(parts[0])}", classify(name, *parts), 1.0)]
    return [
        (f"{title}, {name}", classify(name, *([part[i]] for part in parts)), 1.0)
        for i, title in enumerate(networks.networks)
    ]


def against_first(found: Sequence[Found]) -> tuple[Comparison, ...]:
    """Every other against the first."""
    same = aligned([answers for _, answers, _ in found])
    titles = [title for title, _, _ in found]
    return tuple(
        compare(same[0], other, (titles[0], title))
        for other, title in zip(same[1:], titles[1:], strict=True)
    )


def facts_of(
    options: EvaluationOptions, trained: Sequence[TrainedNetwork], samples: Sequence[Sample]
) -> dict[str, Any]:
    """Where the figures come from."""
    return {
        "data": str(options.data),
        "label_set": samples[0].label_set,
        "split": options.split,
        "samples": {split: sum(s.split == split for s in samples) for split in SPLITS},
        "flip": options.flip,
        "checkpoints": [
            {"file": str(path), "system": network.system, "facts": _readable(network.facts)}
            for path, network in zip(options.checkpoints, trained, strict=True)
        ],
        "date": date.today().isoformat(),
        "commit": commit_of(),
        "machine": {"processor": processor_name(), "python": platform.python_version()},
    }


def _readable(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Without the digests of who was held out, which are for programs."""
    return {key: value for key, value in facts.items() if key != "split"}
