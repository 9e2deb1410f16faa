"""The learning rate as a function of the step; only ``plateau`` remembers anything."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

from mien.training.system_recipe import ScheduleRecipe


def rate_factor(step: int, steps_per_epoch: int, epochs: int, schedule: ScheduleRecipe) -> float:
    """Of the peak rate at a step (from 0): linear warm-up, then the schedule.

    Cosine: Loshchilov & Hutter 2017 (arXiv:1608.03983), one half period, no restarts.
    """
    warm = round(schedule.warmup_epochs * steps_per_epoch)
    if step < warm:
        return (step + 1) / warm
    if schedule.name != "cosine":
        return 1.0
    share = (step - warm) / max(1, epochs * steps_per_epoch - warm)
    return 0.5 * (1 + math.cos(math.pi * min(1.0, share)))


@dataclass
class Plateau:
    """Multiplies the rate by ``factor`` after more than ``patience`` epochs without gain
    (as ``torch.optim.lr_scheduler.ReduceLROnPlateau``, mode max, absolute threshold)."""

    factor: float
    patience: int
    min_delta: float
    best: float = -math.inf
    waited: int = 0
    scale: float = 1.0

    def see(self, figure: float) -> None:
        """One epoch's validation figure; larger is better."""
        if figure > self.best + self.min_delta:
            self.best, self.waited = figure, 0
            return
        self.waited += 1
        if self.waited > self.patience:
            self.scale *= self.factor
            self.waited = 0

    def state(self) -> dict[str, float]:
        return asdict(self)
