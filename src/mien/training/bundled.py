"""Trains the bundled expression model: one recipe, seeded, resumable.

``python -m mien.training.bundled --data fer2013.zip --out runs/bundled-1``
writes ``log.csv`` (a row an epoch), ``last.pt`` (to resume) and ``best.pt``
(the averaged weights with the best validation accuracy over both heads).
PrivateTest is never read here.
"""

from __future__ import annotations

import argparse
import copy
import csv
import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import yaml
from torch import Generator, Tensor, nn

from mien.datasets.fer2013 import FER2013Data, read_fer2013
from mien.errors import DivergenceError, MienError
from mien.networks.compact import CompactNet, deepened
from mien.training.augmentation import augment
from mien.training.bundled_start import started_from
from mien.training.hardware import gains_by_bf16
from mien.training.objective import (
    Targets,
    distillation,
    draw_probabilities,
    loss_of,
    targets_of,
    teach,
)
from mien.training.recipe import Recipe
from mien.training.sharpness import SharpnessAware


@torch.no_grad()
def validate(network: nn.Module, data: FER2013Data) -> dict[str, float]:
    """Accuracy and UAR (mean per-class recall) of both heads, with one flip."""
    network.eval()
    images = torch.from_numpy(data.images)[:, None].float() / 255
    parts = [
        [a + b for a, b in zip(network(x), network(x.flip(3)), strict=True)]
        for x in images.split(256)
    ]
    plus, seven = (torch.cat([p[i] for p in parts]).argmax(1).numpy() for i in (0, 1))
    truth, keep = data.majority()
    right = plus[keep] == truth[keep]
    recalls = [right[truth[keep] == k].mean() for k in np.unique(truth[keep])]
    return {
        "ferplus_accuracy": float(right.mean()),
        "ferplus_uar": float(np.mean(recalls)),
        "fer2013_accuracy": float((seven == data.labels)[data.is_face].mean()),
    }


@dataclass
class Run:
    """Everything that a checkpoint holds."""

    network: nn.Module
    average: nn.Module
    optimizer: torch.optim.Optimizer
    generator: Generator
    epoch: int = 0
    step: int = 0
    best: float = 0.0

    def save(self, path: Path) -> None:
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "generator": self.generator.get_state(),
            "numbers": (self.epoch, self.step, self.best),
        }
        part = path.with_suffix(".part")
        torch.save(state, part)
        os.replace(part, path)

    def load(self, path: Path) -> None:
        state = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.generator.set_state(state["generator"])
        self.epoch, self.step, self.best = state["numbers"]


def start_run(recipe: Recipe, images: Tensor) -> Run:
    torch.manual_seed(recipe.seed)
    network = CompactNet(recipe.width, recipe.dropout, blocks=recipe.blocks, side_px=recipe.side_px)
    if recipe.start:
        network = deepened(started_from(Path(recipe.start), images), network)
    network = network.to(memory_format=torch.channels_last)
    decay = [p for p in network.parameters() if p.ndim > 1]
    rest = [p for p in network.parameters() if p.ndim <= 1]
    groups = [
        {"params": decay, "weight_decay": recipe.weight_decay},
        {"params": rest, "weight_decay": 0.0},
    ]
    optimizer: torch.optim.Optimizer = torch.optim.SGD(
        groups, recipe.learning_rate, momentum=0.9, nesterov=True
    )
    if recipe.sharpness_radius:
        optimizer = SharpnessAware(optimizer, recipe.sharpness_radius)
    generator = Generator().manual_seed(recipe.seed)
    return Run(network, copy.deepcopy(network).eval(), optimizer, generator)


def teacher_of(recipe: Recipe, images: Tensor) -> nn.Module | None:
    """The network of ``start`` as it is, where the recipe asks for a teacher."""
    if recipe.teacher_weight == 0:
        return None
    teacher = started_from(Path(recipe.start), images).to(memory_format=torch.channels_last)
    return torch.compile(teacher.eval()) if recipe.compile else teacher.eval()  # type: ignore[return-value]


def rate_at(step: int, steps_per_epoch: int, recipe: Recipe) -> float:
    """Linear warm-up, then half a cosine to zero."""
    warm, whole = recipe.warmup_epochs * steps_per_epoch, recipe.epochs * steps_per_epoch
    if step < warm:
        return recipe.learning_rate * (step + 1) / warm
    share = (step - warm) / max(1, whole - warm)
    return recipe.learning_rate * 0.5 * (1 + math.cos(math.pi * share))


def batches(
    images: Tensor, targets: Targets, chance: Tensor, run: Run, recipe: Recipe
) -> Iterator[tuple[Tensor, Targets]]:
    """One epoch of augmented, at times mixed, batches."""
    order = torch.multinomial(chance, len(images), replacement=True, generator=run.generator)
    for rows in order.split(recipe.batch):
        if len(rows) < recipe.batch:
            return
        x = augment(
            images[rows].float() / 255, run.generator, recipe.rotation_deg, recipe.cover_share
        )
        y = targets.take(rows)
        if float(torch.rand(1, generator=run.generator)) < recipe.mixup_share:
            seed = int(torch.randint(2**31, (1,), generator=run.generator))
            share = float(np.random.default_rng(seed).beta(recipe.mixup_alpha, recipe.mixup_alpha))
            mixed = torch.randperm(len(rows), generator=run.generator)
            x, y = share * x + (1 - share) * x[mixed], y.mix(mixed, share)
        yield x, y


