"""What an expression network is given: shape and normalisation, told once.

Training, evaluation, export and live reading all prepare pictures from this value,
and an exported file carries it in its metadata, so none can disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Mean and standard deviation of ImageNet's training pictures, RGB in [0, 1]
#: (torchvision's published values); backbones pre-trained there expect them.
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_DEVIATION = (0.229, 0.224, 0.225)
#: Rec. 601: what red, green and blue are worth in grey.
LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class NetworkInput:
    """Shape and normalisation of one input.

    Attributes:
        side_px: height and width, pixels.
        channels: 3 for RGB, 1 for grey (Rec. 601 luma).
        frames: of a clip; None for a still picture.
        landmarks: how many points ``(n, 2)`` in [0, 1] of the crop the network takes
            beside the picture; 0 for none.
        mean: a channel, of pixels in [0, 1].
        deviation: a channel, of pixels in [0, 1].
    """

    side_px: int
    channels: int = 3
    frames: int | None = None
    landmarks: int = 0
    mean: tuple[float, ...] = IMAGENET_MEAN
    deviation: tuple[float, ...] = IMAGENET_DEVIATION

    def __post_init__(self) -> None:
        if len(self.mean) != self.channels or len(self.deviation) != self.channels:
            raise ValueError(
                f"{self.channels} channels need as many means and deviations; "
                f"got {self.mean} and {self.deviation}"
            )

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one input: ``(C, H, W)``, or ``(C, T, H, W)`` for a clip."""
        plane = (self.side_px, self.side_px)
        return (self.channels, *((self.frames,) if self.frames else ()), *plane)
