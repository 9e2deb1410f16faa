"""One network in training: what happens at a step, told to Lightning."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import lightning as L
import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW, Optimizer
from torchmetrics import MeanMetric
from torchmetrics.classification import MulticlassConfusionMatrix

from mien.errors import DivergenceError
from mien.networks.output import NetworkOutput
from mien.training.schedule import Plateau, rate_factor
from mien.training.sharpness import SharpnessAware
from mien.training.system_recipe import OptimizerRecipe, SystemRecipe
from mien.training.teacher import Teacher, taught
from mien.training.total_loss import Targets, mixed, targets_of, total_loss

Batch = Mapping[str, Tensor]
#: Losses are looked at after this many batches, and after the last: a look makes a GPU wait.
_LOOK_EVERY: Final = 25


class SystemTraining(L.LightningModule):
    """Trains ``network`` as one stage of a recipe says.

    Everything random at a step follows from seed, epoch, batch and process, so that a
    resumed training repeats an uninterrupted one.

    Args:
        network: from ``(B, *input.shape)`` (and landmarks) to ``NetworkOutput``.
        recipe: without stages.
        classes: K.
        steps_per_epoch: of the optimiser.
        terms: losses with ``term(output, labels)``, by the names of ``recipe.loss.terms``.
        class_weights: ``(K,)`` in the cross-entropy.
        landmarks: whether the network takes them beside the picture.
        teacher: answers to the augmented, mixed pictures, where the recipe names one.
    """

    def __init__(
        self,
        network: nn.Module,
        recipe: SystemRecipe,
        classes: int,
        steps_per_epoch: int,
        terms: Mapping[str, nn.Module] | None = None,
        class_weights: Tensor | None = None,
        landmarks: bool = False,
        teacher: Teacher | None = None,
    ) -> None:
        super().__init__()
        self.recipe, self.classes, self.steps_per_epoch = recipe, classes, steps_per_epoch
        self.landmarks, self.teacher = landmarks, teacher
        self.network = network
        self.terms = nn.ModuleDict(terms or {})
        self.average: nn.Module | None = None
        if recipe.training.ema_decay:
            self.average = copy.deepcopy(network).requires_grad_(False)
        self.register_buffer("class_weights", class_weights)
        schedule = recipe.schedule
        self.plateau = Plateau(schedule.factor, schedule.patience, schedule.min_delta)
        # Not a number stays one: a mean that leaves it out hides a lost training.
        self.train_loss = MeanMetric(nan_strategy="disable")
        self.validation_loss = MeanMetric()
        self.confusion = MulticlassConfusionMatrix(classes)
        if recipe.training.compile:
            network.compile()

    @property
    def kept(self) -> nn.Module:
        """The network that is validated and kept: the average where there is one."""
        return self.network if self.average is None else self.average

    def configure_optimizers(self) -> Optimizer:
        return optimizer_of([self.network, self.terms], self.recipe.optimizer)

    def on_train_batch_start(self, *_: Any) -> None:
        recipe = self.recipe
        step, epochs = self.trainer.global_step, self.trainer.max_epochs or 1
        factor = rate_factor(step, self.steps_per_epoch, epochs, recipe.schedule)
        for group in self.optimizers().param_groups:  # type: ignore[union-attr]
            group["lr"] = recipe.optimizer.learning_rate * factor * self.plateau.scale

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        recipe = self.recipe
        torch.manual_seed(step_seed(recipe.seed, self.current_epoch, batch_idx, self.global_rank))
        images, targets = batch["image"], self._targets(batch)
        mixing = recipe.training
        if mixing.mixup_alpha and float(torch.rand(())) < mixing.mixup_share:
            images, targets = mixed(images, targets, mixing.mixup_alpha)
        if self.teacher is not None:
            answers = self.teacher.shares(images)
            targets = taught(targets, answers, recipe.loss.teacher_share)
        output = self._forward(self.network, images, batch)
        with torch.autocast(self.device.type, enabled=False):
            terms = {name: self.terms[name] for name in self.terms}
            loss, _ = total_loss(output, targets, terms, recipe.loss.terms)
        return loss

    def on_train_batch_end(self, outputs: Any, batch: Any, batch_idx: int) -> None:
        self.train_loss.update(outputs["loss"].detach(), len(batch["label"]))
        if batch_idx % _LOOK_EVERY == 0 or self.trainer.is_last_batch:
            self._refuse_a_lost_training()
        if (batch_idx + 1) % self.recipe.training.accumulate == 0:
            self._update_average()

    def _refuse_a_lost_training(self) -> None:
        """Before anything is kept: the weights of the epoch before are whole."""
        if not bool(torch.isfinite(self.train_loss.compute())):
            settings, rate = self.recipe.training, self.recipe.optimizer.learning_rate
            raise DivergenceError(
                f"The loss is no number any more in epoch {self.current_epoch + 1} (precision "
                f"{settings.precision}, learning rate {rate:g}). Nothing of this epoch was kept. "
                "Try --set training.precision=fp32, or a lower --set optimizer.learning_rate, "
                "with an --out of its own."
            )

    def validation_step(self, batch: Batch, *_: Any) -> None:
        logits = self._forward(self.kept, batch["image"], batch).logits.float()
        counted = batch["counts"] & (batch["label"] >= 0)
        logits, labels = logits[counted], batch["label"][counted]
        if len(labels):
            self.validation_loss.update(nn.functional.cross_entropy(logits, labels), len(labels))
            self.confusion.update(logits, labels)

    def on_validation_epoch_end(self) -> None:
        """Logs accuracy (WAR), UAR and loss over all processes."""
        figures = figures_of(self.confusion.compute().cpu().numpy())
        figures["validation_loss"] = float(self.validation_loss.compute())
        self.confusion.reset()
        self.validation_loss.reset()
        self.log_dict(figures, rank_zero_only=False)
        if self.recipe.schedule.name == "plateau" and not self.trainer.sanity_checking:
            self.plateau.see(figures["validation_accuracy"])

    def on_train_epoch_end(self) -> None:
        self.train_loss.reset()

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        checkpoint["plateau"] = self.plateau.state()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        self.plateau = Plateau(**checkpoint["plateau"])

    def _targets(self, batch: Batch) -> Targets:
        recipe = self.recipe
        shares = batch["shares"] if recipe.data.votes else None
        targets = targets_of(
            batch["label"], shares, batch["weight"], self.classes, recipe.loss.label_smoothing
        )
        if isinstance(self.class_weights, Tensor):
            return replace(targets, weight=targets.weight * self.class_weights[targets.labels])
        return targets

    def _forward(self, network: nn.Module, images: Tensor, batch: Batch) -> NetworkOutput:
        if self.recipe.training.channels_last:
            layout = torch.channels_last if images.ndim == 4 else torch.channels_last_3d
            images = images.contiguous(memory_format=layout)
        given = (images, batch["landmarks"]) if self.landmarks else (images,)
        output: NetworkOutput = network(*given)
        return output

    @torch.no_grad()
    def _update_average(self) -> None:
        """Exponential moving average of weights and statistics. Early on its memory is
        short (as TensorFlow's ``ExponentialMovingAverage`` with ``num_updates``), so that
        a short trial is not judged by the weights that it began with."""
        if self.average is None:
            return
        step = self.trainer.global_step
        decay = min(self.recipe.training.ema_decay, (1 + step) / (10 + step))
        new = self.network.state_dict()
        for name, value in self.average.state_dict().items():
            if value.dtype.is_floating_point:
                value.lerp_(new[name], 1 - decay)
            else:
                value.copy_(new[name])


def step_seed(seed: int, epoch: int, batch: int, rank: int) -> int:
    """Seed of everything random in one step of one process."""
    return int(np.random.SeedSequence((seed, epoch, batch, rank)).generate_state(1)[0])


def optimizer_of(modules: list[nn.Module], recipe: OptimizerRecipe) -> Optimizer:
    """Weight decay on matrices and kernels only (Loshchilov & Hutter 2019; He et al. 2019,
    arXiv:1812.01187, §3.1): biases, normalisations and single factors have none."""
    held = [p for module in modules for p in module.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in held if p.ndim > 1], "weight_decay": recipe.weight_decay},
        {"params": [p for p in held if p.ndim <= 1], "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    rate, momentum = recipe.learning_rate, recipe.momentum
    base: Optimizer
    if recipe.name == "sgd":
        base = SGD(groups, lr=rate, momentum=momentum, nesterov=recipe.nesterov)
    else:
        kind = Adam if recipe.name == "adam" else AdamW
        base = kind(groups, lr=rate, betas=(momentum, 0.999))
    return SharpnessAware(base, recipe.sam_rho) if recipe.sam_rho else base


def figures_of(confusion: np.ndarray[Any, np.dtype[np.int64]]) -> dict[str, float]:
    """Accuracy (WAR) and mean recall over the classes that occur (UAR).

    Args:
        confusion: ``(K, K)`` counts, truth by row.
    """
    size = confusion.sum(1)
    there = size > 0
    recall = confusion.diagonal()[there] / size[there]
    return {
        "validation_accuracy": float(confusion.diagonal().sum() / max(1, size.sum())),
        "validation_uar": float(recall.mean()) if there.any() else 0.0,
    }
