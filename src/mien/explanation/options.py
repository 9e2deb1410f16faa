"""What ``mien explain`` is told; reading this imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ExplanationOptions:
    """Attributes:
    checkpoint: that ``mien train`` wrote.
    images: pictures; for a video network clips: videos, or folders of frames.
    target: label to explain; None for the one that the network says of each.
    find_faces: the pictures are photographs: every face in them is cut out first.
    """

    checkpoint: Path
    images: tuple[Path, ...]
    target: str | None = None
    find_faces: bool = False
