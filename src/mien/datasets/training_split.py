"""Which samples a training held out and chose its epoch on, by name: a data set may change
after it, and folds made of it again would be others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from mien.datasets.sample import Sample, Split

#: 64 bits: among 60,000 names, more than any data set here has whose splits mien makes, two
#: share a digest with a chance of one in ten thousand million (n² / 2⁶⁵).
_BYTES = 8


@dataclass(frozen=True)
class TrainingSplit:
    """Digests of names, so that the file of a network lists nobody.

    Attributes:
        validation: of the samples on which the epoch was chosen.
        test: of those of the fold that was held out; None where the owners' split was kept.
    """

    validation: frozenset[str]
    test: frozenset[str] | None = None

    @classmethod
    def of(cls, samples: Sequence[Sample], *, folds: bool) -> TrainingSplit:
        """As these samples are split.

        Args:
            folds: whether ``test`` is a fold, and not the owners'.
        """

        def digests(split: Split) -> frozenset[str]:
            return frozenset(_digest(s.name) for s in samples if s.split == split)

        return cls(digests("validation"), digests("test") if folds else None)

    def applied(self, samples: Iterable[Sample]) -> list[Sample]:
        """The samples as the training split them. Under folds whatever it did not hold out
        is ``train``, also what was not there then: that is nobody's to be judged on."""
        return [replace(sample, split=self._split_of(sample)) for sample in samples]

    def _split_of(self, sample: Sample) -> Split:
        digest = _digest(sample.name)
        if self.test is None:
            moved = sample.split == "train" and digest in self.validation
            return "validation" if moved else sample.split
        if digest in self.test:
            return "test"
        return "validation" if digest in self.validation else "train"

    def to_facts(self) -> dict[str, str]:
        """One text a part, for a checkpoint or an exported file."""
        facts = {"validation": "".join(sorted(self.validation))}
        return facts if self.test is None else facts | {"test": "".join(sorted(self.test))}

    @classmethod
    def from_facts(cls, facts: Mapping[str, str]) -> TrainingSplit:
        """What :meth:`to_facts` told."""
        test = facts.get("test")
        return cls(_parts(facts["validation"]), None if test is None else _parts(test))


def _digest(name: str) -> str:
    return blake2b(name.encode(), digest_size=_BYTES).hexdigest()


def _parts(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2 * _BYTES] for i in range(0, len(text), 2 * _BYTES))
