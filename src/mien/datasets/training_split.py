"""Which samples a training held out and chose its epoch on, by name, and by pixels where the
name is only a place in a table: a data set may change after it, and folds made of it again
would be others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np

from mien.datasets.sample import Sample, Split

#: 64 bits: among 60,000 names, more than any data set here has whose splits mien makes, two
#: share a digest with a chance of one in ten thousand million (n² / 2⁶⁵).
_BYTES = 8
_NAMES = {"validation", "test"}


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
            return frozenset(_digest(s) for s in samples if s.split == split)

        return cls(digests("validation"), digests("test") if folds else None)

    def applied(self, samples: Iterable[Sample]) -> list[Sample]:
        """The samples as the training split them. Under folds whatever it did not hold out
        is ``train``, also what was not there then: that is nobody's to be judged on."""
        return [replace(sample, split=self._split_of(sample)) for sample in samples]

    def gone(self, samples: Iterable[Sample]) -> int:
        """How many of those that were held out as a fold are not among the samples."""
        return len((self.test or frozenset()) - {_digest(sample) for sample in samples})

    def _split_of(self, sample: Sample) -> Split:
        digest = _digest(sample)
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
        """What :meth:`to_facts` told.

        Raises:
            ValueError: it is no such thing.
        """
        if not isinstance(facts, Mapping) or not {"validation"} <= set(facts) <= _NAMES:
            raise ValueError("expected the parts validation and, under folds, test")
        test = facts.get("test")
        return cls(_parts(facts["validation"]), None if test is None else _parts(test))


def _digest(sample: Sample) -> str:
    digest = blake2b(sample.name.encode(), digest_size=_BYTES)
    if isinstance(sample.source, np.ndarray):
        # Rows of a table are named by number: one row less, and each name is another picture.
        digest.update(repr(sample.source.shape).encode())
        digest.update(sample.source.tobytes())
    return digest.hexdigest()


def _parts(text: object) -> frozenset[str]:
    width = 2 * _BYTES
    if not isinstance(text, str) or len(text) % width or not set(text) <= set("0123456789abcdef"):
        raise ValueError(f"expected digests of {width} hexadecimal digits each")
    return frozenset(text[i : i + width] for i in range(0, len(text), width))
