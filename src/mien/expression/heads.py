"""Outputs of an exported model that tell classes: its own, and one for each further label
set that it learned (the bundled model knows FER+'s and FER2013's)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mien.expression.calibration import Calibration
from mien.expression.model_facts import ModelFacts
from mien.labels import LABEL_SETS


@dataclass(frozen=True)
class Head:
    """Attributes:
    output: its name in the file.
    labels: of its columns, in the words of the data set.
    calibration: of its logits; that of a further output is not known, and so none.
    """

    output: str
    labels: tuple[str, ...]
    calibration: Calibration


def heads_of(facts: ModelFacts, outputs: Iterable[str]) -> tuple[Head, ...]:
    """The model's own first.

    Args:
        outputs: names of all outputs of the file; one that is named as a label set
            (:data:`mien.labels.LABEL_SETS`) tells its classes.
    """
    own = Head(facts.output, facts.labels, facts.calibration)
    others = [name for name in outputs if name in LABEL_SETS and name != facts.output]
    return (own, *(Head(name, LABEL_SETS[name], Calibration()) for name in others))


def head_with(heads: Iterable[Head], labels: Iterable[str]) -> Head | None:
    """The first that tells these very classes, in whatever order."""
    wanted = sorted(labels)
    return next((head for head in heads if sorted(head.labels) == wanted), None)
