"""Samples split as a network's training split them: nobody is judged whom it saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mien.as_trained import told_of_data
from mien.datasets.folds import with_fold, with_validation
from mien.datasets.sample import Sample
from mien.datasets.training_split import TrainingSplit
from mien.errors import ModelError
from mien.networks.checkpoint import TrainedNetwork


@dataclass(frozen=True)
class HeldOut:
    """Attributes:
    fold: that the network has not seen, from 0.
    folds: of its cross-validation.
    seed: that the folds were made with; None where the file does not say.
    kept: who was held out, as the training noted it; None in files of earlier versions.
    """

    fold: int
    folds: int
    seed: int | None = 0
    kept: TrainingSplit | None = None

    @classmethod
    def of(cls, trained: TrainedNetwork) -> HeldOut | None:
        """As its recipe says; None for a network that saw the whole training split."""
        data = told_of_data(trained)
        if not data.get("folds"):
            return None
        seed = trained.facts["recipe"].get("seed")
        fold, folds = int(data.get("fold", 0)), int(data["folds"])
        return cls(fold, folds, None if seed is None else int(seed), kept_in(trained))

    def split(self, samples: Sequence[Sample]) -> list[Sample]:
        """The samples as the network's training split them; its fold is ``test``.

        Raises:
            ModelError: who was held out is not known, or none of them is here.
        """
        if self.kept is None:
            if self.seed is None:
                raise ModelError(
                    f"The file does not say who was held out as fold {self.fold}, so nobody "
                    "can be called unseen. Export it anew from its checkpoint."
                )
            cut = with_fold(samples, self.folds, self.fold, self.seed)
            return with_validation(cut, seed=self.seed)
        split = self.kept.applied(samples)
        if not any(sample.split == "test" for sample in split):
            raise ModelError(
                f"None of the samples that the training held out as fold {self.fold} is in "
                "this data. Give the data set that it learned from, in the same layout."
            )
        return split


def kept_in(trained: TrainedNetwork) -> TrainingSplit | None:
    """What the file says of who was held out; None where the owners' splits were kept."""
    told = trained.facts.get("split")
    return None if told is None else TrainingSplit.from_facts(told)


def split_as_trained(trained: TrainedNetwork, samples: Sequence[Sample]) -> list[Sample]:
    """The samples as one network's training split them; as they are where it learned from
    other data.

    Raises:
        ModelError: as :meth:`HeldOut.split`.
    """
    held = HeldOut.of(trained)
    return split_for_all([trained], samples) if held is None else held.split(samples)


def split_for_all(trained: Sequence[TrainedNetwork], samples: Sequence[Sample]) -> list[Sample]:
    """The owners' split; of what each training made validation of the owners' ``train``,
    that which all of them did.

    Args:
        trained: networks without folds.
    """
    if any(sample.split == "validation" for sample in samples):
        return list(samples)
    known = [kept for network in trained if (kept := kept_in(network)) is not None]
    cut = [kept.applied(samples) for kept in known]
    # The names of another data set are not among these: its training made nothing of them.
    cut = [split for split in cut if _changed(split, samples)]
    if not cut:
        return list(samples)
    return [
        replace(sample, split="validation") if all(moved) else sample
        for sample, moved in zip(samples, zip(*map(_validation, cut), strict=True), strict=True)
    ]


def _validation(samples: Sequence[Sample]) -> list[bool]:
    return [sample.split == "validation" for sample in samples]


def _changed(split: Sequence[Sample], samples: Sequence[Sample]) -> bool:
    return _validation(split) != _validation(samples)
