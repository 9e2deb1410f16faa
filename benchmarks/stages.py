"""Milliseconds of processor time of each stage on one core, inside a whole run, in a process
of its own: ``python -m benchmarks.stages CLIP``."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Value = TypeVar("Value")


class Clock:
    """Adds up the time spent in calls by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)

    def timed(self, name: str, call: Callable[..., Value]) -> Callable[..., Value]:
        def run(*args: Any, **more: Any) -> Value:
            start = time.process_time()
            try:
                return call(*args, **more)
            finally:
                self.seconds[name] += time.process_time() - start
                self.calls[name] += 1

        return run


class Timed:
    """Any object, with one of its methods timed."""

    def __init__(self, inner: Any, method: str, name: str, clock: Clock) -> None:
        self._inner = inner
        setattr(self, method, clock.timed(name, getattr(inner, method)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def main(clip: str) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    measure(clip, Clock())  # warm
    clock = Clock()
    frames, total = measure(clip, clock)
    per_call = {n: 1e3 * s / clock.calls[n] for n, s in clock.seconds.items()}
    per_frame = {n: 1e3 * s / frames for n, s in clock.seconds.items()}
    per_frame["rest"] = 1e3 * total / frames - sum(per_frame.values())
    calls = {n: c / frames for n, c in clock.calls.items()}
    print(
        json.dumps(
            {
                "frames": frames,
                "ms_a_frame": per_frame | {"total": 1e3 * total / frames},
                "ms_a_call": per_call,
                "calls_a_frame": calls,
            }
        )
    )


def measure(clip: str, clock: Clock) -> tuple[int, float]:
    """Frames and seconds of one run in which each stage is timed; the way is that of
    ``Pipeline.read``, put together from the same parts."""
    from importlib import import_module

    from mien.capture import open_source
    from mien.expression.recognizer import Recognizer
    from mien.faces.detectors import open_detector
    from mien.faces.mesh import FaceMesh

    # By name, because two of its imports are replaced: no name of its own is changed.
    following: Any = import_module("mien.faces.follower")
    detector = Timed(open_detector("blazeface"), "detect", "detector", clock)
    mesh = Timed(FaceMesh(), "read", "mesh", clock)
    recognizer = Timed(Recognizer(), "read_faces", "expression", clock)
    follower: Any = following.FaceFollower(detector, mesh)
    follower.tracker.assign = clock.timed("tracking", follower.tracker.assign)
    untimed = {name: getattr(following, name) for name in ("read_face", "appearance")}
    following.read_face = clock.timed("pose, quality", untimed["read_face"])
    following.appearance = clock.timed("tracking", untimed["appearance"])
    try:
        start = time.process_time()
        frames = 0
        with open_source(clip, every_s=None) as source:
            take = clock.timed("decode", iter(source).__next__)
            while True:
                try:
                    frame = take()
                except StopIteration:
                    break
                seen = follower.read(frame)
                if seen:
                    recognizer.read_faces(frame.image, [face for _, face in seen])
                frames += 1
        return frames, time.process_time() - start
    finally:
        for name, call in untimed.items():
            setattr(following, name, call)


if __name__ == "__main__":
    main(sys.argv[1])