@torch.no_grad()
def update_average(run: Run, decay: float) -> None:
    decay = min(decay, (1 + run.step) / (10 + run.step))
    averaged = run.average.state_dict()
    for name, value in run.network.state_dict().items():
        if value.dtype.is_floating_point:
            averaged[name].lerp_(value, 1 - decay)
        else:
            averaged[name].copy_(value)


def train_epoch(
    run: Run,
    forward: Callable[[Tensor], tuple[Tensor, Tensor]],
    stream: Iterator[tuple[Tensor, Targets]],
    steps: int,
    recipe: Recipe,
    teacher: nn.Module | None = None,
) -> float:
    run.network.train()
    total = 0.0
    for x, y in stream:
        for group in run.optimizer.param_groups:
            group["lr"] = rate_at(run.step, steps, recipe)
        x = x.contiguous(memory_format=torch.channels_last)
        taught = teach(teacher, x, recipe.teacher_temperature) if teacher else None
        loss = step_down(run, forward, (x, y, taught), recipe)
        run.step += 1
        update_average(run, recipe.ema_decay)
        total += _number(loss, run.epoch)
    run.epoch += 1
    return total / max(1, steps)


def step_down(
    run: Run,
    forward: Callable[[Tensor], tuple[Tensor, Tensor]],
    batch: tuple[Tensor, Targets, tuple[Tensor, Tensor] | None],
    recipe: Recipe,
) -> Tensor:
    """One step of the optimiser, which may look at the batch more than once."""
    x, y, taught = batch

    def gradient() -> Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=gains_by_bf16("cpu")):
            outputs = forward(x)
        loss = loss_of(outputs, y, recipe)
        if taught is not None:
            share = recipe.teacher_weight
            loss = (1 - share) * loss + share * distillation(outputs, taught, recipe)
        run.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(run.network.parameters(), 5.0)
        return loss

    loss: Tensor = run.optimizer.step(gradient)  # type: ignore[assignment,arg-type]
    return loss


def _number(loss: Tensor, epoch: int) -> float:
    """Before anything is kept: the weights of the epoch before are whole."""
    value = loss.item()
    if not math.isfinite(value):
        raise DivergenceError(
            f"The loss is no number any more in epoch {epoch + 1}. Nothing of this epoch was kept. "
            "Lower learning_rate in the recipe, and train with an --out of its own."
        )
    return value


def train(data_path: Path, out: Path, recipe: Recipe) -> None:
    """Runs, or resumes, the recipe; see the module's docstring for what it writes.

    Raises:
        DivergenceError: the loss is no number any more.
    """
    out.mkdir(parents=True, exist_ok=True)
    learn, check = read_fer2013(data_path, "train"), read_fer2013(data_path, "validation")
    images = torch.from_numpy(learn.images)[:, None]
    targets = targets_of(learn, recipe.label_smoothing)
    chance = draw_probabilities(learn, recipe.rare_power)
    run = start_run(recipe, images)
    if (out / "last.pt").exists():
        run.load(out / "last.pt")
    forward = torch.compile(run.network) if recipe.compile else run.network
    steps = len(images) // recipe.batch
    teacher = teacher_of(recipe, images)
    while run.epoch < recipe.epochs:
        start = time.monotonic()
        stream = batches(images, targets, chance, run, recipe)
        loss = train_epoch(run, forward, stream, steps, recipe, teacher)
        scores = validate(run.average, check)
        figure = scores["ferplus_accuracy"] + scores["fer2013_accuracy"]
        if figure > run.best:
            run.best = figure
            torch.save(
                {
                    "weights": run.average.state_dict(),
                    "recipe": asdict(recipe),
                    "epoch": run.epoch,
                    "validation": scores,
                },
                out / "best.pt",
            )
        run.save(out / "last.pt")
        row = {"epoch": run.epoch, "loss": loss, **scores, "seconds": time.monotonic() - start}
        _log(out / "log.csv", row)


def _log(path: Path, row: dict[str, float]) -> None:
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, row.keys())
        if new:
            writer.writeheader()
        writer.writerow({k: round(v, 5) for k, v in row.items()})
    print({k: round(v, 4) for k, v in row.items()}, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("runs/bundled-1"))
    parser.add_argument("--recipe", type=Path, default=Path("recipes/bundled-1.yaml"))
    arguments = parser.parse_args()
    recipe = Recipe(**yaml.safe_load(arguments.recipe.read_text()))
    try:
        train(arguments.data, arguments.out, recipe)
    except MienError as error:
        parser.exit(1, f"mien: {error}\n")


if __name__ == "__main__":
    main()
