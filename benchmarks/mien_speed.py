"""Frames a second of mien on one clip, in a process of its own:
``python -m benchmarks.mien_speed CLIP CORES FRAMES``."""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from benchmarks.resident_memory import peak_mb

if TYPE_CHECKING:  # loaded in main(), after the cores are chosen
    from mien.observations import Observation


def main(clip: str, cores: int, most: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    from mien import Pipeline

    times: set[float] = set()
    with_face: set[float] = set()
    faces = unknown = 0
    with Pipeline(every_s=None) as pipeline:
        next(iter(pipeline.stream(clip)))  # everything is loaded and has run once
        wall, cpu = time.perf_counter(), time.process_time()
        for row in until(pipeline.stream(clip), most):
            times.add(row.time_s)
            if row.has_face:
                with_face.add(row.time_s)
                faces += 1
                unknown += row.expression is not None and row.expression.is_unknown
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    frames = len(times)
    result = {"frames": frames, "wall_s": wall, "cpu_s": cpu, "with_face": len(with_face)}
    result |= {"faces_a_frame": faces / max(1, frames), "unknown": unknown}
    print(json.dumps(result | {"peak_mb": peak_mb()}))


def until(rows: Iterator[Observation], most: int) -> Iterator[Observation]:
    """The rows of the first ``most`` instants."""
    for number, (_, group) in enumerate(itertools.groupby(rows, key=lambda row: row.time_s)):
        if number == most:
            return
        yield from group


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
