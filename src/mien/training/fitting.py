"""One stage's epochs, as Lightning runs them: files of the folder, interruption, summary."""

from __future__ import annotations

import logging
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

import lightning as L
from lightning.pytorch.callbacks import Callback, EarlyStopping, ModelCheckpoint
from lightning.pytorch.loggers import TensorBoardLogger
from lightning.pytorch.trainer.states import TrainerStatus
from torch import Tensor
from torch.utils.data import DataLoader

from mien.training.batches import loader_of
from mien.training.epoch_log import EpochLog, ProgressBar, spoken
from mien.training.hardware import Hardware
from mien.training.kept_network import checkpoint_of
from mien.training.last_checkpoint import WholeCheckpoints, epochs_done
from mien.training.prepared_data import PreparedData
from mien.training.run_folder import RunFolder
from mien.training.sampling import TrainingSampler, ValidationSampler
from mien.training.system_recipe import SystemRecipe
from mien.training.system_training import SystemTraining

Loader = DataLoader[dict[str, Tensor]]


def fit(
    recipe: SystemRecipe,
    folder: RunFolder,
    hardware: Hardware,
    data: PreparedData,
    training: SystemTraining,
    sampler: TrainingSampler,
    epochs: int,
) -> dict[str, Any]:
    """Trains, or goes on after the last whole epoch; answers the summary.

    Args:
        recipe: without stages.
        folder: claimed by the recipe.
        epochs: in all, those before an interruption too.
    """
    # Hardware and tips, which Lightning prints; what matters is said below.
    logging.getLogger("lightning.pytorch.utilities.rank_zero").setLevel(logging.WARNING)
    log = EpochLog(
        folder,
        f"{recipe.system}, {recipe.data.dataset}",
        lambda figures, epoch, s: checkpoint_of(
            training, recipe, data, figures | {"epoch": epoch, "seconds": s}, hardware
        ),
        recipe.training.batch,
        announce=not sys.stderr.isatty() and hardware.rank == 0,
    )
    resume = folder.last if folder.last.is_file() else None
    if resume is not None:
        # Lightning begins the first epoch before it tells which that is, and a loader with
        # workers has drawn the first batches by then.
        sampler.set_epoch(epochs_done(resume))
    say(hardware, f"resumes from {resume}" if resume else f"writes to {folder.path}")
    trainer = _trainer(recipe, folder, hardware, log, epochs)
    loaders = _loaders(recipe, hardware, data, sampler)
    _run(trainer, training, loaders, resume)
    summary = {
        "system": recipe.system,
        "dataset": recipe.data.dataset,
        "best_validation_accuracy": log.best,
        "epochs": len(log.rows),
        "seconds": round(log.seconds, 1),
        "parameters": sum(p.numel() for p in training.network.parameters()),
        "checkpoint": str(folder.best),
    }
    if trainer.is_global_zero:
        folder.finish(summary)
    say(hardware, f"best validation accuracy {log.best:.2%} after {spoken(log.seconds)}")
    return summary


def _trainer(
    recipe: SystemRecipe, folder: RunFolder, hardware: Hardware, log: EpochLog, epochs: int
) -> L.Trainer:
    return L.Trainer(
        **hardware.trainer_settings(recipe),
        max_epochs=epochs,
        accumulate_grad_batches=recipe.training.accumulate,
        gradient_clip_val=recipe.optimizer.clip_norm or None,
        callbacks=_callbacks(recipe, folder, log),
        plugins=[WholeCheckpoints()],
        logger=TensorBoardLogger(str(folder.path), name="tensorboard", version=""),
        log_every_n_steps=50,
        num_sanity_val_steps=0,
        enable_progress_bar=sys.stderr.isatty(),
        enable_model_summary=False,
        use_distributed_sampler=False,
    )


def _loaders(
    recipe: SystemRecipe, hardware: Hardware, data: PreparedData, sampler: TrainingSampler
) -> tuple[Loader, Loader]:
    """For training and for validation."""
    share, pinned = hardware.share(recipe), hardware.device == "cuda"
    batch = max(1, recipe.training.batch // (share.world * share.accumulate))
    return (
        loader_of(data.train, sampler, recipe.data.workers, pinned),
        loader_of(
            data.validation,
            ValidationSampler(len(data.validation), 2 * batch, share),
            recipe.data.workers,
            pinned,
        ),
    )


def _callbacks(recipe: SystemRecipe, folder: RunFolder, log: EpochLog) -> list[Callback]:
    settings = recipe.training
    keep = ModelCheckpoint(
        dirpath=str(folder.path),
        filename=folder.last.stem,
        save_on_train_epoch_end=True,
        enable_version_counter=False,
    )
    callbacks: list[Callback] = [log, keep]
    if settings.stop_patience:
        callbacks.append(
            EarlyStopping(
                "validation_accuracy",
                mode="max",
                patience=settings.stop_patience,
                min_delta=settings.stop_min_delta,
                check_on_train_epoch_end=False,
            )
        )
    if sys.stderr.isatty():
        callbacks.append(ProgressBar(leave=False))
    return callbacks


def _run(
    trainer: L.Trainer,
    training: SystemTraining,
    loaders: tuple[Loader, Loader],
    resume: Path | None,
) -> None:
    """Lightning's fit; Ctrl-C comes out as Ctrl-C."""
    handler = signal.getsignal(signal.SIGINT)
    with warnings.catch_warnings():
        # What it warns about is on purpose: few workers, one checkpoint in the folder.
        warnings.filterwarnings("ignore", module="lightning")
        try:
            trainer.fit(training, loaders[0], loaders[1], ckpt_path=str(resume) if resume else None)
        except SystemExit as end:
            if trainer.state.status == TrainerStatus.INTERRUPTED:
                raise KeyboardInterrupt from end
            raise
        finally:
            signal.signal(signal.SIGINT, handler)


def say(hardware: Hardware, text: str) -> None:
    """One line to the one who waits, from one process."""
    if hardware.rank == 0:
        print(f"mien: {text}", file=sys.stderr, flush=True)
