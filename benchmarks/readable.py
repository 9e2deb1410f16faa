"""The results as a page that can be read."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks.markdown import table

Results = dict[str, Any]
#: The issue's bars.
RATIO, STRETCH, ONE_CORE, MEMORY_MB = 5.0, 10.0, 150.0, 400.0
#: Growth of memory below this an hour counts as flat: 0.02 MB/h would be a page a
#: minute; the table of observations itself grows by about this for one face.
FLAT_MB_AN_HOUR = 10.0


def page(results: Results) -> str:
    """Markdown."""
    parts = [_head(results["machine"]), _bars(results), _speed(results), _stages(results)]
    if "memory" in results:
        parts.append(_memory(results["memory"]))
    return "\n\n".join([*parts, _method(results)]) + "\n"


def _head(machine: dict[str, Any]) -> str:
    versions = ", ".join(f"{k} {v}" for k, v in machine["versions"].items())
    return (
        "# Speed and memory, end to end\n\n"
        f"{machine['date']}, commit {machine['commit']}. {machine['processor']}, "
        f"{machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}, "
        f"Python {machine['python']}; {versions}."
    )


def _bars(results: Results) -> str:
    rows = []
    for c in results["comparisons"]:
        got = c["ratio"]["median"]
        rows.append(
            [
                f"frames/s of mien over fer, {c['clip']}, {_cores(c['cores'])}",
                f"≥ {RATIO:.0f} (stretch {STRETCH:.0f})",
                f"{got:.1f}",
                _met(got >= RATIO) + (", stretch too" if got >= STRETCH else ""),
            ]
        )
    single = [
        c for c in results["comparisons"] if c["cores"] == 1 and c["clip"] == "640×360, 1 face"
    ]
    for c in single:
        for key, name in (
            ("frames_a_second", "frames/s on one core, 640×360, one face"),
            ("frames_a_cpu_second", "the same, by processor time"),
        ):
            got = c["mien"][key]
            rows.append([name, f"≥ {ONE_CORE:.0f}", f"{got:.0f}", _met(got >= ONE_CORE)])
    if "memory" in results:
        memory = results["memory"]
        above, slope = memory["peak_mb"] - memory["start_mb"], memory["growth_mb_an_hour"]
        what = f"two-hour video ({memory['duration_s'] / 3600:.2f} h)"
        rows.append(
            [
                f"{what}: MB above the start",
                f"≤ {MEMORY_MB:.0f}",
                f"{above:.0f}",
                _met(above <= MEMORY_MB),
            ]
        )
        rows.append(
            [
                f"{what}: growth, MB an hour",
                f"flat (≤ {FLAT_MB_AN_HOUR:.0f})",
                f"{slope:.1f}",
                _met(slope <= FLAT_MB_AN_HOUR),
            ]
        )
    return "## Bars\n\n" + table(["what", "bar", "measured", ""], rows)


def _met(yes: bool) -> str:
    return "met" if yes else "**not met**"


def _cores(count: int) -> str:
    return "1 core" if count == 1 else f"{count} cores"


def _speed(results: Results) -> str:
    rows = []
    for c in results["comparisons"]:
        ours, theirs, ratio = c["mien"], c["fer"], c["ratio"]
        rows.append(
            [
                c["clip"],
                str(c["cores"]),
                f"{ours['frames_a_second']:.1f}",
                f"{theirs['frames_a_second']:.1f} ({c['fer_variant']})",
                f"**{ratio['median']:.1f}** ({ratio['min']:.1f}–{ratio['max']:.1f})",
                f"{ours['frames_a_cpu_second']:.1f} / {theirs['frames_a_cpu_second']:.1f}",
                f"{c['ratio_of_cpu_time']['median']:.1f}",
                f"{ours['faces_a_frame']:.2f} / {theirs['faces_a_frame']:.2f}",
                f"{ours['peak_mb']:.0f} / {theirs['peak_mb']:.0f}",
            ]
        )
    heads = ["clip", "cores", "mien frames/s", "fer frames/s", "ratio (min–max)"]
    heads += ["frames per CPU second, mien / fer", "ratio", "faces a frame, mien / fer"]
    heads += ["peak memory MB, mien / fer"]
    return "## Frames a second\n\n" + table(heads, rows)


def _stages(results: Results) -> str:
    blocks = []
    for name, told in results["stages"].items():
        calls, per_call = told["calls_a_frame"], told["ms_a_call"]
        rows = [
            [
                stage,
                f"{ms:.2f}",
                f"{per_call[stage]:.2f}" if stage in per_call else "",
                f"{calls[stage]:.2f}" if stage in calls else "",
            ]
            for stage, ms in told["ms_a_frame"].items()
        ]
        heads = ["stage", "ms a frame", "ms a call", "calls a frame"]
        blocks.append(f"### {name}\n\n{table(heads, rows)}")
    return "## Stages, one core\n\n" + "\n\n".join(blocks)


def _memory(told: dict[str, Any]) -> str:
    rows = [[f"{t / 60:.0f} min", f"{mb:.0f}"] for t, mb in told["quarters_mb"]]
    return (
        "## Memory over a long video\n\n"
        f"{told['duration_s'] / 3600:.2f} hours of 640×360, one face, read every "
        f"{told['every_s']} s ({told['observations']} observations) in "
        f"{told['wall_s']:.0f} s of the clock and {told['cpu_s']:.0f} s of processor time. "
        f"After `import mien` {told['start_mb']:.0f} MB, models loaded {told['loaded_mb']:.0f} MB, "
        f"peak while reading {told['peak_reading_mb']:.0f} MB, with assessment, tables and report "
        f"{told['peak_mb']:.0f} MB. Growth after the first tenth: "
        f"{told['growth_mb_an_hour']:.1f} MB an hour; all of that time within "
        f"{told['spread_mb']:.1f} MB.\n\n" + table(["at", "MB"], rows)
    )


def _method(results: Results) -> str:
    runs = [r for c in results["comparisons"] for kind in c["runs"].values() for r in kind]
    machine = results["machine"]
    others = [100 * r["busy_with_others"] for r in runs]
    disturbed = (
        f"Meanwhile other programs held {min(others):.0f} to {max(others):.0f} % of all cores "
        f"(median {statistics.median(others):.0f} %)."
    )
    note = f" {results['note']}" if results.get("note") else ""
    versions = ", ".join(f"{k} {v}" for k, v in results["fer_versions"].items())
    return (
        "## How it was measured\n\n"
        f"Each run is a process of its own, bound to the first one or two cores, with its models "
        f"loaded and used once before the clock starts; then every frame of the clip is decoded, "
        f"faces found, meshes fitted (mien only), expressions read. mien reads each frame "
        f"(`Pipeline(every_s=None)`); `fer` reads it through its own OpenCV and "
        f"`FER().detect_emotions` with its own detector, in its own environment ({versions}), "
        f"with TensorFlow Lite or Keras, whichever was faster. "
        f"{results['rounds']} pairs in turn; medians; the ratio is that of each pair. "
        f"{disturbed}{note} Frames per CPU second divide by processor time instead of the clock: "
        f"they change less when other programs run. The five-face clip is a slow pan over a "
        f"photograph. Load at the start: {', '.join(str(v) for v in machine['load_average'])}."
    )
