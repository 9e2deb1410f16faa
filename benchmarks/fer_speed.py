"""Frames a second of ``fer`` on one clip. Runs in its own environment, which holds
nothing of this package: ``python fer_speed.py CLIP CORES tflite|keras FRAMES``."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def main(clip: str, cores: int, variant: str, most: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    import cv2
    import tensorflow as tf
    from fer.fer import FER

    cv2.setNumThreads(cores)
    tf.config.threading.set_intra_op_parallelism_threads(cores)
    detector = FER(use_tflite=variant == "tflite")
    warm = cv2.VideoCapture(clip)
    detector.detect_emotions(warm.read()[1])
    warm.release()
    frames = with_face = faces = 0
    wall, cpu = time.perf_counter(), time.process_time()
    source = cv2.VideoCapture(clip)
    while frames < most:
        there, frame = source.read()
        if not there:
            break
        found = detector.detect_emotions(frame)
        frames += 1
        with_face += bool(found)
        faces += len(found)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    status = Path("/proc/self/status").read_text()
    peak = next(int(s.split()[1]) for s in status.splitlines() if s.startswith("VmHWM:"))
    result = {"frames": frames, "wall_s": wall, "cpu_s": cpu, "with_face": with_face}
    result |= {"faces_a_frame": faces / max(1, frames), "peak_mb": peak * 1024 / 1e6}
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
