"""Memory of the analysis of a long video, in a process of its own:
``python -m benchmarks.long_video VIDEO FOLDER``."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np

from benchmarks.resident_memory import peak_mb, rss_mb

#: Memory is read this often in the video's time.
EVERY_S = 30.0
#: From here on all is loaded, and what still grows grows with the length.
SETTLED = 0.1


def main(video: str, folder: str) -> None:
    import mien

    bare = rss_mb()
    marks: list[tuple[float, float]] = []

    def note(done_s: float, _: float | None) -> None:
        if not marks or done_s - marks[-1][0] >= EVERY_S:
            marks.append((done_s, rss_mb()))

    wall, cpu = time.perf_counter(), time.process_time()
    with mien.Pipeline() as pipeline:
        loaded = rss_mb()
        result = pipeline(video, progress=note)
        read = peak_mb()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        result.save(folder)
    told: dict[str, Any] = {"start_mb": bare, "loaded_mb": loaded, "peak_reading_mb": read}
    told |= {"peak_mb": peak_mb()}
    told |= {"wall_s": wall, "cpu_s": cpu, "every_s": pipeline.every_s}
    told |= {"observations": len(result.observations), "duration_s": result.source.duration_s}
    print(json.dumps(told | growth(marks)))


def growth(marks: list[tuple[float, float]]) -> dict[str, float | list[list[float]]]:
    """Memory at the quarters and its growth per hour of video, by a straight line
    through everything after the first tenth."""
    times, held = np.array(marks).T
    settled = times >= SETTLED * times[-1]
    slope = np.polyfit(times[settled] / 3600, held[settled], 1)[0] if settled.sum() > 1 else 0.0
    quarters = [int(np.searchsorted(times, q * times[-1])) for q in (0, 0.25, 0.5, 0.75, 1)]
    return {
        "quarters_mb": [[float(times[i]), float(held[i])] for i in quarters],
        "growth_mb_an_hour": float(slope),
        "spread_mb": float(np.ptp(held[settled])),
    }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
