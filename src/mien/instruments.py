"""What a recording was read with, so that its report can say it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Instruments:
    """Attributes:
    detector: a name of :data:`mien.faces.detectors.DETECTORS`.
    model: file name of the model that read expressions; '' for the bundled one.
    clips: it read clips instead of single pictures.
    """

    detector: str = "blazeface"
    model: str = ""
    clips: bool = False

    @classmethod
    def chosen(
        cls, detector: str, model: str | Path | None, video_model: str | Path | None
    ) -> Instruments:
        """As the pipeline is told them; None takes the bundled model."""
        given = video_model or model
        return cls(detector, Path(given).name if given else "", video_model is not None)
