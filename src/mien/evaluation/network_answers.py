"""Each network runs over each split that is needed once, whatever is judged of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mien.datasets.sample import Sample
from mien.evaluation.answers import Answers, judged_samples
from mien.evaluation.predictions import predict
from mien.expression.calibration import fit_temperature
from mien.networks.checkpoint import TrainedNetwork

#: A temperature needs a validation split of at least so many pictures.
LEAST_TO_CALIBRATE = 50

#: Called with what is being done, samples done, and samples in all.
Progress = Callable[[str, int, int], None]


@dataclass
class NetworkAnswers:
    """Attributes:
    networks: by the title under which each is shown.
    samples: of all splits.
    split: the one to judge.
    flip: mean of both views. features: keep the pooled vectors.
    """

    networks: dict[str, TrainedNetwork]
    samples: Sequence[Sample]
    split: str
    progress: Progress
    flip: bool = False
    features: bool = False
    _raw: dict[tuple[str, str], Answers] = field(default_factory=dict)
    _temperatures: dict[str, float] = field(default_factory=dict)

    def of(self, title: str, split: str) -> Answers:
        """What a network said of a split, calibrated."""
        return self._as_said(title, split).tempered(self.temperature(title))

    def all_of(self, split: str) -> list[Answers]:
        """Of every network, in order."""
        return [self.of(title, split) for title in self.networks]

    def temperature(self, title: str) -> float:
        """Fitted on the validation split; the checkpoint's own where there is none, or
        where that is the split to judge; an exported file's own always."""
        if title not in self._temperatures:
            self._temperatures[title] = self._fitted(title)
        return self._temperatures[title]

    @property
    def has_validation(self) -> bool:
        """There is a validation split beside the one to judge, large enough to fit on."""
        there = sum(s.split == "validation" and s.label >= 0 for s in self.samples)
        return self.split != "validation" and there >= LEAST_TO_CALIBRATE

    def _fitted(self, title: str) -> float:
        if self.networks[title].calibrated or not self.has_validation:
            return self.networks[title].temperature
        return fitted_temperature(self._as_said(title, "validation"))

    def _as_said(self, title: str, split: str) -> Answers:
        if (title, split) not in self._raw:
            network = self.networks[title]
            self._raw[title, split] = predict(
                network,
                judged_samples(self.samples, split, network.labels),
                flip=self.flip,
                features=self.features,
                progress=lambda done, total: self.progress(f"{title}, {split}", done, total),
            )
        return self._raw[title, split]


def fitted_temperature(validation: Answers) -> float:
    """The temperature that makes the answers of a validation split the most probable; 1
    where they have no logits."""
    seen = validation.rows(~validation.missed)
    return 1.0 if seen.logits is None else fit_temperature(seen.logits, seen.truth).temperature
