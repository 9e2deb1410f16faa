"""Samples a second that one core can hand to a training, with and without the cache.

``python -m benchmarks.data_cache FER2013.zip`` writes ``results/data-cache.{json,md}``.
Samples a second of processor time are given, so that other work on the machine does not
count. Two more sets are made of FER2013's faces: JPEG files of 224 px, as AffectNet's are,
and clips of 24 such frames, as DFEW's.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from PIL import Image

from benchmarks.machine import ROOT, describe
from mien.datasets.cache import cached
from mien.datasets.crop import read_crop
from mien.datasets.sample import Sample
from mien.datasets.table import open_dataset
from mien.datasets.torch_dataset import FaceDataset
from mien.network_input import NetworkInput
from mien.training.transforms import PUBLISHED

RESULT = ROOT / "benchmarks" / "results" / "data-cache"
#: Pictures and clips that are made; samples read for one figure.
_MADE, _CLIPS, _FRAMES, _READ = 1000, 40, 24, 2000
_GREY = {"channels": 1, "mean": (0.5,), "deviation": (0.25,)}


@dataclass(frozen=True)
class Row:
    """Samples a second of processor time; ``ready`` is augmented and normalised."""

    what: str
    samples: int
    decoded: float
    cached: float
    ready_decoded: float
    ready_cached: float
    build_s: float
    cache_mb: float


def main() -> None:
    """Measures every row and writes both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fer2013", type=Path, help="fer2013.zip")
    torch.set_num_threads(1)
    fer = open_dataset(parser.parse_args().fer2013, "fer2013")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        jpeg, clips = _jpeg(fer[:_MADE], folder / "jpeg"), _clips(fer, folder / "clips")
        small = NetworkInput(48, **_GREY)  # type: ignore[arg-type]
        rows = [
            _row("FER2013 (WebP in a zip), 48 px grey", fer, small, "landmark-cnn", folder),
            _row("FER2013 (WebP in a zip), 224 px", fer, NetworkInput(224), "hafnet", folder),
            _row("JPEG files of 224 px, 224 px", jpeg, NetworkInput(224), "hafnet", folder),
            _row("JPEG files of 224 px, 112 px", jpeg, NetworkInput(112), "sfer-mdfae", folder),
            _row(
                f"clips of {_FRAMES} JPEG frames, 16 of 112 px",
                clips,
                NetworkInput(112, frames=16),
                "r2plus1d-attention",
                folder,
            ),
        ]
    told = {"machine": describe(), "rows": [asdict(row) for row in rows]}
    RESULT.with_suffix(".json").write_text(json.dumps(told, indent=1) + "\n")
    RESULT.with_suffix(".md").write_text(_page(rows, told["machine"]))
    print(_page(rows, told["machine"]))


def _row(what: str, samples: list[Sample], shape: NetworkInput, system: str, place: Path) -> Row:
    start = time.process_time()
    cache = cached(samples, shape.side_px, shape.channels, place / "cache", frames=shape.frames)
    build_s = time.process_time() - start
    chosen = [samples[i * len(samples) // _READ] for i in range(_READ)]
    chosen = chosen if len(samples) >= _READ else samples
    held, some = cache.of(chosen), chosen[: max(1, len(chosen) // 4)]
    plain = FaceDataset(some, shape, PUBLISHED[system])
    quick = FaceDataset(chosen, shape, PUBLISHED[system], held)
    size = (cache.folder / "pixels.npy").stat().st_size
    return Row(
        what=what,
        samples=len(samples),
        decoded=_rate(lambda i: _decode(some[i], shape), len(some)),
        cached=_rate(lambda i: held[i].max(), len(chosen)),
        ready_decoded=_rate(lambda i: plain[i], len(some)),
        ready_cached=_rate(lambda i: quick[i], len(chosen)),
        build_s=build_s,
        cache_mb=size / 1e6,
    )


def _decode(sample: Sample, shape: NetworkInput) -> object:
    return read_crop(sample, shape.side_px, shape.channels, shape.frames)


def _rate(read: Callable[[int], object], count: int) -> float:
    """Of the second pass: files and maps are then in memory, as in all epochs but one."""
    for _ in range(2):
        start = time.process_time()
        for i in range(count):
            read(i)
    return count / (time.process_time() - start)


def _jpeg(samples: Sequence[Sample], folder: Path) -> list[Sample]:
    folder.mkdir(parents=True)
    made = []
    for i, sample in enumerate(samples):
        pixels, _ = read_crop(sample, 224)
        path = folder / f"{i:05d}.jpg"
        Image.fromarray(pixels).save(path, quality=90)
        made.append(Sample(path.name, sample.label, sample.label_set, sample.split, path))
    return made


def _clips(samples: Sequence[Sample], folder: Path) -> list[Sample]:
    made = []
    for clip in range(_CLIPS):
        frames = _jpeg(samples[clip * _FRAMES : (clip + 1) * _FRAMES], folder / f"{clip:05d}")
        paths = tuple(Path(str(frame.source)) for frame in frames)
        made.append(Sample(f"{clip:05d}", clip % 7, "dfew", "train", paths))
    return made


def _page(rows: Sequence[Row], machine: object) -> str:
    lines = [
        "# Samples a second, with and without the pixel cache",
        "",
        "One core, by processor time. *Ready* is augmented, normalised, a tensor.",
        "",
        "| data | decoded | cached | ready, decoded | ready, cached | cache built in | cache |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row.what} | {row.decoded:,.0f} | {row.cached:,.0f} | {row.ready_decoded:,.0f} | "
        f"{row.ready_cached:,.0f} | {row.build_s:,.1f} s | {row.cache_mb:,.0f} MB |"
        for row in rows
    ]
    told = machine if isinstance(machine, dict) else {}
    lines += ["", f"{told.get('date')}, commit {told.get('commit')}, {told.get('processor')}."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
