"""What happens after each epoch: the log, the curves, the best network, a line to read."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import lightning as L
from lightning.pytorch.callbacks import Callback
from lightning.pytorch.callbacks.progress.rich_progress import RichProgressBar

from mien.training.curves import Row, as_csv, as_svg
from mien.training.run_folder import RunFolder
from mien.training.system_training import SystemTraining
from mien.whole_file import write_whole

#: Writes the best network: (figures, epoch, seconds so far) -> bytes of the file.
Keep = Callable[[dict[str, float], int, float], bytes]


class EpochLog(Callback):
    """Rows of the log live in the checkpoint, so a resumed log is that of one training.

    Args:
        folder: of the run.
        title: of the picture.
        keep: makes the content of ``best.ckpt``.
        batch: samples a step.
        announce: print a line an epoch (where no progress bar is drawn).
    """

    def __init__(
        self, folder: RunFolder, title: str, keep: Keep, batch: int, announce: bool
    ) -> None:
        self.folder, self.title, self.keep = folder, title, keep
        self.batch, self.announce = batch, announce
        self.rows: list[Row] = []
        self.best = -1.0
        self.seconds = 0.0
        self._since = self._trained = 0.0

    def state_dict(self) -> dict[str, Any]:
        return {"rows": list(self.rows), "best": self.best, "seconds": self.seconds}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.rows, self.best = list(state_dict["rows"]), state_dict["best"]
        self.seconds = state_dict["seconds"]

    def on_train_epoch_start(self, *_: Any) -> None:
        self._since = time.monotonic()

    def on_validation_start(self, *_: Any) -> None:
        self._trained = time.monotonic()

    def on_train_epoch_end(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        assert isinstance(pl_module, SystemTraining)
        spent, trained = time.monotonic() - self._since, self._trained - self._since
        self.seconds += spent
        figures = {
            name: float(trainer.callback_metrics[name])
            for name in ("validation_loss", "validation_accuracy", "validation_uar")
        }
        train_loss = float(pl_module.train_loss.compute())
        row: dict[str, float | int | str] = {
            "epoch": trainer.current_epoch + 1,
            "step": trainer.global_step,
            "learning_rate": float(trainer.optimizers[0].param_groups[0]["lr"]),
            "train_loss": train_loss,
            **figures,
            "seconds": round(spent, 3),
            "samples_per_s": round(pl_module.steps_per_epoch * self.batch / trained, 1),
        }
        self.rows.append(row)
        better = figures["validation_accuracy"] > self.best
        self.best = max(self.best, figures["validation_accuracy"])
        for logger in trainer.loggers:
            told = {k: float(v) for k, v in row.items() if k not in ("epoch", "step")}
            logger.log_metrics(told, step=trainer.global_step)
        if trainer.is_global_zero:
            if better:
                content = self.keep(figures, trainer.current_epoch + 1, self.seconds)
                write_whole(self.folder.best, content)
            write_whole(self.folder.log, as_csv(self.rows))
            write_whole(self.folder.curves, as_svg(self.rows, self.title))
            if self.announce:
                print(self._line(row, trainer.max_epochs or 0), file=sys.stderr, flush=True)

    def _line(self, row: Row, epochs: int) -> str:
        done = int(row["epoch"])
        left_s = self.seconds / len(self.rows) * (epochs - done)
        return (
            f"epoch {done}/{epochs}: loss {float(row['train_loss']):.3f}, validation "
            f"{float(row['validation_accuracy']):.2%} (best {self.best:.2%}, UAR "
            f"{float(row['validation_uar']):.2%}), {row['samples_per_s']} samples/s, "
            f"{spoken(left_s)} left at most"
        )


def spoken(seconds: float) -> str:
    """A span for people: 48 s, 12 min, 3 h 20 min."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02d} min"


class ProgressBar(RichProgressBar):
    """Lightning's, without the version number of its logger."""

    def get_metrics(self, trainer: L.Trainer, pl_module: L.LightningModule) -> dict[str, Any]:
        items = super().get_metrics(trainer, pl_module)
        items.pop("v_num", None)
        return items
