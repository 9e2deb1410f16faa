"""Does the video network learn time? ``python -m benchmarks.time_proof`` (about ten minutes on
one core) trains it and a frame-wise twin on clips that only time tells apart
(:mod:`mien.datasets.motion_clips`), and asks both about faces that neither has seen.

The twin is the same network that is shown one frame at a time; its answer is the mean of its
logits. Faces to train are FER2013's training split, faces to ask about its PrivateTest.
Nothing is chosen on the latter: sizes, steps and rates are set below.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from rich.progress import Progress
from torch import Tensor, nn

from benchmarks import machine
from mien.datasets.fer2013 import read_fer2013
from mien.datasets.motion_clips import ORDERS, Pictures, motion_clips
from mien.losses.table import loss_of
from mien.metrics.intervals import wilson
from mien.networks.r2plus1d_attention import FEATURES
from mien.networks.table import system_of
from mien.whole_file import write_whole

OUT = machine.ROOT / "benchmarks" / "results" / "time-proof.json"


@dataclass(frozen=True)
class Size:
    """Of the proof; small enough for one core. Rate and batch are the paper's."""

    frames: int = 16
    side_px: int = 32
    width: int = 8
    backbone: str = "r2plus1d_10"
    train_paths: int = 2000
    test_paths: int = 500
    steps: int = 1200
    batch: int = 32
    rate: float = 1e-3
    seed: int = 0


class FrameWise(nn.Module):
    """A video network that is shown single frames: ``(B, C, T, H, W)`` -> mean of the
    frames' logits ``(B, K)``."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Any:
        frames = x.transpose(1, 2).flatten(0, 1)[:, :, None]
        output = self.network(frames)
        output.logits = output.logits.unflatten(0, (len(x), -1)).mean(1)
        output.features = output.features.unflatten(0, (len(x), -1)).mean(1)
        return output


def network_of(kind: str, size: Size) -> nn.Module:
    """``video``, ``video without attention`` or ``frame-wise``."""
    torch.manual_seed(size.seed)
    network = system_of("r2plus1d-attention").build(
        len(ORDERS),
        backbone=size.backbone,
        width=size.width,
        channels=1,
        attention=kind != "video without attention",
    )
    return FrameWise(network) if kind == "frame-wise" else network


def prepared(clips: Pictures) -> Tensor:
    """``(B, T, S, S)`` grey -> ``(B, 1, T, S, S)`` around 0; a quarter is about the deviation
    of FER2013's pixels."""
    return (torch.from_numpy(clips).float()[:, None] / 255 - 0.5) / 0.25


def train(network: nn.Module, clips: Pictures, labels: Any, size: Size, title: str) -> float:
    """Cross-entropy and sparse centre loss, 1 to 1 as in the paper; returns seconds."""
    centre = loss_of("sparse_center", len(ORDERS), FEATURES)
    optimiser = torch.optim.Adam([*network.parameters(), *centre.parameters()], size.rate)
    decay = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.01, size.steps)
    draws = np.random.default_rng(size.seed)
    start = time.perf_counter()
    network.train()
    with Progress() as progress:
        task = progress.add_task(title, total=size.steps)
        for _ in range(size.steps):
            chosen = draws.choice(len(clips), size.batch, replace=False)
            truth = torch.from_numpy(labels[chosen])
            output = network(prepared(clips[chosen]))
            loss = F.cross_entropy(output.logits, truth) + centre(output, truth)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            decay.step()
            progress.update(task, advance=1, description=f"{title} {float(loss.detach()):.3f}")
    return time.perf_counter() - start


def answers(network: nn.Module, clips: Pictures) -> Any:
    """The class of each clip."""
    network.eval()
    with torch.no_grad():
        parts = [network(prepared(clips[i : i + 100])).logits for i in range(0, len(clips), 100)]
    return torch.cat(parts).argmax(1).numpy()


def judged(found: Any, labels: Any) -> dict[str, Any]:
    """Accuracy in percent with its 95 % interval, and the recall of each class."""
    right = found == labels
    low, high = wilson(int(right.sum()), len(right))
    recalls = {
        name: round(100 * float(right[labels == i].mean()), 2) for i, name in enumerate(ORDERS)
    }
    return {
        "accuracy": round(100 * float(right.mean()), 2),
        "interval": [round(100 * low, 2), round(100 * high, 2)],
        "recalls": recalls,
    }


def shuffled(clips: Pictures, seed: int) -> Pictures:
    """The same pictures of each clip in an order drawn anew."""
    draws = np.random.default_rng(seed)
    return np.stack([draws.permutation(clip) for clip in clips])


def clips_of(archive: Path, split: str, paths: int, size: Size) -> tuple[Pictures, Any]:
    data = read_fer2013(archive, split)
    faces = data.images[data.is_face]
    # Another seed for each split, lest both draw the same motions.
    return motion_clips(
        faces, paths, size.frames, size.side_px, size.seed + (1 if split == "test" else 2)
    )


def prove(archive: Path, size: Size, kinds: list[str]) -> dict[str, Any]:
    """Trains and judges; the whole result."""
    train_clips, train_labels = clips_of(archive, "train", size.train_paths, size)
    test_clips, test_labels = clips_of(archive, "test", size.test_paths, size)
    found: dict[str, Any] = {}
    for kind in kinds:
        network = network_of(kind, size)
        seconds = train(network, train_clips, train_labels, size, kind)
        found[kind] = {
            **judged(answers(network, test_clips), test_labels),
            "order destroyed": judged(answers(network, shuffled(test_clips, 0)), test_labels)[
                "accuracy"
            ],
            "parameters": sum(p.numel() for p in network.parameters()),
            "train_s": round(seconds),
        }
        gamma = dict(network.named_parameters()).get("attention.gamma")
        if gamma is not None:
            found[kind]["gamma"] = round(float(gamma.detach()), 4)
    return {
        "size": asdict(size),
        "test clips": len(test_clips),
        "chance": 100 / len(ORDERS),
        "networks": found,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    shared = os.environ.get("MIEN_SHARED", machine.ROOT.parent / "shared")
    parser.add_argument("--data", type=Path, default=Path(shared) / "data" / "fer2013.zip")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--steps", type=int, default=Size.steps)
    parser.add_argument(
        "--kinds", nargs="+", default=["video", "video without attention", "frame-wise"]
    )
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    result = prove(chosen.data, Size(steps=chosen.steps), chosen.kinds)
    result = {**machine.describe(), "torch": torch.__version__, **result}
    write_whole(chosen.out, (json.dumps(result, indent=1) + "\n").encode())
    print(json.dumps(result["networks"], indent=1))


if __name__ == "__main__":
    main()
