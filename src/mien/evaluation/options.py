"""What ``mien evaluate`` is told; reading this imports neither torch nor scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mien.errors import SettingsError, choose_from

#: Of decisions, and of features under a classifier.
FEATURES: Final = "features"
ENSEMBLE_NAMES: Final = ("majority", "average", "weighted", FEATURES)
CLASSIFIER_NAMES: Final = ("svm", "forest")
SPLITS: Final = ("train", "validation", "test")


@dataclass(frozen=True)
class EvaluationOptions:
    """The options of ``mien evaluate``; see its help.

    Raises:
        SettingsError: they do not fit together.
    """

    checkpoints: tuple[Path, ...]
    data: Path
    dataset: str | None = None
    split: str = "test"
    ensemble: str | None = None
    classifier: str | None = None
    flip: bool = False
    compare: bool = False
    groups: Path | None = None

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise SettingsError(choose_from("Split", self.split, SPLITS))
        if self.ensemble is not None and self.ensemble not in ENSEMBLE_NAMES:
            raise SettingsError(choose_from("Ensemble", self.ensemble, ENSEMBLE_NAMES))
        if self.classifier is not None and self.classifier not in CLASSIFIER_NAMES:
            raise SettingsError(choose_from("Classifier", self.classifier, CLASSIFIER_NAMES))
        if self.ensemble is not None and len(self.checkpoints) < 2:
            raise SettingsError("--ensemble needs two checkpoints or more.")
        if self.classifier and self.ensemble not in (None, FEATURES):
            raise SettingsError(
                f"--classifier works on features, not with --ensemble {self.ensemble}; "
                f"use --ensemble {FEATURES}."
            )
        if self.compare and len(self.checkpoints) < 2 and not self.classifier:
            raise SettingsError("--compare needs two checkpoints or more.")

    @property
    def wants_features(self) -> bool:
        """A classical classifier takes part."""
        return self.classifier is not None or self.ensemble == FEATURES
