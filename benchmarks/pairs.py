"""mien and ``fer`` on the same clip and the same cores, turn by turn."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.clips import Clip
from benchmarks.machine import ROOT, busy_seconds, load_average, usable_cores

Run = dict[str, Any]
FER_SCRIPT = Path(__file__).with_name("fer_speed.py")
#: The two ways in which ``fer`` can run its network.
VARIANTS = ("tflite", "keras")


def run_json(command: list[str], cwd: Path = ROOT) -> Run:
    """The JSON that a process prints on its last line, with the share of all cores
    that other processes kept busy meanwhile.

    Raises:
        RuntimeError: when it fails; with the end of what it said.
    """
    busy, own, wall = busy_seconds(), children_seconds(), time.perf_counter()
    load = load_average()
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    wall = time.perf_counter() - wall
    others = busy_seconds() - busy - (children_seconds() - own)
    told: Run = json.loads(done.stdout.strip().splitlines()[-1])
    share = min(1.0, max(0.0, others / wall / max(1, len(usable_cores()))))
    return told | {"load_before": load, "busy_with_others": share}


def children_seconds() -> float:
    """Processor time of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def mien_run(clip: Clip, cores: int, frames: int | None = None) -> Run:
    words = [str(clip.path), str(cores), str(frames or clip.frames)]
    return rated(run_json([sys.executable, "-m", "benchmarks.mien_speed", *words]))


def fer_run(python: Path, clip: Clip, cores: int, variant: str, frames: int | None = None) -> Run:
    words = [str(clip.path), str(cores), variant, str(frames or clip.frames)]
    return rated(run_json([str(python), str(FER_SCRIPT), *words]))


def rated(run: Run) -> Run:
    """With frames a second of the clock and of processor time."""
    return run | {
        "frames_a_second": run["frames"] / run["wall_s"],
        "frames_a_cpu_second": run["frames"] / run["cpu_s"],
    }


@dataclass(frozen=True)
class Comparison:
    """All pairs of one clip on so many cores."""

    clip: Clip
    cores: int
    variant: str
    mien: list[Run]
    fer: list[Run]

    def as_json(self) -> dict[str, Any]:
        ratios = [
            m["frames_a_second"] / f["frames_a_second"]
            for m, f in zip(self.mien, self.fer, strict=True)
        ]
        cpu = [
            m["frames_a_cpu_second"] / f["frames_a_cpu_second"]
            for m, f in zip(self.mien, self.fer, strict=True)
        ]
        return {
            "clip": self.clip.name,
            "cores": self.cores,
            "fer_variant": self.variant,
            "pairs": len(ratios),
            "ratio": spread(ratios),
            "ratio_of_cpu_time": spread(cpu),
            "mien": summary(self.mien),
            "fer": summary(self.fer),
            "runs": {"mien": self.mien, "fer": self.fer},
        }


def spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def summary(runs: list[Run]) -> dict[str, Any]:
    """Medians over the runs."""
    keys = ("frames_a_second", "frames_a_cpu_second", "peak_mb", "faces_a_frame")
    told: dict[str, Any] = {key: statistics.median(r[key] for r in runs) for key in keys}
    last = runs[-1]
    return told | {"frames": last["frames"], "with_face": last["with_face"]}


def compare(python: Path, clip: Clip, cores: int, rounds: int) -> Comparison:
    """Pairs in turn, ``fer`` in its faster way; who begins changes from pair to pair."""
    tries = {v: fer_run(python, clip, cores, v, min(40, clip.frames)) for v in VARIANTS}
    variant = max(tries, key=lambda v: tries[v]["frames_a_cpu_second"])
    ours: list[Run] = []
    theirs: list[Run] = []
    for turn in range(rounds):
        if turn % 2:
            theirs.append(fer_run(python, clip, cores, variant))
        ours.append(mien_run(clip, cores))
        if not turn % 2:
            theirs.append(fer_run(python, clip, cores, variant))
    return Comparison(clip, cores, variant, ours, theirs)
