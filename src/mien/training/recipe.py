"""What a training of the bundled expression model is told, whole."""

from __future__ import annotations

from dataclasses import dataclass

from mien.networks.compact import BLOCKS, INPUT_PX


@dataclass(frozen=True)
class Recipe:
    """See ``recipes/bundled-1.yaml`` for what each value means."""

    seed: int
    width: int
    dropout: float
    epochs: int
    batch: int
    learning_rate: float
    weight_decay: float
    warmup_epochs: int
    ema_decay: float
    mixup_alpha: float
    fer2013_weight: float
    label_smoothing: float
    rare_power: float
    compile: bool
    mixup_share: float = 0.5
    rotation_deg: float = 20.0
    cover_share: float = 0.35
    start: str = ""
    teacher_weight: float = 0.0
    teacher_temperature: float = 2.0
    blocks: tuple[int, ...] = BLOCKS
    side_px: int = INPUT_PX
    sharpness_radius: float = 0.0
