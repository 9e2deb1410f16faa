"""The benchmark's own arithmetic: a wrong ruler would flatter every result."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from benchmarks.clips import loop_clip, write_clip
from benchmarks.long_video import growth
from benchmarks.markdown import table
from benchmarks.pairs import spread, summary
from benchmarks.readable import page
from benchmarks.stages import Clock


def test_a_looped_clip_has_rising_times_and_the_wished_length(tmp_path: Path) -> None:
    pictures = (np.full((48, 64, 3), 20 * i, np.uint8) for i in range(12))
    write_clip(tmp_path / "short.mp4", pictures, (64, 48))
    loop_clip(tmp_path / "short.mp4", tmp_path / "long.mp4", 2.0)
    with av.open(str(tmp_path / "long.mp4")) as clip:
        frames = [(f.time, float(f.to_ndarray(format="gray").mean())) for f in clip.decode(video=0)]
    times = np.array([t for t, _ in frames])
    # 12 frames at 24000/1001 a second are 0.5005 s; four turns reach 2 s.
    assert len(frames) == 48
    np.testing.assert_allclose(np.diff(times), 1001 / 24000, atol=1e-3)
    assert frames[0][1] == pytest.approx(frames[12][1], abs=2)
    assert frames[11][1] > frames[12][1] + 100


def test_growth_by_hand() -> None:
    # 3 hours; 50 MB of loading in the first tenth, then 6 MB an hour.
    marks = [(0.0, 50.0), *((h * 3600, 100.0 + 6 * h) for h in (0.5, 1.0, 1.5, 2.0, 2.5, 3.0))]
    told = growth(marks)
    assert told["growth_mb_an_hour"] == pytest.approx(6.0)
    assert told["spread_mb"] == pytest.approx(15.0)
    assert told["quarters_mb"] == [
        [0.0, 50.0],
        [3600.0, 106.0],
        [5400.0, 109.0],
        [9000.0, 115.0],
        [10800.0, 118.0],
    ]


def test_medians_and_spread_by_hand() -> None:
    assert spread([3.0, 1.0, 8.0]) == {"median": 3.0, "min": 1.0, "max": 8.0}
    run = {"peak_mb": 1.0, "faces_a_frame": 1.0, "frames": 9, "with_face": 8}
    runs = [{**run, "frames_a_second": v, "frames_a_cpu_second": 2 * v} for v in (1.0, 5.0, 2.0)]
    assert summary(runs)["frames_a_second"] == 2.0
    assert summary(runs)["frames_a_cpu_second"] == 4.0
    assert summary(runs)["with_face"] == 8


def test_clock_counts_calls_that_fail_too() -> None:
    clock = Clock()
    call = clock.timed("divide", lambda a, b: a / b)
    assert call(6, 3) == 2
    with pytest.raises(ZeroDivisionError):
        call(1, 0)
    assert clock.calls["divide"] == 2


def compared(ratio: float) -> dict[str, object]:
    side = {
        "frames_a_second": 160.0,
        "frames_a_cpu_second": 140.0,
        "peak_mb": 200.0,
        "faces_a_frame": 1.0,
    }
    three = {"median": ratio, "min": ratio, "max": ratio}
    return {
        "clip": "640×360, 1 face",
        "cores": 1,
        "fer_variant": "tflite",
        "ratio": three,
        "ratio_of_cpu_time": three,
        "mien": side,
        "fer": side,
        "runs": {"mien": [{"busy_with_others": 0.25}], "fer": [{"busy_with_others": 0.5}]},
    }


@pytest.mark.parametrize(
    ("ratio", "said"), [(4.9, "**not met**"), (5.0, "met"), (10.0, "met, stretch too")]
)
def test_the_page_says_whether_a_bar_is_met(ratio: float, said: str) -> None:
    machine = {"date": "D", "commit": "C", "processor": "P", "cores": 2, "memory_gb": 8}
    machine |= {"system": "S", "python": "3", "versions": {}, "load_average": [0.0]}
    results = {
        "machine": machine,
        "rounds": 1,
        "stages": {},
        "fer_versions": {},
        "comparisons": [compared(ratio)],
    }
    lines = page(results).splitlines()
    first = next(line for line in lines if "mien over fer" in line)
    assert first.endswith(f"| {said} |")
    one_core = next(line for line in lines if "on one core" in line)
    assert "| 160 | met |" in one_core
    by_processor = next(line for line in lines if "by processor time" in line)
    assert "| 140 | **not met** |" in by_processor
    assert "25 to 50 % of all cores" in page(results)


def test_table_by_hand() -> None:
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"
