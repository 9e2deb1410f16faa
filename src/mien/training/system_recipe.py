"""What a training of a published system is told, whole: one value a recipe file.

``recipes/*.yaml`` are these values, every key written out; ``docs/training.md`` explains
each. Ranges are checked when a file is read (:mod:`mien.training.recipe_file`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mien.training.transforms import Augmentation


def _number(default: Any, low: float, high: float) -> Any:
    """A field with the range in which its value makes sense."""
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True)
class DataRecipe:
    """Attributes:
    dataset: name of a reader (``mien.datasets.table``).
    side_px: of the square that the network sees.
    votes: learn the shares of the annotators instead of one label.
    balance: a sample is drawn with a chance ~ (1 / size of its class)^balance;
        0 takes each sample once an epoch, 1 takes every class as often.
    class_weights: exponent of the same form, as weights in the loss.
    folds: number of folds that keep people apart; 0 takes the owners' split.
    fold: which of the folds is the test split, and so not looked at.
    align: lay crops by landmarks, where the data has them.
    landmarks: those that the owners gave, or found by the face mesh where they gave none.
    illumination: normalisation of light before anything else.
    cache: keep decoded pictures in a memory-mapped file.
    workers: processes that prepare batches beside the training; 0 for none.
    """

    dataset: str = "fer2013"
    side_px: int = _number(224, 16, 1024)
    votes: bool = False
    balance: float = _number(0.0, 0, 1)
    class_weights: float = _number(0.0, 0, 1)
    folds: int = _number(0, 0, 100)
    fold: int = _number(0, 0, 99)
    align: bool = False
    landmarks: Literal["given", "found"] = "given"
    illumination: Literal["none", "histogram", "dct"] = "none"
    cache: bool = True
    workers: int = _number(0, 0, 128)


@dataclass(frozen=True)
class LossRecipe:
    """Total = cross-entropy + sum of weight * term.

    Attributes:
        label_smoothing: share that is spread evenly over the classes.
        terms: weights of losses (``mien.losses.table``) by name.
        teacher: an exported expression model, or ``bundled``, whose answers are a part of the
            targets (:mod:`mien.training.teacher`); '' for none.
        teacher_share: that part.
    """

    label_smoothing: float = _number(0.0, 0, 0.9)
    terms: Mapping[str, float] = field(default_factory=dict)
    teacher: str = ""
    teacher_share: float = _number(0.5, 0, 1)


@dataclass(frozen=True)
class OptimizerRecipe:
    """Attributes:
    name: SGD, Adam or AdamW.
    learning_rate: at its peak.
    momentum: of SGD; Adam's first beta.
    nesterov: SGD only.
    weight_decay: of matrices and kernels; never of biases and normalisations.
    clip_norm: largest norm of the gradient; 0 for no limit.
    sam_rho: radius of sharpness-aware minimisation (Foret et al. 2021,
        arXiv:2010.01412); 0 for none.
    """

    name: Literal["sgd", "adam", "adamw"] = "adam"
    learning_rate: float = _number(1e-3, 0, 10)
    momentum: float = _number(0.9, 0, 0.9999)
    nesterov: bool = False
    weight_decay: float = _number(0.0, 0, 1)
    clip_norm: float = _number(0.0, 0, 1e6)
    sam_rho: float = _number(0.0, 0, 10)


@dataclass(frozen=True)
class ScheduleRecipe:
    """Attributes:
    name: half a cosine to 0, a factor when validation stands still, or constant.
    warmup_epochs: of linear growth from 0 before.
    factor: of ``plateau``.
    patience: epochs without gain before ``plateau`` acts.
    min_delta: smallest growth of the validation accuracy that counts as gain.
    """

    name: Literal["cosine", "plateau", "constant"] = "cosine"
    warmup_epochs: float = _number(0.0, 0, 1000)
    factor: float = _number(0.5, 0, 1)
    patience: int = _number(7, 0, 10_000)
    min_delta: float = _number(0.0, 0, 1)


@dataclass(frozen=True)
class TrainingRecipe:
    """Attributes:
    epochs: at most.
    max_steps: at most that many steps of the optimiser in all, for a trial; 0 for no limit.
    batch: samples a step of the optimiser, over all processes and accumulated parts.
    accumulate: parts into which a process cuts its share of the batch.
    precision: of activations; ``bf16`` and ``fp16`` keep weights in fp32. ``auto`` is bf16
        where that is quicker (:func:`mien.training.hardware.gains_by_bf16`), else fp32.
    channels_last: memory layout NHWC.
    compile: ``torch.compile``.
    ema_decay: of the average of the weights, a step; the average is validated and kept.
        0 for none.
    mixup_alpha: Zhang et al. 2018, arXiv:1710.09412; 0 for none.
    mixup_share: of the batches that are mixed.
    stop_patience: epochs without gain before the training ends; 0 for never.
    stop_min_delta: smallest growth of the validation accuracy that counts as gain.
    """

    epochs: int = _number(50, 1, 100_000)
    max_steps: int = _number(0, 0, 10**9)
    batch: int = _number(64, 1, 65_536)
    accumulate: int = _number(1, 1, 1024)
    precision: Literal["auto", "bf16", "fp16", "fp32"] = "auto"
    channels_last: bool = True
    compile: bool = False
    ema_decay: float = _number(0.0, 0, 0.999999)
    mixup_alpha: float = _number(0.0, 0, 10)
    mixup_share: float = _number(0.5, 0, 1)
    stop_patience: int = _number(0, 0, 100_000)
    stop_min_delta: float = _number(0.0, 0, 1)


@dataclass(frozen=True)
class SystemRecipe:
    """Attributes:
    system: a name of :data:`mien.networks.table.SYSTEMS`.
    switches: of the network, those that differ from its defaults.
    weights: to start from: ``scratch``, ``imagenet``, ``kinetics``, ``bundled`` or a file.
    seed: of weights, order, augmentation, dropout and mixing.
    augmentation: see :class:`mien.training.transforms.Augmentation`.
    stages: what differs in each of several trainings, one after the other, each from
        the best weights of the one before. Empty: one training.
    """

    system: str
    switches: Mapping[str, Any] = field(default_factory=dict)
    weights: str = "scratch"
    seed: int = _number(1, 0, 2**31 - 1)
    data: DataRecipe = field(default_factory=DataRecipe)
    augmentation: Augmentation = field(default_factory=Augmentation)
    loss: LossRecipe = field(default_factory=LossRecipe)
    optimizer: OptimizerRecipe = field(default_factory=OptimizerRecipe)
    schedule: ScheduleRecipe = field(default_factory=ScheduleRecipe)
    training: TrainingRecipe = field(default_factory=TrainingRecipe)
    stages: tuple[Mapping[str, Any], ...] = ()
