"""The clips that are measured, made at run time from real pictures and never kept
in the repository: one face and five, at 640×360 and 1920×1080, and a two-hour one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

ONE_FACE, FIVE_FACES = "WolfgangLanger_Pexels.mp4", "multi_face.jpg"
RATE = Fraction(24000, 1001)
SIZES = {"640×360": (640, 360), "1080p": (1920, 1080)}
#: Frames of a clip: fewer at 1080p, where one frame takes the other tool long.
FRAMES = {"640×360": 240, "1080p": 96}


@dataclass(frozen=True)
class Clip:
    path: Path
    name: str
    size: str
    faces: int
    frames: int


def make_clips(faces: Path, folder: Path, quick: bool) -> list[Clip]:
    """The four clips; ``faces`` is the folder of the originals."""
    folder.mkdir(parents=True, exist_ok=True)
    clips = []
    for size, (width, height) in SIZES.items():
        frames = FRAMES[size] // (6 if quick else 1)
        for count in (1, 5):
            path = folder / f"{count}-face-{height}p-{frames}.mp4"
            clip = Clip(path, f"{size}, {count} face{'s' * (count > 1)}", size, count, frames)
            if not path.is_file():
                pictures = one_face(faces, frames) if count == 1 else five_faces(faces, frames)
                write_clip(path, pictures, (width, height))
            clips.append(clip)
    return clips


def one_face(faces: Path, frames: int) -> Iterator[Image]:
    """The first frames of a real recording of a head that moves and speaks."""
    with av.open(str(faces / ONE_FACE)) as source:
        for i, frame in enumerate(source.decode(video=0)):
            if i == frames:
                return
            yield frame.to_ndarray(format="rgb24")


def five_faces(faces: Path, frames: int) -> Iterator[Image]:
    """A slow pan and zoom over a photograph of five people, all of them in the
    picture throughout."""
    picture = cv2.cvtColor(cv2.imread(str(faces / FIVE_FACES)), cv2.COLOR_BGR2RGB)
    height, width = picture.shape[:2]
    for i in range(frames):
        phase = 2 * math.pi * i / frames
        zoom = 1.05 + 0.04 * math.sin(phase)
        cut = width / zoom, width / zoom * 9 / 16
        x = (width - cut[0]) / 2 * (1 + 0.4 * math.cos(phase))
        # The heads lie in the upper two thirds of the photograph.
        y = min(0.02 * height * (1 + math.sin(phase)), height - cut[1])
        scale = 1920 / cut[0]
        matrix = np.array([[scale, 0, -x * scale], [0, scale, -y * scale]])
        yield cv2.warpAffine(picture, matrix, (1920, 1080), flags=cv2.INTER_CUBIC).astype(np.uint8)


def write_clip(path: Path, pictures: Iterator[Image], size_px: tuple[int, int]) -> None:
    """H.264 at the quality of a good recording (CRF 18)."""
    part = path.with_suffix(".part")
    with av.open(str(part), "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=RATE, options={"crf": "18"})
        stream.width, stream.height = size_px
        stream.pix_fmt = "yuv420p"
        for picture in pictures:
            scaled = cv2.resize(picture, size_px, interpolation=cv2.INTER_AREA)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(scaled, format="rgb24")))
        out.mux(stream.encode(None))
    part.replace(path)


def loop_clip(source: Path, path: Path, seconds: float) -> None:
    """A long video: the packets of a short one again and again, not encoded anew."""
    part = path.with_suffix(".part")
    with av.open(str(source)) as first:
        stream = first.streams.video[0]
        packets = [p for p in first.demux(stream) if p.dts is not None and p.pts is not None]
        base = stream.time_base
        marks = [(p.pts, p.dts) for p in packets]
        if base is None:
            raise ValueError(f"{source} has no time base")
        last = max(packets, key=lambda p: p.pts or 0)
        turn = max(p for p, _ in marks) - min(p for p, _ in marks) + (last.duration or 0)
        with av.open(str(part), "w", format="mp4") as out:
            copy = out.add_stream_from_template(stream)
            for again in range(math.ceil(seconds / float(turn * base))):
                for packet, (pts, dts) in zip(packets, marks, strict=True):
                    packet.pts, packet.dts = pts + again * turn, dts + again * turn
                    packet.time_base = base
                    packet.stream = copy
                    out.mux(packet)
    part.replace(path)
