"""Speed and memory end to end, against ``fer``: ``make benchmark``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.clips import Clip, loop_clip, make_clips
from benchmarks.fer_environment import fer_python, fer_versions
from benchmarks.machine import ROOT, describe
from benchmarks.pairs import compare, run_json
from benchmarks.readable import page

WORK = ROOT / "runs" / "benchmark"
TWO_HOURS_S = 7200.0
ROUNDS = 5


def main() -> None:
    args = arguments()
    faces = args.shared / "data" / "faces"
    if not faces.is_dir():
        sys.exit(f"{faces} is missing: --shared names the folder that holds data/faces/.")
    results: dict[str, Any] = {"machine": describe(), "rounds": args.rounds, "note": args.note}
    tell("making the clips")
    clips = make_clips(faces, WORK / "clips", args.quick)
    tell("stages")
    stage = [sys.executable, "-m", "benchmarks.stages"]
    results["stages"] = {c.name: run_json([*stage, str(c.path)]) for c in clips}
    if not args.no_memory:
        results["memory"] = memory(clips[0], args.quick)
    python = fer_python(args.fer)
    results["fer_versions"] = fer_versions(python)
    results["comparisons"] = []
    for cores in args.cores:
        for clip in clips:
            tell(f"{clip.name}, cores: {cores}")
            results["comparisons"].append(compare(python, clip, cores, args.rounds).as_json())
            write(args.out, results)  # after each: a run that is broken off leaves its part
    tell(f"written: {args.out / 'end-to-end.md'}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    parser.add_argument("--fer", type=Path, default=ROOT / "runs" / "fer-venv")
    parser.add_argument("--cores", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--note", default="", help="what else ran on the machine")
    parser.add_argument("--no-memory", action="store_true", help="leave the long video out")
    parser.add_argument("--quick", action="store_true", help="short clips, two pairs")
    args = parser.parse_args()
    args.rounds = args.rounds or (2 if args.quick else ROUNDS)
    return args


def memory(clip: Clip, quick: bool) -> dict[str, Any]:
    """The long video; with ``quick`` a twelfth of it."""
    seconds = TWO_HOURS_S / (12 if quick else 1)
    tell(f"memory over {seconds / 3600:.1f} hours of video")
    path = WORK / "clips" / f"looped-{seconds:.0f}s.mp4"
    if not path.is_file():
        loop_clip(clip.path, path, seconds)
    folder = WORK / "long-video"
    return run_json([sys.executable, "-m", "benchmarks.long_video", str(path), str(folder)])


def write(folder: Path, results: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("end-to-end.json", json.dumps(results, indent=1, ensure_ascii=False) + "\n"),
        ("end-to-end.md", page(results)),
    ):
        part = folder / (name + ".part")
        part.write_text(text, encoding="utf-8")
        os.replace(part, folder / name)


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
