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
        """As its recipe says; None for a network that saw the whole training split.

        Raises:
            ModelError: what the file says of it is damaged.
        """
        data = told_of_data(trained)
        if not data.get("folds"):
            return None
        told = (data.get("fold", 0), data["folds"], trained.facts["recipe"].get("seed"))
        kept = kept_in(trained)
        match told:
            case (int(fold), int(folds), int() | None as seed) if 0 <= fold < folds:
                if kept is None or kept.test is not None:
                    return cls(fold, folds, seed, kept)
        raise _damaged(trained, f"fold {told[0]} of {told[1]} and seed {told[2]}")

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
    """What the file says of who was held out; None where the owners' splits were kept.

    Raises:
        ModelError: it is damaged, so nobody is known to be unseen.
    """
    told = trained.facts.get("split")
    try:
        return None if told is None else TrainingSplit.from_facts(told)
    except ValueError as error:
        raise _damaged(trained, str(error)) from error


def _damaged(trained: TrainedNetwork, reason: str) -> ModelError:
    return ModelError(
        f"{trained.file or 'The file'} does not say in order who was held out of its training "
        f"({reason}), so nobody can be called unseen. It is damaged or was changed: use another "
        "copy, or train it anew."
    )


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
    that which all of them did. None is, where one of them learned from the same data set and
    does not say what it made validation, or says it of other pictures.

    Args:
        trained: networks without folds.
    """
    if any(sample.split == "validation" for sample in samples):
        return list(samples)
    # The names of another data set are not among these: its training made nothing of them.
    made = [(network, _as_kept(network, samples)) for network in trained]
    cut = [split for _, split in made if split is not None]
    known, unknown = (
        {str(network.facts.get("dataset", "")) for network, split in made if (split is None) == no}
        for no in (False, True)
    )
    if not cut or known & unknown:
        return list(samples)
    return [
        replace(sample, split="validation") if all(moved) else sample
        for sample, moved in zip(samples, zip(*map(_validation, cut), strict=True), strict=True)
    ]


def _as_kept(trained: TrainedNetwork, samples: Sequence[Sample]) -> list[Sample] | None:
    """As its training split them; None where it says nothing of any of these."""
    kept = kept_in(trained)
    split = kept.applied(samples) if kept else list(samples)
    return split if _validation(split) != _validation(samples) else None


def _validation(samples: Sequence[Sample]) -> list[bool]:
    return [sample.split == "validation" for sample in samples]
